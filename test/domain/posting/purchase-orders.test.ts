import { describe, expect, test } from "vitest";
import { Invalid, Throttled, Unavailable, UnknownOutcome } from "#domain/failures";
import {
  type HeldPurchaseOrder,
  orderOf,
  ordersOfCall,
  placing,
  Refused,
  requireSameOrder,
  requireSoundOrder,
  type SentStep,
} from "#domain/posting";

const order: HeldPurchaseOrder = {
  number: "PO-300",
  erpNumber: "PO-300",
  entity: "north",
  vendor: "MILL",
  location: "DC",
  currency: "USD",
  orderedOn: "2026-03-02",
  open: true,
  lines: [
    { item: "HAT", quantityMillionths: 10_000_000, unitCost: 250, receivedMillionths: 4_000_000 },
    { item: "CAP", quantityMillionths: 1_500_000, unitCost: 90, receivedMillionths: 0 },
  ],
};
const came = (item: string, quantityMillionths: number, location = "DC") => ({ item, location, quantityMillionths });

const receive = (on: HeldPurchaseOrder, ...receipts: ReturnType<typeof came>[][]) => {
  const orders = ordersOfCall([on]);
  for (const movements of receipts) orders.receive({ entity: "north", purchaseOrder: "PO-300", movements: movements as never });
};
const refusal = (code: string, message = /./) => expect.objectContaining({ code, message: expect.stringMatching(message) });

describe("goods that come on an order", () => {
  test("come up to what is still to come, in however many receipts and movements", () => {
    expect(() =>
      receive(order, [came("HAT", 2_000_000), came("HAT", 3_000_000)], [came("CAP", 1_500_000), came("HAT", 1_000_000)]),
    ).not.toThrow();
  });

  test.each([
    [
      "over-receipt",
      /^3\.5 of HAT arrived on purchase order PO-300, and 3 are still to come/,
      [came("HAT", 3_000_000), came("HAT", 3_500_000)],
    ],
    ["not-ordered", /^item SCARF is not on purchase order PO-300/, [came("SCARF", 1_000_000)]],
    ["other-location", /^purchase order PO-300 is for DC, and HAT arrived at SHOP/, [came("HAT", 1_000_000, "SHOP")]],
  ])("are refused as %s, and the reason says what to do", (code, message, movements) => {
    expect(() => receive(order, movements)).toThrow(refusal(code, message));
  });

  test("are refused where receipts of the same call went before them", () => {
    expect(() => receive(order, [came("HAT", 4_000_000)], [came("HAT", 2_000_001)])).toThrow(
      refusal("over-receipt", /and 2 are still to come/),
    );
  });

  test("are refused on an order that takes none, and as too many on one that was lowered below what came", () => {
    expect(() => receive({ ...order, open: false }, [came("HAT", 1)])).toThrow(refusal("purchase-order-closed"));
    const lowered = { ...order, lines: [{ ...order.lines[0]!, quantityMillionths: 3_000_000 }] };
    expect(() => receive(lowered, [came("HAT", 1)])).toThrow(/ and 0 are still to come/);
  });

  test("are found by the ERP's number too, and refused under one that the entity's ERP does not have", () => {
    const orders = ordersOfCall([{ ...order, erpNumber: "P-7" }]);
    const movements = [came("HAT", 6_000_000)] as never;
    orders.receive({ entity: "north", purchaseOrder: "P-7", movements });
    expect(() => orders.receive({ entity: "north", purchaseOrder: "PO-300", movements })).toThrow(refusal("over-receipt"));
    expect(() => orders.receive({ entity: "maple", purchaseOrder: "PO-300", movements })).toThrow(
      refusal("unknown-purchase-order", /PO-300 of maple/),
    );
  });
});

describe("an order under a number that stands already", () => {
  const { erpNumber: _, open: __, ...given } = order;

  test("is the same in whatever order its lines are", () => {
    expect(() => requireSameOrder(order, { ...given, lines: [...given.lines].reverse() })).not.toThrow();
  });

  test.each([
    ["the vendor", { vendor: "WEAVER" }],
    ["the location", { location: "SHOP" }],
    ["the currency", { currency: "CAD" }],
    ["the day", { orderedOn: "2026-03-03" }],
    ["the quantity of CAP", { lines: [given.lines[0]!, { ...given.lines[1]!, quantityMillionths: 2_000_000 }] }],
    ["the unit cost of CAP", { lines: [given.lines[0]!, { ...given.lines[1]!, unitCost: 91 }] }],
    ["item SCARF", { lines: [...given.lines, { ...given.lines[0]!, item: "SCARF" }] }],
    ["item CAP", { lines: [given.lines[0]!] }],
  ])("is refused where it differs in %s", (what, change) => {
    expect(() => requireSameOrder(order, { ...given, ...change })).toThrow(
      expect.objectContaining({ code: "key-reused", message: expect.stringContaining(`differs in ${what}:`) }),
    );
  });
});

