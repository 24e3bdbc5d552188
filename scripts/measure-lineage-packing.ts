import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { rowOf } from "../adapters/aws/dynamo-lineage-item.ts";
import { packText } from "../adapters/aws/dynamo-packed-text.ts";
import type { Attribute, Row } from "../adapters/aws/dynamo-table.ts";
import { textsOf } from "../adapters/aws/lineage-texts.ts";
import { sampleLineage } from "./sample-lineage.ts";

/**
 * `node scripts/measure-lineage-packing.ts [FOLDER]` prints, for what a sample day leaves in the lineage, the mean bytes of the texts as
 * they are, with gzip, with zstd and as rows hold them, and the write units of a row. FOLDER: JSON files of public Shopify payloads, which
 * the dictionary has never seen; they are packed alone, knowing no row.
 */
interface Figures {
  readonly plain: number;
  readonly gzip: number;
  readonly zstd: number;
  readonly packed: number;
  readonly units?: number;
}

const byKind = new Map<string, Figures[]>();
for (const item of await sampleLineage({})) {
  const { body, raw } = textsOf(item);
  const row = rowOf(item);
  const kind = item.type === "document" ? `${item.channel} ${item.source.split(":")[2]}` : item.type;
  keep(kind, { ...figuresOf(body, row.body!), units: Math.ceil(rowBytes(row) / 1_024) });
  if (raw !== undefined) keep(`${kind}, raw`, figuresOf(raw, row.raw!));
}
const [folder] = process.argv.slice(2);
for (const file of folder === undefined ? [] : readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  const text = JSON.stringify(JSON.parse(readFileSync(join(folder!, file), "utf8")));
  keep("public payload", figuresOf(text, packText(text)));
}

console.log(["what", "count", "plain", "gzip", "zstd", "packed", "units"].join("\t"));
for (const [kind, figures] of byKind) {
  const mean = (of: (figures: Figures) => number) => figures.reduce((sum, each) => sum + of(each), 0) / figures.length;
  const bytes = [mean(({ plain }) => plain), mean(({ gzip }) => gzip), mean(({ zstd }) => zstd), mean(({ packed }) => packed)];
  const units = figures[0]?.units === undefined ? "" : mean(({ units = 0 }) => units).toFixed(2);
  console.log([kind, figures.length, ...bytes.map(Math.round), units].join("\t"));
}

function keep(kind: string, figures: Figures): void {
  const known = byKind.get(kind);
  if (known === undefined) byKind.set(kind, [figures]);
  else known.push(figures);
}

function figuresOf(text: string, attribute: Attribute): Figures {
  return {
    plain: Buffer.byteLength(text),
    gzip: gzipSync(text).length,
    zstd: zstdCompressSync(text).length,
    packed: valueBytes(attribute),
  };
}

/** As DynamoDB counts: names and values. */
function rowBytes(row: Row): number {
  return Object.entries(row).reduce((sum, [name, attribute]) => sum + Buffer.byteLength(name) + valueBytes(attribute), 0);
}

function valueBytes(attribute: Attribute): number {
  if ("B" in attribute) return Buffer.from(attribute.B, "base64").length;
  return "S" in attribute ? Buffer.byteLength(attribute.S) : attribute.N.length;
}
