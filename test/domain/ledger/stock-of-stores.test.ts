import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import type { Policy } from "#domain/policy";
import { TargetDraft } from "../../../domain/ledger/draft.ts";
import { stockLedger } from "../../../domain/ledger/stock/stock-ledger.ts";
import { policy as salePolicy } from "./sale-policy.ts";

const why = "test";
const rule = { when: { reason: "damaged" }, role: "shrink", from: "2020-01-01", why, layer: 0 };
const policy: Policy = { ...salePolicy, stockReasons: [rule] };
const piece = 1_000_000;
const head = (name: string) => ({
  schema: 1 as const,
  key: `${name}:7.3.12`,
  version: "0",
  occurredAt: "2026-11-27T18:05:00.000Z",
  store: "7",
  register: "3",
  businessDate: "2026-11-27",
  sequence: "12",
});
const received = (more: Partial<EventOf<"stock.received">> = {}): BusinessEvent => ({
  ...head("stock.received"),
  name: "stock.received",
  vendor: "ACME",
  lines: [{ id: "1", item: "SHIRT", quantityMillionths: 2 * piece, unitCost: 1_000 }],
  ...more,
});
const counted = (...lines: EventOf<"stock.counted">["lines"]): BusinessEvent => ({
  ...head("stock.counted"),
  name: "stock.counted",
  lines,
});
const adjusted = (...lines: EventOf<"stock.adjusted">["lines"]): BusinessEvent => ({
  ...head("stock.adjusted"),
  name: "stock.adjusted",
  lines,
});

function target(event: BusinessEvent, of = policy) {
  const draft = new TargetDraft("count:pos:7:3:2026-11-27:12");
  stockLedger([{ ...event, name: "file.received", key: "file.received:1" } as unknown as BusinessEvent, event], of, draft);
  const { documents, problems, heldEvents } = draft.finish();
  const told = documents.map((document) =>
    document.type === "stock"
      ? [
          `${document.entity} ${document.kind} ${document.currency}${document.purchaseOrder === undefined ? "" : ` order ${document.purchaseOrder}`}`,
          ...document.movements.map(({ id, item, itemClass, quantityMillionths, location, counterRole, counterDimensions, cost }) =>
            [
              id,
              item,
              itemClass,
              quantityMillionths / piece,
              location,
              counterRole,
              JSON.stringify(counterDimensions),
              JSON.stringify(cost),
            ].join(" "),
          ),
        ]
      : document.type === "journal"
        ? [`${document.entity} ${document.kind} ${document.currency}`, ...document.lines.map(({ role, amount }) => `${role} ${amount}`)]
        : [document.kind],
  );
  return { told, problems, heldEvents };
}
const usd = (amount: number) => `{"amount":${amount},"currency":"USD"}`;
const owed = 'goods-received-not-invoiced {"vendor":"ACME"}';

