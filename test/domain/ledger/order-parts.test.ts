import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { targetLedger } from "#domain/ledger";
import { mergeContents } from "../../../domain/ledger/merge-contents.ts";
import { OrderVersions } from "../../../domain/ledger/orders/order-versions.ts";
import { placeOf } from "../../../domain/ledger/place.ts";
import { tillReceipt, tillShipment } from "../../../domain/ledger/transfers/till-transfers.ts";
import { countedAsStated } from "../../../domain/returns/paid-currency.ts";
import { captured, order, refund, refunded, transaction } from "./sale-events.ts";
import { policy } from "./sale-policy.ts";

describe("the versions of an order", () => {
  const version = (hour: string, total: number, currency = "USD") =>
    order({ A: { gross: total } }, { version: `2026-11-27T${hour}:00:00.000Z`, currency });
  const more = (instant: string, ...orders: BusinessEvent[]) => new OrderVersions(orders).moreAt(`2026-11-27T${instant}:00.000Z`);
  const three = [version("11", 9_000), version("09", 10_000), captured("p1", "09:30", 100), version("10", 8_000)];

  test("say by how much more was owed at an instant, whichever order they came in", () => {
    expect(["08:00", "09:00", "09:59", "10:00", "10:59", "11:00", "12:00"].map((instant) => more(instant, ...three))).toEqual([
      1_000, 1_000, 1_000, 0, 0, 0, 0,
    ]);
    expect(more("09:00")).toBe(0);
    expect(more("09:00", version("09", 500))).toBe(0);
  });

  test("are in one currency", () => {
    expect(new OrderVersions([]).currencyProblem()).toBeUndefined();
    expect(new OrderVersions(three).currencyProblem()).toBeUndefined();
    const thrice = [version("11", 1, "EUR"), version("09", 1, "CAD"), version("10", 1, "USD")];
    expect(new OrderVersions(thrice).currencyProblem()?.message).toContain("was in CAD and is in EUR now");
    expect(new OrderVersions([version("10", 1, "USD"), version("09", 1, "CAD")]).currencyProblem()).toEqual({
      class: "money.currency-mismatch",
      code: "order-currency-changed",
      cause: "order.placed:1",
      event: "order.placed:1",
      currency: "USD",
      message: "order #1001 was in CAD and is in USD now. An order keeps its currency: ask the source which is true.",
    });
  });
});

