import { createHash } from "node:crypto";
import type { ClosureItem, DocumentItem } from "#domain/lineage";

const at = "2026-03-02T15:04:05.000Z";

/** A document item with the given key and raw body: the smallest thing that a lineage store has to keep whole. */
export function documentWith(transaction: string, key: string, inline?: string): DocumentItem {
  return {
    type: "document",
    transaction,
    key,
    at,
    kind: "sale",
    source: "shopify:maple.example:order:820982911946154508",
    contentHash: "5f2b",
    channel: "shopify",
    shop: "maple.example",
    events: [],
    references: [{ type: "order-name", value: "#1001" }],
    issues: [],
    raw: { hash: "ab12", bytes: inline?.length ?? 2_000_000, ...(inline === undefined ? { address: "sha256/ab12" } : { inline }) },
  };
}

/** An item of the given key whose whole content is `reason`. */
export function noteWith(transaction: string, key: string, reason: string): ClosureItem {
  return { type: "closure", transaction, key, at, by: "hub", reason };
}

/** Text that no packing makes much smaller, the same for the same seed. */
export function incompressibleText(length: number, seed: string): string {
  let text = "";
  for (let part = 0; text.length < length; part += 1) text += createHash("sha512").update(`${seed} ${part}`).digest("base64");
  return text.slice(0, length);
}
