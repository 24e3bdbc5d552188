import { createHash } from "node:crypto";
import { brotliDecompressSync, deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { packText, unpackText } from "../../adapters/aws/dynamo-packed-text.ts";
import { lineageDictionary1 } from "../../adapters/aws/lineage-dictionary-1.ts";
import { incompressibleText } from "../contracts/lineage-items.ts";

const money = '{"shop_money":{"amount":"18.00","currency_code":"USD"},"presentment_money":{"amount":"18.00","currency_code":"USD"}}';
const order = `{"total_price_set":${money},"subtotal_price_set":${money},"total_discounts_set":${money}}`;

describe("packed text of rows", () => {
  it.each([
    ["an order", order],
    ["text of every script", `Zoë — 東京 🚲 \u0000 ${order}`],
    ["a byte order mark", `\ufeff${order}`],
    ["half a megabyte", order.repeat(1_500)],
    ["what cannot be packed", incompressibleText(2_000, "a")],
    ["nothing", ""],
  ])("gives back %s as it was", (_what, text) => {
    expect(unpackText(packText(text))).toEqual({ kind: "text", text });
  });

  it("packs an order's money into a quarter or less, with the version of the packing in the first byte", () => {
    const packed = packText(order);
    const bytes = Buffer.from("B" in packed ? packed.B : "", "base64");
    expect(order.length).toBe(413);
    expect(bytes[0]).toBe(1);
    expect(bytes.length).toBeLessThan(100);
  });

  it("packs what is known already into next to nothing, and needs the same to unpack it", () => {
    const known = incompressibleText(2_000, "known");
    const packed = packText(known, known);
    expect(Buffer.from("B" in packed ? packed.B : "", "base64").length).toBeLessThan(60);
    expect(unpackText(packed, known)).toEqual({ kind: "text", text: known });
    const much = incompressibleText(100_000, "above DEFLATE's window");
    expect(unpackText(packText(order, much), much)).toEqual({ kind: "text", text: order });
    expect(unpackText(packed, `${known.slice(1)}!`)).not.toEqual({ kind: "text", text: known });
  });

  it("leaves short text plain: it fits into its write unit, and can be read in the console", () => {
    expect(packText("a short note")).toEqual({ S: "a short note" });
    expect(packText("x".repeat(255))).toEqual({ S: "x".repeat(255) });
    expect(packText("x".repeat(256))).toHaveProperty("B");
  });

  it("keeps the first dictionary for good: rows are packed with it", () => {
    const dictionary = brotliDecompressSync(Buffer.from(lineageDictionary1, "base64"));
    expect(createHash("sha256").update(dictionary).digest("hex")).toBe("a686ddbefe4af987d801eae586b77c4d2f9eacb7d782c91bf3348f44eaa35fbd");
  });

  it("reads what the first version packed", () => {
    // An outcome as it was written when version 1 was new.
    expect(
      unpackText({
        B: "AUMEFr59dTCLchMLclL1UivAA21Whpjbjg1AwBBtANjAWNfACJRzQJW/KSzuqTEA7OWqa4hvANjLVdcIWR60UKQYXMBDMwakwapbkFqUmZ+CslUf1JiCCCtAPGEE6hlA1CvVxtYCAA==",
      }),
    ).toEqual({
      kind: "text",
      text: '{"type":"outcome","transaction":"sale:shopify:maple.example:1","key":"P#erp-us#000001#R","at":"2026-03-02T15:04:05.000Z","connection":"erp-us","number":1,"results":[{"kind":"done","number":"JE-1"},{"kind":"done","number":"JE-2"},{"kind":"refused","code":"closed-period","message":"the period 2026-02 is closed"}]}',
    });
  });

  it("names a version that it does not know", () => {
    const bytes = Buffer.concat([Buffer.of(7), deflateRawSync(Buffer.from(order))]);
    expect(unpackText({ B: bytes.toString("base64") })).toEqual({ kind: "unknown-version", version: 7 });
  });

  it.each([
    ["empty bytes", { B: "" }, "it is empty"],
    ["bytes that were cut off", { B: Buffer.of(1, 0x8b, 0xc8).toString("base64") }, "unexpected end of file"],
    ["a number", { N: "1" }, "it is neither text nor bytes"],
  ])("says that %s are damaged", (_what, attribute, reason) => {
    expect(unpackText(attribute)).toEqual({ kind: "damaged", reason });
  });

  it("does not fill the memory with what a few bytes claim to be", () => {
    const bomb = Buffer.concat([Buffer.of(1), deflateRawSync(Buffer.alloc(50_000_000))]).toString("base64");
    expect(unpackText({ B: bomb })).toMatchObject({ kind: "damaged", reason: expect.stringContaining("larger than 1000000 bytes") });
  });
});