describe("payments in the customer's currency, as the order counts them", () => {
  // 100.00 EUR are 110.00 USD.
  const placed = {
    ...order({ A: { gross: 11_000 } }),
    presentmentCurrency: "EUR",
    presentment: { total: 10_000, inOrderCurrency: 11_000 },
  };
  const eur = { currency: "EUR" };
  const counted = (events: readonly BusinessEvent[], of = placed) =>
    countedAsStated(of, events).map((event) =>
      event.name === "payment.captured" || event.name === "payment.refunded"
        ? `${event.paymentId} ${event.amount} ${event.currency}${event.foreign === undefined ? "" : ` of ${event.foreign.amount} ${event.foreign.currency}`}`
        : event.name === "refund.issued"
          ? `${event.refundId} ${event.currency}: ${event.payments.map(({ amount, currency }) => `${amount}${currency === undefined ? "" : ` ${currency}`}`).join(", ")}`
          : event.name,
    );
  const first = captured("p1", "09:05", 3_333, eur);

  test("cumulatively, so that the last one takes the cent, and above the total at the same rate", () => {
    expect(counted([first, captured("p2", "09:06", 6_667, eur), captured("p3", "09:07", 12_501, eur)])).toEqual([
      "p1 3666 USD of 3333 EUR",
      "p2 7334 USD of 6667 EUR",
      "p3 13751 USD of 12501 EUR",
    ]);
  });

  test("and what is in the order's own currency, or in a third one, as it is", () => {
    const own = [captured("p8", "09:05", 3_333), captured("p9", "09:05", 100, { currency: "GBP" })];
    expect(countedAsStated(placed, own)).toBe(own);
    expect(counted([...own, first])).toEqual(["p8 3333 USD", "p9 100 GBP", "p1 3666 USD of 3333 EUR"]);
    const { presentment: _, ...silent } = placed;
    expect(countedAsStated(silent, [first])[0]).toBe(first);
    const usd = [captured("p1", "09:05", 3_333)];
    expect(countedAsStated({ ...placed, presentmentCurrency: "USD" }, usd)).toBe(usd);
  });

  test("what is paid back for its share of the payment that it gives back, be that named itself or by its authorisation", () => {
    const back = (id: string, amount: number, parent?: string) =>
      refunded(id, "10:00", amount, { ...eur, ...(parent === undefined ? {} : { parent }) });
    expect(counted([back("m1", 1_000, "p1"), first, back("m2", 2_333, "p1")])).toEqual([
      "m1 1100 USD of 1000 EUR",
      "p1 3666 USD of 3333 EUR",
      "m2 2566 USD of 2333 EUR",
    ]);
    const byAuthorisation = { ...first, parentPaymentId: "a1" } as BusinessEvent;
    expect(counted([byAuthorisation, back("m1", 3_333, "a1")]).at(-1)).toBe("m1 3666 USD of 3333 EUR");
    // By its own share 33.33 EUR are 36.66; by the rate alone, of no payment or of more than it took in, 36.66 as well, and 33.35 are 36.69.
    expect(counted([first, back("m1", 3_335, "p1")]).at(-1)).toBe("m1 3669 USD of 3335 EUR");
    expect(counted([first, back("m1", 1_005)]).at(-1)).toBe("m1 1106 USD of 1005 EUR");
  });

  test("a refund that failed uses nothing of its payment up", () => {
    const small = captured("p1", "09:05", 5, eur);
    const back = (id: string, status: "failed" | "success") => refunded(id, "10:00", 3, { ...eur, parent: "p1", status });
    // 0.05 EUR count for 0.06 USD, of which three fifths are 0.04; by the rate alone 0.03.
    expect(counted([small, back("m1", "failed"), back("m2", "success")])).toEqual([
      "p1 6 USD of 5 EUR",
      "m1 3 USD of 3 EUR",
      "m2 4 USD of 3 EUR",
    ]);
    expect(counted([small, back("m1", "success"), back("m2", "success")]).at(-1)).toBe("m2 3 USD of 3 EUR");
    // Named by its authorisation it is the same payment.
    const authorised = { ...small, parentPaymentId: "a1" } as BusinessEvent;
    expect(counted([authorised, refunded("m1", "10:00", 3, { ...eur, parent: "a1" })]).at(-1)).toBe("m1 4 USD of 3 EUR");
  });

  test("the money of a refund as its payment counts, and the refund in the order's currency where it states nothing else", () => {
    const issued = { ...refund("r1", "10:00", { money: { m1: 1_000, m2: 500 } }), currency: "EUR" };
    const paid = refunded("m1", "10:00", 1_000, { ...eur, parent: "p1" });
    expect(counted([first, issued, paid])).toEqual(["p1 3666 USD of 3333 EUR", "r1 USD: 1100, 550", "m1 1100 USD of 1000 EUR"]);
    const goods = { ...refund("r1", "10:00", { lines: { A: { subtotal: 100, restock: "return" } }, money: { m1: 1_000 } }) };
    const inEur = { ...goods, payments: goods.payments.map((payment) => ({ ...payment, currency: "EUR" })) };
    expect(counted([inEur])).toEqual(["r1 USD: 1100"]);
    expect(counted([{ ...inEur, currency: "EUR" }])).toEqual(["r1 EUR: 1100"]);
    for (const more of [
      refund("r1", "10:00", { shipping: { amount: 1 }, money: { m1: 1_000 } }),
      refund("r1", "10:00", { discrepancy: { amount: 1 }, money: { m1: 1_000 } }),
      { ...refund("r1", "10:00", { money: { m1: 1_000 } }), duties: 1 },
      { ...refund("r1", "10:00", { money: { m1: 1_000 } }), fees: 1 },
      { ...refund("r1", "10:00", { money: { m1: 1_000 } }), tips: 1 },
    ])
      expect(counted([{ ...more, currency: "EUR" }])).toEqual(["r1 EUR: 1100"]);
    const mixed = {
      ...issued,
      payments: issued.payments.map((payment, index) => (index === 0 ? payment : { ...payment, currency: "USD" })),
    };
    expect(counted([mixed])).toEqual(["r1 USD: 1100, 500 USD"]);
    expect(counted([{ ...issued, currency: "GBP" }, first])).toEqual(["r1 GBP: 1000, 500", "p1 3666 USD of 3333 EUR"]);
  });
});

