import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { packText } from "../adapters/aws/dynamo-packed-text.ts";
import { textsOf } from "../adapters/aws/lineage-texts.ts";
import { sampleLineage } from "./sample-lineage.ts";

/**
 * `node scripts/measure-lineage-packing.ts [FOLDER]` prints mean bytes of what a sample day leaves in the lineage, as it is, with gzip and
 * zstd, and as rows hold it. FOLDER: JSON files of public Shopify payloads, which the dictionary has never seen.
 */
const byKind = new Map<string, string[]>();
for (const item of await sampleLineage({})) {
  const { body, raw } = textsOf(item);
  keep(item.type === "document" ? `${item.channel} document` : item.type, body);
  if (raw !== undefined && item.type === "document") keep(`${item.channel} raw body`, raw);
}
const [folder] = process.argv.slice(2);
if (folder !== undefined && existsSync(folder)) {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  for (const file of files) keep("public Shopify payload", JSON.stringify(JSON.parse(readFileSync(resolve(join(folder, file)), "utf8"))));
}

console.log(["what", "count", "plain", "gzip", "zstd", "packed"].join("\t"));
for (const [kind, texts] of byKind) {
  const mean = (bytesOf: (text: string) => number) => Math.round(texts.reduce((sum, text) => sum + bytesOf(text), 0) / texts.length);
  const figures = [
    mean((text) => Buffer.byteLength(text)),
    mean((text) => gzipSync(text).length),
    mean((text) => zstdCompressSync(text).length),
    mean(packedBytes),
  ];
  console.log([kind, texts.length, ...figures].join("\t"));
}

function keep(kind: string, text: string): void {
  const texts = byKind.get(kind);
  if (texts === undefined) byKind.set(kind, [text]);
  else texts.push(text);
}

function packedBytes(text: string): number {
  const packed = packText(text);
  return "B" in packed ? Buffer.from(packed.B, "base64").length : Buffer.byteLength(text);
}
