import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync } from "node:zlib";
import type { LineageItem } from "#domain/lineage";
import { catalogue, customers, retailerName, shopDomain } from "#sample";
import { textsOf } from "../adapters/aws/lineage-texts.ts";
import { chooseDictionary } from "./choose-dictionary.ts";
import { sampleLineage } from "./sample-lineage.ts";

/**
 * `node scripts/build-lineage-dictionary.ts VERSION` writes adapters/aws/lineage-dictionary-VERSION.ts from what two sample days leave in the
 * lineage. A version that exists is never built again: what was packed with it must stay readable.
 */
const dictionaryBytesMax = 16_384;
/** Of each kind of text, so that the many small exceptions do not outweigh the orders. */
const samplesPerKindMax = 60;
const days = [
  { date: "2026-10-15", seed: 7 },
  { date: "2026-12-03", seed: 11 },
];

const sampleNames = [
  shopDomain,
  retailerName,
  ...customers.flatMap(({ first, last, email, street }) => [email, street, first, last]),
  ...catalogue.flatMap(({ sku, name }) => [sku, name]),
];

const version = Number(process.argv[2]);
if (!Number.isInteger(version) || version < 1 || version > 255) throw new RangeError("give the version of the dictionary: 1 to 255");
const file = join(resolve(import.meta.dirname, "../adapters/aws"), `lineage-dictionary-${version}.ts`);
if (existsSync(file)) throw new Error(`${file} exists, and rows are packed with it: build the next version`);

const texts = new Map<string, string[]>();
for (const day of days) for (const item of await sampleLineage(day)) collect(item);
const samples = [...texts.values()].flatMap((ofKind) => evenly(ofKind, samplesPerKindMax)).map((text) => Buffer.from(text));
const dictionary = chooseDictionary(samples, dictionaryBytesMax);
const base64 = brotliCompressSync(dictionary).toString("base64");
writeFileSync(
  file,
  `/** Made by scripts/build-lineage-dictionary.ts, ${dictionary.length} bytes in brotli and base64. Never changed: rows are packed with it. */\nexport const lineageDictionary${version} =\n  "${base64}";\n`,
);
console.log(`${file}: ${dictionary.length} bytes, ${base64.length} characters in the file`);

function collect(item: LineageItem): void {
  const { body, raw } = textsOf(item);
  // The second and third part of a source key are shop and resource.
  const kind = item.type === "document" ? `${item.channel} ${item.source.split(":")[2]}` : item.type;
  keep(kind, body);
  if (raw !== undefined) keep(`raw ${kind}`, raw);
}

function keep(kind: string, text: string): void {
  const ofKind = texts.get(kind);
  const general = withoutNames(text);
  if (ofKind === undefined) texts.set(kind, [general]);
  else ofKind.push(general);
}

/** Without what is the sample's alone: its names would only flatter the sample, and long numbers and hashes never come twice. */
function withoutNames(text: string): string {
  return sampleNames
    .reduce((left, name) => left.replaceAll(name, ""), text)
    .replaceAll(/[0-9a-f]{16,}/g, "")
    .replaceAll(/\d{6,}/g, "");
}

function evenly(list: readonly string[], max: number): readonly string[] {
  if (list.length <= max) return list;
  return Array.from({ length: max }, (_, index) => list[Math.floor((index * list.length) / max)]!);
}