describe("what tills say of a transfer", () => {
  const head = { schema: 1, version: "1", occurredAt: "2026-11-27T09:00:00.000Z", transferId: "T", shipmentId: "S" } as const;
  const shipment = {
    ...head,
    name: "transfer.shipped",
    key: "transfer.shipped:S",
    lines: [
      { id: "1", item: "SHIRT", quantityMillionths: 2 },
      { id: "2", item: "", quantityMillionths: 5 },
      { id: "3", item: "SHIRT", quantityMillionths: 3 },
      { id: "4", item: "", quantityMillionths: 7 },
    ],
  } as unknown as EventOf<"transfer.shipped">;
  const receipt = (more: object) =>
    ({
      ...head,
      name: "transfer.received",
      key: "transfer.received:S",
      lines: [
        { id: "9", item: "SHIRT", acceptedMillionths: 2, rejectedMillionths: 1 },
        { id: "8", item: "SHIRT", acceptedMillionths: 4, rejectedMillionths: 3 },
        { id: "7", item: "MUG", acceptedMillionths: 1, rejectedMillionths: 0 },
      ],
      ...more,
    }) as unknown as EventOf<"transfer.received">;

  test("is one line per item; a line without one is itself", () => {
    expect(tillShipment(shipment, []).lines).toEqual([
      { id: "SHIRT", item: "SHIRT", quantityMillionths: 5 },
      { id: "2", item: "", quantityMillionths: 5 },
      { id: "4", item: "", quantityMillionths: 7 },
    ]);
    expect(tillReceipt(receipt({})).lines).toEqual([
      { id: "SHIRT", item: "SHIRT", acceptedMillionths: 6, rejectedMillionths: 4 },
      { id: "MUG", item: "MUG", acceptedMillionths: 1, rejectedMillionths: 0 },
    ]);
  });

  test("goes where the sender says, else where the first receipt does that says so", () => {
    const ends = (more: object, ...receipts: object[]) => {
      const { origin, destination } = tillShipment({ ...shipment, ...more }, receipts.map(receipt));
      return [origin, destination];
    };
    expect(ends({})).toEqual([undefined, undefined]);
    expect(Object.keys(tillShipment(shipment, []))).not.toContain("origin");
    expect(Object.keys(tillShipment(shipment, []))).not.toContain("destination");
    expect(ends({}, {}, { origin: "a", destination: "b" }, { origin: "c", destination: "d" })).toEqual(["a", "b"]);
    expect(ends({ origin: "x", destination: "y" }, { origin: "a", destination: "b" })).toEqual(["x", "y"]);
  });
});

describe("a place of the channel", () => {
  test("is a location of ours with its entity, by its id or by what the shop has for none", () => {
    expect(placeOf(policy, "shopify", "300", "dc")).toEqual({ kind: "known", location: "north", entity: "ca" });
    expect(placeOf(policy, "shopify", undefined, "dc")).toEqual({ kind: "known", location: "dc", entity: "us" });
  });

  test("is held until it is mapped", () => {
    const problem = (message: string, cause: string) => ({
      kind: "held",
      problem: { class: "data.unmapped", code: "location", cause: `location:${cause}`, message },
    });
    expect(placeOf(policy, "shopify", "999", "dc")).toEqual(
      problem("shopify location 999 is not mapped. Add it to the locations; the stock document posts by itself.", "999"),
    );
    expect(placeOf(policy, "shopify", undefined, undefined)).toEqual(
      problem(
        "shopify location (none stated, and the shop has no default) is not mapped. Add it to the locations; the stock document posts by itself.",
        "none",
      ),
    );
    expect(placeOf(policy, "shopify", undefined, "nowhere")).toMatchObject({ kind: "held" });
  });
});

