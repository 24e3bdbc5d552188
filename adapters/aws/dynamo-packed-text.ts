import { brotliDecompressSync, deflateRawSync, inflateRawSync } from "node:zlib";
import type { Attribute } from "./dynamo-table.ts";
import { lineageDictionary1 } from "./lineage-dictionary-1.ts";

/** Text as it was, or why it cannot be had. */
export type UnpackedText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "unknown-version"; readonly version: number }
  | { readonly kind: "damaged"; readonly reason: string };

/** Below this the row fits into its write unit anyway, and text can be read in the console. */
const packedBytesMin = 256;
/** No stored text is larger; a damaged row must not fill the memory. */
const textBytesMax = 1_000_000;

/** Preset dictionaries by version. One that rows were packed with stays for good; the last one packs. */
const dictionaries: ReadonlyMap<number, Uint8Array> = new Map([[1, brotliDecompressSync(Buffer.from(lineageDictionary1, "base64"))]]);
const packingVersion = 1;

/**
 * An S attribute with the text, or, where that is shorter, a B attribute: one byte that names the version of the packing, then raw DEFLATE
 * with that version's preset dictionary, followed by `known`: text of the same row that is read before and says some of the same.
 */
export function packText(text: string, known = ""): Attribute {
  const plain = Buffer.from(text);
  if (plain.length < packedBytesMin) return { S: text };
  const dictionary = Buffer.concat([dictionaries.get(packingVersion)!, Buffer.from(known)]);
  const packed = deflateRawSync(plain, { dictionary, level: 9, memLevel: 9 });
  if (packed.length + 1 >= plain.length) return { S: text };
  return { B: Buffer.concat([Buffer.of(packingVersion), packed]).toString("base64") };
}

/** `known` must be what it was when the text was packed. */
export function unpackText(attribute: Attribute, known = ""): UnpackedText {
  if ("S" in attribute) return { kind: "text", text: attribute.S };
  if (!("B" in attribute)) return { kind: "damaged", reason: "it is neither text nor bytes" };
  const bytes = Buffer.from(attribute.B, "base64");
  const version = bytes[0];
  if (version === undefined) return { kind: "damaged", reason: "it is empty" };
  const preset = dictionaries.get(version);
  if (preset === undefined) return { kind: "unknown-version", version };
  try {
    const dictionary = Buffer.concat([preset, Buffer.from(known)]);
    return { kind: "text", text: inflateRawSync(bytes.subarray(1), { dictionary, maxOutputLength: textBytesMax }).toString("utf8") };
  } catch (error) {
    return { kind: "damaged", reason: error instanceof Error ? error.message : String(error) };
  }
}