describe("what a store takes in", () => {
  test("costs what the vendor charges for it, rounded by the line, and the average where the till does not say", () => {
    const lines = [
      { id: "1", item: "SHIRT", quantityMillionths: 2_500_000, unitCost: 333 },
      { id: "2", item: "MUG", quantityMillionths: piece },
      { id: "3", item: "ENGRAVING", quantityMillionths: piece, unitCost: 500 },
      { id: "4", item: "MUG", quantityMillionths: 0, unitCost: 500 },
    ];
    expect(target(received({ lines, purchaseOrder: " PO-7 " }))).toEqual({
      told: [["us receipt USD order PO-7", `1 SHIRT apparel 2.5 loop ${owed} ${usd(833)}`, `2 MUG home 1 loop ${owed} "average"`]],
      problems: [],
      heldEvents: [],
    });
    expect(target(received({ purchaseOrder: "  " })).told[0]?.[0]).toBe("us receipt USD");
  });

  test("carries its landed cost by what it cost, against what is accrued for that", () => {
    const lines = [
      { id: "1", item: "SHIRT", quantityMillionths: 2 * piece, unitCost: 1_500 },
      { id: "2", item: "MUG", quantityMillionths: piece, unitCost: 1_000 },
    ];
    expect(target(received({ lines, landedCost: 400 })).told).toEqual([
      ["us receipt USD", `1 SHIRT apparel 2 loop ${owed} ${usd(3_300)}`, `2 MUG home 1 loop ${owed} ${usd(1_100)}`],
      ["us landed-cost USD", "goods-received-not-invoiced 400", "accrued-landed-cost -400"],
    ]);
  });

  test("is held where its costs are in another currency than the store's stock", () => {
    const problem = {
      class: "money.currency-mismatch",
      code: "receipt",
      cause: "stock.received:7.3.12",
      event: "stock.received:7.3.12",
      currency: "EUR",
      message:
        "stock.received:7.3.12 states its costs in EUR, and the stock of store 7 is kept in USD. Have them stated in USD; a corrected receipt replaces this one.",
    };
    const unpriced = [{ id: "1", item: "SHIRT", quantityMillionths: piece }];
    const held = { told: [], problems: [problem], heldEvents: ["stock.received:7.3.12"] };
    expect(target(received({ currency: "EUR" }))).toEqual(held);
    expect(target(received({ currency: "EUR", lines: unpriced, landedCost: 1 }))).toEqual(held);
    expect(target(received({ currency: "EUR", lines: unpriced, landedCost: 0 })).problems).toEqual([]);
    expect(target(received({ currency: "USD" })).problems).toEqual([]);
  });

  test("is held where nobody says what the goods cost that its landed cost is to be spread over", () => {
    const problem = {
      class: "data.missing",
      code: "unit-cost",
      cause: "stock.received:7.3.12",
      event: "stock.received:7.3.12",
      amount: 400,
      currency: "USD",
      message:
        "stock.received:7.3.12 states landed cost and not what its goods cost, so that it cannot be spread over them. Have the till send unit costs; a corrected receipt replaces this one.",
    };
    const held = { told: [], problems: [problem], heldEvents: ["stock.received:7.3.12"] };
    const priced = { id: "1", item: "SHIRT", quantityMillionths: piece, unitCost: 1_000 };
    for (const lines of [
      [priced, { id: "2", item: "MUG", quantityMillionths: piece }],
      [{ ...priced, unitCost: 0 }],
      [{ ...priced, item: "ENGRAVING" }],
    ])
      expect(target(received({ lines, landedCost: 400 }))).toEqual(held);
  });
});