describe("two contents of one resource", () => {
  test.each<[string, unknown, unknown, unknown]>([
    ["an absent part states nothing", { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    ["nor does null or an empty list", { a: null, b: [] }, { a: 1, b: [2] }, { a: 1, b: [2] }],
    ["nothing on both sides stays as the first has it", { a: [], b: null }, { a: null }, { a: [], b: null }],
    ["and no part is made of nothing", { a: undefined }, {}, {}],
    [
      "rows are matched by their id",
      [{ id: "1", a: 1 }, { id: "2" }],
      [{ id: "2", a: 2 }, { id: "1" }],
      [
        { id: "1", a: 1 },
        { id: "2", a: 2 },
      ],
    ],
    ["or by the payment's", [{ paymentId: "1", a: 1 }], [{ paymentId: "1", b: 1 }], [{ paymentId: "1", a: 1, b: 1 }]],
    ["others by where they are", [1, { a: 1 }], [1, { b: 1 }], [1, { a: 1, b: 1 }]],
    ["rows whose id is no text by where they are", [{ id: 1 }, { id: 2 }], [{ id: 1 }, { id: 2 }], [{ id: 1 }, { id: 2 }]],
    ["equal lists that name a row twice are equal", [{ id: "1" }, { id: "1" }], [{ id: "1" }, { id: "1" }], [{ id: "1" }, { id: "1" }]],
    ["unequal ones contradict", [{ id: "1" }, { id: "1", a: 1 }], [{ id: "1", a: 1 }, { id: "1" }], undefined],
    ["two values contradict", { a: 1 }, { a: 2 }, undefined],
    ["so do a list and a record", { a: [1] }, { a: { 0: 1 } }, undefined],
    ["a record and a value", { a: { b: 1 } }, { a: "b" }, undefined],
    ["lists of other lengths", [1], [1, 2], undefined],
    ["rows of other ids", [{ id: "1" }], [{ id: "2" }], undefined],
    ["other values in another place", [1, 2], [2, 1], undefined],
  ])("%s", (_, one, other, merged) => {
    expect(mergeContents(one, other)).toEqual(merged);
    if (typeof merged === "object") expect(Object.keys(merged as object)).toEqual(Object.keys(mergeContents(one, other) as object));
  });
});

describe("an order that nothing may post of", () => {
  const problems = (placed: BusinessEvent, of = policy) => {
    const target = targetLedger([placed, captured("p1", "09:05", 10_000)], of, transaction);
    return { problems: target.problems.map(({ event: _, ...problem }) => problem), held: target.heldEvents, documents: target.documents };
  };
  const shop = policy.shops["demo.example"]!;
  const held = ["payment.captured:p1"];

  test("because its entity is none of the policies", () => {
    const { ca } = policy.entities;
    const found = problems(order({ A: { gross: 10_000 } }), { ...policy, entities: { ca: ca! } });
    expect(found.problems[0]).toEqual({
      class: "data.unmapped",
      code: "entity",
      cause: "entity:us",
      message: "shop demo.example sells for entity us, which the policies do not define. Add the entity.",
    });
    expect([found.held, found.documents]).toEqual([held, []]);
  });

  test("because the shop sells in another currency", () => {
    const inCad = { ...policy, shops: { "demo.example": { ...shop, currency: "CAD" } } };
    expect(problems(order({ A: { gross: 10_000 } }), inCad)).toEqual({
      problems: [
        {
          class: "money.currency-mismatch",
          code: "shop-currency",
          cause: "order.placed:1",
          currency: "USD",
          message: "order #1001 is in USD, shop demo.example sells in CAD. Correct it at the source, or the shop in the policies.",
        },
      ],
      held,
      documents: [],
    });
    const inUsd = { ...policy, shops: { "demo.example": { ...shop, currency: "USD" } } };
    expect(problems(order({ A: { gross: 10_000 } }), inUsd).problems).toEqual([]);
  });

  test("because a tax of its goods or its shipping has no jurisdiction, or one that is not defined; a tax of nothing needs none", () => {
    const unmapped = {
      class: "data.unmapped",
      code: "tax",
      cause: "tax:ZZ",
      message: 'tax "ZZ" of shop demo.example has no jurisdiction. Map it in the tax policy; the order posts by itself.',
    };
    expect(problems(order({ A: { gross: 9_000, tax: { ZZ: 1_000 } } }))).toEqual({ problems: [unmapped], held, documents: [] });
    expect(problems(order({ A: { gross: 9_000 } }, { shipping: { gross: 900, tax: { ZZ: 100 } } })).problems).toEqual([unmapped]);
    expect(problems(order({ A: { gross: 10_000, tax: { ZZ: 0 } } })).problems).toEqual([]);
    const { "US-IL": _, ...others } = policy.jurisdictions;
    expect(problems(order({ A: { gross: 9_000, tax: 1_000 } }), { ...policy, jurisdictions: others }).problems).toMatchObject([
      { cause: "tax:IL" },
    ]);
  });

  test("because its total is not what it is made of", () => {
    expect(problems(order({ A: { gross: 10_000 } }, { total: 10_001 }))).toEqual({
      problems: [
        {
          class: "money.amount-mismatch",
          code: "order-total",
          cause: "order.placed:1",
          amount: 1,
          currency: "USD",
          message:
            "order #1001: the stated total differs from its lines, shipping, discounts and taxes by 0.01 USD. Correct it at the source.",
        },
      ],
      held,
      documents: [],
    });
  });

  test("and without its order each fact that needs it says so", () => {
    const target = targetLedger([captured("p1", "09:05", 10_000)], policy, transaction);
    expect(target.problems.map(({ class: name, message }) => [name, message])).toEqual([
      [
        "sequence.parent-missing",
        "payment.captured:p1 waits for order.placed, which has not arrived or is quarantined. It heals when it does; if overdue, fetch it from the source.",
      ],
    ]);
    expect(target.heldEvents).toEqual(held);
    const agreed: BusinessEvent = {
      name: "return.authorized",
      schema: 1,
      key: "return.authorized:R1",
      version: "1",
      occurredAt: "2026-11-27T09:00:00.000Z",
      orderId: "1",
      returnId: "R1",
      lines: [],
      fees: [],
    };
    const over = (name: "return.rejected" | "return.cancelled" | "return.closed") =>
      ({
        name,
        schema: 1,
        key: `${name}:R1`,
        version: "1",
        occurredAt: "2026-11-27T09:00:00.000Z",
        orderId: "1",
        returnId: "R1",
      }) as BusinessEvent;
    const silent = [agreed, over("return.rejected"), over("return.cancelled"), over("return.closed")];
    expect(targetLedger(silent, policy, transaction)).toMatchObject({ problems: [], heldEvents: [] });
  });
});