test.each([
  ["no lines", []],
  ["an item twice", [order.lines[0]!, order.lines[0]!]],
  ["nothing of an item", [{ ...order.lines[0]!, quantityMillionths: 0 }]],
  ["a negative cost", [{ ...order.lines[0]!, unitCost: -1 }]],
])("an order with %s is none", (_, lines) => {
  expect(() => requireSoundOrder({ ...order, lines })).toThrow(expect.objectContaining({ code: "invalid-order" }));
});

test("an order of sound lines is one, also where an item costs nothing", () => {
  expect(() => requireSoundOrder({ ...order, lines: order.lines.map((line) => ({ ...line, unitCost: 0 })) })).not.toThrow();
  expect(() => requireSoundOrder({ ...order, lines: [] })).toThrow(
    "purchase order PO-300 needs lines, each with an item of its own, a quantity above 0 and a cost that is not negative",
  );
});

test("goods without an order's number are on none, and each entity has its own orders", () => {
  const orders = ordersOfCall([{ ...order, entity: "maple" }, order]);
  const movements = [came("HAT", 6_000_000)] as never;
  orders.receive({ entity: "north", movements } as never);
  orders.receive({ entity: "north", purchaseOrder: "PO-300", movements });
  expect(() => orders.receive({ entity: "north", purchaseOrder: "PO-300", movements })).toThrow(refusal("over-receipt"));
  orders.receive({ entity: "maple", purchaseOrder: "PO-300", movements });
});

test("a step is on the order that its stock document names", () => {
  const step = (kind: string, type: string) => ({ kind, document: { type, purchaseOrder: "PO-300" } }) as unknown as SentStep;
  expect([orderOf(step("post", "stock")), orderOf(step("post", "journal")), orderOf(step("reverse", "stock"))]).toEqual([
    "PO-300",
    undefined,
    undefined,
  ]);
});

describe("an order that is placed", () => {
  let clock = 1_000;
  const place = async (
    thrown: unknown,
    {
      begins = false,
      erp,
      refusal: no,
    }: { begins?: boolean; erp?: string; refusal?: (error: unknown) => { kind: "skipped" } | undefined } = {},
  ) => {
    clock = 1_000;
    return await placing(
      {
        place: async (_, left, begin) => {
          clock += 400;
          if (begins) begin();
          if (thrown !== undefined) throw thrown;
          return { kind: "done", number: String(left()) };
        },
        requestMilliseconds: 2_000,
        now: () => clock,
        ...(erp === undefined ? {} : { erp }),
      },
      no,
    )(order);
  };

  test("is told what is left of its time", async () => {
    expect(await place(undefined)).toEqual({ kind: "done", number: "1600" });
  });

  test.each<[string, unknown, { begins?: boolean; erp?: string }, object]>([
    [
      "that the ERP refuses",
      new Refused("closed-vendor", "MILL is closed"),
      {},
      { kind: "refused", code: "closed-vendor", message: "MILL is closed" },
    ],
    ["of which nobody knows", new UnknownOutcome("cut off"), {}, { kind: "unknown", message: "the ERP did not answer: cut off" }],
    [
      "that was begun when the ERP went away",
      new Unavailable("gone"),
      { begins: true, erp: "Tryton" },
      { kind: "unknown", message: "Tryton did not answer: gone" },
    ],
    ["that was not begun when the ERP went away", new Unavailable("gone"), {}, { kind: "unavailable", message: "gone" }],
    [
      "that the ERP has no time for",
      new Throttled("slow down", "7"),
      {},
      { kind: "unavailable", throttled: true, message: "slow down", retryAfterSeconds: 7 },
    ],
    ["whose answer cannot be read", new Invalid("no JSON"), { begins: true }, { kind: "unavailable", message: "no JSON" }],
  ])("and %s says so", async (_, thrown, more, answer) => {
    expect(await place(thrown, more)).toEqual(answer);
  });

  test("has the answer that its adapter knows for a no, and throws on what nobody foresaw", async () => {
    expect(await place(new TypeError("x"), { refusal: (error) => (error instanceof TypeError ? { kind: "skipped" } : undefined) })).toEqual(
      { kind: "skipped" },
    );
    await expect(place(new TypeError("x"))).rejects.toThrow(TypeError);
  });
});