describe("what a store has of its goods", () => {
  test("differs by what was counted less what the till expected, against shrink by its reason", () => {
    const lines = [
      { id: "1", item: "SHIRT", countedMillionths: 3 * piece, expectedMillionths: 5 * piece },
      { id: "2", item: "MUG", countedMillionths: 4 * piece, expectedMillionths: 3 * piece },
      { id: "3", item: "MUG", countedMillionths: piece, expectedMillionths: piece },
    ];
    const shrink = 'shrink {"location":"loop","reason":"count"} "average"';
    expect(target(counted(...lines)).told).toEqual([["us count USD", `1 SHIRT apparel -2 loop ${shrink}`, `2 MUG home 1 loop ${shrink}`]]);
    const bearer = { ...rule, when: { reason: "count" }, role: "other-expense" };
    expect(target(counted(lines[0]!), { ...policy, stockReasons: [bearer] }).told[0]?.[1]).toContain("other-expense");
  });

  test("is not known where the till does not say what it expected", () => {
    expect(
      target(
        counted(
          { id: "1", item: "SHIRT", countedMillionths: piece, expectedMillionths: 0 },
          { id: "2", item: "MUG", countedMillionths: 1 },
        ),
      ),
    ).toEqual({
      told: [],
      problems: [
        {
          class: "data.missing",
          code: "expected-quantity",
          cause: "stock.counted:7.3.12",
          event: "stock.counted:7.3.12",
          message:
            "stock.counted:7.3.12 counts MUG and does not say what the till expected, so that nobody knows the difference. Have the till send its own quantity, or adjust the stock in the ERP.",
        },
      ],
      heldEvents: ["stock.counted:7.3.12"],
    });
  });

  test("is adjusted against whom policy names for the reason, and held once for each that it does not know", () => {
    const line = (id: string, reason: string, deltaMillionths = -piece) => ({ id, item: "SHIRT", deltaMillionths, reason });
    expect(target(adjusted(line("1", " Damaged "), line("2", "DAMAGED", piece))).told).toEqual([
      [
        "us adjustment USD",
        '1 SHIRT apparel -1 loop shrink {"location":"loop","reason":"damaged"} "average"',
        '2 SHIRT apparel 1 loop shrink {"location":"loop","reason":"damaged"} "average"',
      ],
    ]);
    const problem = (reason: string) => ({
      class: "data.unmapped",
      code: "stock-reason",
      cause: `stock-reason:${reason}`,
      event: "stock.adjusted:7.3.12",
      message: `goods are adjusted for "${reason}", and no rule says who bears them. Add it to stockReasons; the document posts by itself.`,
    });
    expect(target(adjusted(line("1", " Gift "), line("2", "gift"), line("3", "damaged"), line("4", "lost")))).toEqual({
      told: [],
      problems: [problem("gift"), problem("lost")],
      heldEvents: ["stock.adjusted:7.3.12"],
    });
  });

  test("goes back to its vendor against a claim on it, at the average", () => {
    const back: BusinessEvent = {
      ...head("stock.returned-to-vendor"),
      name: "stock.returned-to-vendor",
      vendor: "ACME",
      lines: [{ id: "1", item: "SHIRT", quantityMillionths: piece, unitCost: 900 }],
    };
    expect(target(back).told).toEqual([["us vendor-return USD", '1 SHIRT apparel -1 loop vendor-claims {"vendor":"ACME"} "average"']]);
  });
});

describe("a stock document is held", () => {
  test("whose item is unknown or not named, each line for itself", () => {
    const line = (id: string, item: string) => ({ id, item, quantityMillionths: piece });
    expect(target(received({ lines: [line("1", "SHIRT"), line("2", "TEAPOT"), line("3", "")] }))).toEqual({
      told: [],
      problems: [
        {
          class: "data.unmapped",
          code: "item",
          cause: "item:TEAPOT",
          event: "stock.received:7.3.12",
          message: "item TEAPOT is not in the item policy. Add it; the document posts by itself.",
        },
        {
          class: "data.unmapped",
          code: "item",
          cause: "item:line 3",
          event: "stock.received:7.3.12",
          message: "line 3 of stock.received:7.3.12 names no item. Have the till send one; a corrected document replaces it.",
        },
      ],
      heldEvents: ["stock.received:7.3.12"],
    });
  });

  test("of a store that belongs to no entity", () => {
    const held = (store: string) => ({
      told: [],
      problems: [
        {
          class: "data.unmapped",
          code: "store",
          cause: `store:${store}`,
          event: "stock.received:7.3.12",
          message: `store ${store} belongs to no entity. Add it to the stores of the policies; the document posts by itself.`,
        },
      ],
      heldEvents: ["stock.received:7.3.12"],
    });
    expect(target(received({ store: "8" }))).toEqual(held("8"));
    expect(target(received({ store: "constructor" }))).toEqual(held("constructor"));
    const { ca } = policy.entities;
    expect(target(received(), { ...policy, entities: { ca: ca! } })).toEqual(held("7"));
  });

  test("by nobody where its goods lie in another entity's location: they are that one's", () => {
    const store = { ...policy.stores["7"]!, location: "north" };
    expect(target(received(), { ...policy, stores: { "7": store } }).told[0]?.[0]).toBe("ca receipt CAD");
    const unknown = { ...policy.stores["7"]!, location: "nowhere" };
    expect(target(received(), { ...policy, stores: { "7": unknown } }).told[0]?.[0]).toBe("us receipt USD");
  });
});
