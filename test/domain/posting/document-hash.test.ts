import { describe, expect, test } from "vitest";
import type { JournalDocument, StockDocument, TargetDocument } from "#domain/ledger";
import { documentHash } from "#domain/posting";
import { boundJournal, journal } from "../../fixtures/posting-case.ts";

const stock: StockDocument = {
  type: "stock",
  key: "k",
  kind: "issue",
  event: "e",
  entity: "us",
  currency: "USD",
  businessDate: "2026-11-27",
  movements: [
    { id: "m1", item: "MUG", itemClass: "home", location: "dc", quantityMillionths: -1_000_000, counterRole: "cogs", cost: "average" },
  ],
};

// Both computed by hand with another SHA-256 over the sorted JSON.
test("the hash of a document is pinned: another one would re-post all history", () => {
  expect(documentHash(journal("a", 100))).toBe("03050a4be97d4faa056302f0a01f67eae320ef2fa95ee8bd9139fdf687e1762f");
  expect(documentHash(stock)).toBe("3ffb018e6cc98c88dd1061a2457d194536cb5ffcbf1999a2059451e6c9d9ff22");
});

describe("what is looked up when a document is bound is not hashed", () => {
  test("accounts, posting date, functional amounts and policy version", () => {
    const bound = { ...boundJournal("a", 100), postingDate: "2026-12-01", policyVersion: "v9" };
    expect(documentHash(bound)).toBe(documentHash(journal("a", 100)));
  });

  test("the cost and the class of goods", () => {
    const [movement] = stock.movements;
    const other = { ...movement!, itemClass: "kitchen", cost: { document: "d", movement: "m" }, totalCost: 5 };
    expect(documentHash({ ...stock, movements: [other] })).toBe(documentHash(stock));
  });
});

test("equal sums of other tickets are another summary", () => {
  const summary = (hash: string) =>
    journal("a", 100, { contributions: [{ document: "sale/e/ticket", hash, sign: 1 }] } as Partial<JournalDocument>);
  expect(documentHash(summary("1"))).not.toBe(documentHash(summary("2")));
});

describe("what the document says is hashed", () => {
  test.each<[string, TargetDocument]>([
    ["another entity", journal("a", 100, { entity: "ca" })],
    ["another day", journal("a", 100, { businessDate: "2026-11-28" })],
    ["another currency", journal("a", 100, { currency: "CAD" })],
    ["another amount", journal("a", 101)],
    ["another role", journal("a", 100, { lines: [{ role: "cash", dimensions: {}, amount: 100 }] } as Partial<JournalDocument>)],
    [
      "what it sums up",
      journal("a", 100, { contributions: [{ document: "sale/e/ticket", hash: "0", sign: 1 }] } as Partial<JournalDocument>),
    ],
  ])("%s of a journal", (_, document) => {
    expect(documentHash(document)).not.toBe(documentHash(journal("a", 100)));
  });

  test.each([
    ["item", { item: "CUP" }],
    ["location", { location: "seven" }],
    ["quantity", { quantityMillionths: -2_000_000 }],
    ["counter role", { counterRole: "shrinkage" }],
  ])("another %s of a movement", (_, change) => {
    expect(documentHash({ ...stock, movements: [{ ...stock.movements[0]!, ...change }] })).not.toBe(documentHash(stock));
  });

  test("the order that goods came on", () => {
    const on = (purchaseOrder: string) => documentHash({ ...stock, purchaseOrder });
    expect(new Set([documentHash(stock), on("PO-300"), on("PO-301")]).size).toBe(3);
  });
});
