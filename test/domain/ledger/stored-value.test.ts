import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { storedValueTransaction } from "#domain/identity";
import { targetLedger } from "#domain/ledger";
import type { Policy } from "#domain/policy";
import { ledger, ledgerText } from "./ledger-text.ts";
import { policy } from "./sale-policy.ts";

/* What the golden scenarios of c12 to c15 do not tell: whose card it is, what is unmapped, and figures that contradict each other. */

const head = (key: string, time = "12:00") => ({ schema: 1, key, version: "1", occurredAt: `2026-11-27T${time}:00.000Z` }) as const;
const card = { cardId: "9", currency: "USD" };
const stream = storedValueTransaction("shopify", "demo.example", "gift-card", "9");
const target = (events: readonly BusinessEvent[], rules = policy, transaction = stream) => targetLedger(events, rules, transaction);

const issued = (more: Partial<EventOf<"gift-card.issued">> = {}): BusinessEvent => ({
  name: "gift-card.issued",
  ...head("gift-card.issued:9", "09:00"),
  ...card,
  amount: 2_500,
  ...more,
});
const redeemed = (more: Partial<EventOf<"gift-card.redeemed">> = {}): BusinessEvent => ({
  name: "gift-card.redeemed",
  ...head("gift-card.redeemed:1"),
  ...card,
  entryId: "1",
  amount: 500,
  ...more,
});
const adjusted = (amount: number, more: Partial<EventOf<"gift-card.adjusted">> = {}): BusinessEvent => ({
  name: "gift-card.adjusted",
  ...head("gift-card.adjusted:2", "13:00"),
  ...card,
  entryId: "2",
  amount,
  ...more,
});
const byOrder = { orderId: "1", lineId: "A" };

const issuers = (...names: readonly string[]): Policy => ({
  ...policy,
  tenders: names.map((issuer) => ({
    channel: "shopify",
    match: issuer,
    role: "gift-card-liability",
    dimensions: { issuer },
    why: "test",
  })),
});

test("a gift card and a customer's credit are streams of their own", () => {
  expect(stream).toBe("stored-value:shopify:demo.example:gift-card:9");
  expect(storedValueTransaction("shopify", "demo.example", "store-credit", "a:b")).toBe(
    "stored-value:shopify:demo.example:store-credit:a%3Ab",
  );
});

describe("whose card it is", () => {
  test("that of the shop's entity where its channel takes its cards", () => {
    expect(ledgerText(target([issued()], issuers("ca", "us")))).toContain("Cr gift-card-liability{issuer:us} 25.00");
  });

  test("that of the only issuer whose cards the channel takes, who is owed what was given away and waits for the rate of its own books", () => {
    expect(ledgerText(target([issued()], issuers("ca")))).toBe(ledger`
      gift-card.issued:9 → issued
        Dr price-concessions{reason:goodwill} 25.00
          Cr due-to{counterparty:ca} 25.00
      ! money.fx-rate-missing/USD:CAD USD:CAD:2026-11-27
      held gift-card.issued:9
    `);
  });

  test("nobody's that could be told, where several others issue cards", () => {
    const { problems, documents, heldEvents } = target([issued(), redeemed({ orderId: "1" })], issuers("ca", "mx"));
    expect(documents).toEqual([]);
    expect(heldEvents).toEqual(["gift-card.issued:9"]);
    expect(problems).toMatchObject([{ class: "data.unmapped", code: "issuer", cause: "issuer:gift-card:us" }]);
    expect(problems[0]?.message).toBe(
      "us sells a gift-card, and the tender policy of shopify names ca, mx as issuers. Say there whose gift-card it takes; the document posts by itself.",
    );
  });

  test("that of the entity of the store, for a card that a store states", () => {
    const given = ledgerText(target([issued()], policy, storedValueTransaction("pos", "7", "gift-card", "9")));
    expect(given).toContain("Cr gift-card-liability{issuer:us} 25.00");
  });

  test("nobody's, for a shop that policy does not know", () => {
    const unknown = target([issued()], policy, storedValueTransaction("shopify", "other.example", "gift-card", "9"));
    expect(ledgerText(unknown)).toBe("! data.unmapped/store place:other.example\nheld gift-card.issued:9");
  });
});

describe("what contradicts itself", () => {
  test("a card in two currencies", () => {
    expect(ledgerText(target([issued(), redeemed({ currency: "CAD" })]))).toBe(
      "! money.currency-mismatch/stored-value gift-card.redeemed:1\nheld gift-card.issued:9\nheld gift-card.redeemed:1",
    );
  });

  test("a use of more than is left, in a sale that books it: told, and nothing waits", () => {
    const { problems, heldEvents } = target([issued(byOrder), redeemed({ amount: 3_000, orderId: "2" })]);
    expect(problems).toMatchObject([{ class: "money.amount-mismatch", code: "over-redeemed", amount: 500 }]);
    expect(problems[0]?.message).toContain("takes 30.00 USD, and 25.00 USD are left");
    expect(heldEvents).toEqual([]);
  });

  test("a balance that is taken away beyond what is left", () => {
    expect(ledgerText(target([issued(byOrder), adjusted(-3_000, { reason: "correction" })]))).toBe(
      "! money.amount-mismatch/over-redeemed gift-card.adjusted:2 5.00\nheld gift-card.adjusted:2",
    );
  });

  test("a place that took the card and is no shop or store of ours", () => {
    expect(ledgerText(target([issued(byOrder), redeemed({ takenBy: "77" })]))).toBe(
      "! data.unmapped/store place:77\nheld gift-card.redeemed:1",
    );
  });
});

test("what waits for its issue is a use, a cash-out or a change by hand: a sale that books it needs no issue", () => {
  const ticket = { store: "7", register: "1", businessDate: "2026-11-27", sequence: "3" };
  expect(target([redeemed({ orderId: "1" }), adjusted(-100, { ticket })])).toEqual({ documents: [], problems: [], heldEvents: [] });
  expect(target([adjusted(100)]).heldEvents).toEqual(["gift-card.adjusted:2"]);
});

test("what a sale took beyond what was left is made up for by what is added later", () => {
  const given = (time: string, amount: number) =>
    adjusted(amount, { ...head(`gift-card.adjusted:${time}`, time), entryId: time, ticket: till });
  const till = { store: "7", register: "1", businessDate: "2026-11-27", sequence: "3" };
  const events = [issued(byOrder), redeemed({ amount: 3_000, orderId: "2" }), given("13:00", 700)];
  const use = (amount: number) => redeemed({ ...head("gift-card.redeemed:9", "15:00"), entryId: "9", amount, takenBy: "7" });
  expect(target([...events, use(200)]).heldEvents).toEqual([]);
  expect(target([...events, use(201)]).heldEvents).toEqual(["gift-card.redeemed:9"]);
});

test("a card is issued before it is used, whatever the clocks of two systems say", () => {
  const early = redeemed({ ...head("gift-card.redeemed:1", "08:00"), takenBy: "7" });
  expect(ledgerText(target([early, issued(byOrder)]))).toBe(ledger`
    gift-card.redeemed:1 → redeemed
      Dr gift-card-liability{issuer:us} 5.00
        Cr payment-clearing{gateway:gift-card,currency:USD} 5.00
  `);
});

test("credit that is taken away before any was given, by its own clock, is told and waits", () => {
  const credit = storedValueTransaction("shopify", "demo.example", "store-credit", "5");
  const fields = { accountId: "5", currency: "USD" };
  const events: BusinessEvent[] = [
    {
      name: "store-credit.adjusted",
      ...head("store-credit.adjusted:1", "08:00"),
      ...fields,
      entryId: "1",
      amount: -100,
      reason: "correction",
    },
    { name: "store-credit.redeemed", ...head("store-credit.redeemed:3", "08:30"), ...fields, entryId: "3", amount: 100 },
    { name: "store-credit.issued", ...head("store-credit.issued:2", "09:00"), ...fields, entryId: "2", amount: 100, orderId: "1" },
  ];
  const { documents, problems, heldEvents } = target(events, policy, credit);
  expect(documents).toEqual([]);
  expect(problems.map(({ code, cause }) => `${code} ${cause}`)).toEqual([
    "over-redeemed store-credit.adjusted:1",
    "over-redeemed store-credit.redeemed:3",
  ]);
  expect(heldEvents).toEqual(["store-credit.adjusted:1", "store-credit.redeemed:3"]);
});

test("a refund or a payment that is named without its order is booked by its sale all the same", () => {
  const credit = storedValueTransaction("shopify", "demo.example", "store-credit", "5");
  const fields = { accountId: "5", currency: "USD", amount: 100 };
  const events: BusinessEvent[] = [
    { name: "store-credit.issued", ...head("store-credit.issued:2", "09:00"), ...fields, entryId: "2", refundId: "9" },
    { name: "store-credit.redeemed", ...head("store-credit.redeemed:3", "10:00"), ...fields, entryId: "3", paymentId: "8" },
  ];
  expect(target(events, policy, credit)).toEqual({ documents: [], problems: [], heldEvents: [] });
});

test("a promotional card in the name of somebody outside the group is a discount of the entity that gave it", () => {
  const promotion: Policy = {
    ...issuers("club"),
    elections: [{ election: "storedValueGiven", value: "promotion", when: {}, from: "2026-01-01", why: "test", layer: 0 }],
  };
  const { documents } = target([issued(), redeemed({ orderId: "2" })], promotion);
  expect(documents.map(({ entity, kind }) => `${entity} ${kind}`)).toEqual(["us promotion"]);
});

test("a frozen balance cannot be used again", () => {
  expect(
    ledgerText(
      target([
        issued(byOrder),
        adjusted(-2_000, { reason: "disabled" }),
        redeemed({ ...head("gift-card.redeemed:1", "14:00"), amount: 600, takenBy: "7" }),
      ]),
    ),
  ).toBe("! money.amount-mismatch/over-redeemed gift-card.redeemed:1 1.00\nheld gift-card.redeemed:1");
});

test("a card sold below its face and taken back by its order releases nothing here: the refund takes its discount back", () => {
  expect(target([issued({ ...byOrder, soldFor: 2_000 }), adjusted(-2_500, { orderId: "1" })])).toEqual({
    documents: [],
    problems: [],
    heldEvents: [],
  });
});

test("a card that is said to be sold for its face, or for more, has no discount", () => {
  expect(target([issued({ ...byOrder, soldFor: 2_500 }), redeemed({ orderId: "2" })]).documents).toEqual([]);
  expect(target([issued({ ...byOrder, soldFor: 2_600 }), redeemed({ orderId: "2" })]).documents).toEqual([]);
});

test("an event of another name in the stream of a card says nothing about it", () => {
  expect(
    target([{ name: "source.changed", ...head("source.changed:1"), channel: "shopify", shop: "demo.example", resource: "order", id: "1" }]),
  ).toEqual({
    documents: [],
    problems: [],
    heldEvents: [],
  });
});

test("a card whose discount lowered revenue when it was sold has none to release", () => {
  const atOnce: Policy = {
    ...policy,
    elections: [{ election: "cardDiscount", value: "at-sale", when: { channel: "web" }, from: "2026-01-01", why: "test", layer: 0 }],
  };
  expect(target([issued({ ...byOrder, soldFor: 2_000 }), redeemed({ orderId: "2" })], atOnce).documents).toEqual([]);
});

describe("a voucher for one purpose, whose tax is due with its sale (c12), outside any sale of ours", () => {
  const vouchers: Policy = {
    ...policy,
    tenders: [
      {
        channel: "shopify",
        match: "voucher",
        role: "gift-card-liability",
        dimensions: { issuer: "us" },
        taxedAtSale: { jurisdiction: "US-IL", rate: "0.2" },
        why: "test",
      },
    ],
    estimates: [{ estimate: "breakage", rate: "0.2", when: { kind: "gift-card" }, from: "2020-01-01", why: "test", layer: 0 }],
  };
  const text = (...events: BusinessEvent[]) => ledgerText(target(events, vouchers));

  test("sold by invoice, its tax is due; used where we see no sale, what it pays for owes none again; a fifth is never used", () => {
    expect(text(issued({ amount: 12_000, soldFor: 12_000 }), redeemed({ amount: 6_000, takenBy: "7" }))).toBe(ledger`
      gift-card.issued:9 → sold
        Dr payment-clearing{gateway:gift-card,currency:USD} 120.00
          Cr gift-card-liability{issuer:us} 100.00
          Cr tax-payable{jurisdiction:US-IL} 20.00
      gift-card.redeemed:1 → redeemed
        Dr gift-card-liability{issuer:us} 50.00
        Dr tax-payable{jurisdiction:US-IL} 10.00
          Cr payment-clearing{gateway:gift-card,currency:USD} 60.00
      gift-card.redeemed:1 → breakage
        Dr gift-card-liability{issuer:us} 12.50
          Cr breakage-income{program:gift-card} 12.50
    `);
  });

  test("sold below its face, the tax is that of the price, and what waits for its use is without a tax that nobody owes", () => {
    expect(text(issued({ amount: 12_000, soldFor: 6_000 }), redeemed({ amount: 12_000, orderId: "2" }))).toBe(ledger`
      gift-card.issued:9 → sold
        Dr deferred-card-discount 50.00
        Dr payment-clearing{gateway:gift-card,currency:USD} 60.00
          Cr gift-card-liability{issuer:us} 100.00
          Cr tax-payable{jurisdiction:US-IL} 10.00
      gift-card.redeemed:1 → card-discount
        Dr discounts{channel:web,promotion:card-below-face} 50.00
          Cr deferred-card-discount 50.00
    `);
  });

  test("given, nobody paid its tax: what is owed is its worth without it", () => {
    expect(text(issued({ amount: 1_200 }))).toBe(ledger`
      gift-card.issued:9 → issued
        Dr price-concessions{reason:goodwill} 10.00
          Cr gift-card-liability{issuer:us} 10.00
    `);
  });
});

test("a card that no sale names waits where its channel takes vouchers that were taxed when sold beside others, and nobody says which it is", () => {
  const taxed = (issuer: string, taxedAtSale?: { jurisdiction: string; rate: string }) => ({
    channel: "shopify" as const,
    match: taxedAtSale === undefined ? "gift_card" : "voucher",
    role: "gift-card-liability",
    dimensions: { issuer },
    ...(taxedAtSale === undefined ? {} : { taxedAtSale }),
    why: "test",
  });
  const both = { ...policy, tenders: [taxed("us"), taxed("us", { jurisdiction: "US-IL", rate: "0.1" })] };
  const events = [issued({ soldFor: 2_500 }), redeemed({ takenBy: "7" })];
  expect(
    ledgerText(target(events, both))
      .split("\n")
      .filter((row) => /^(!|held)/.test(row)),
  ).toEqual([
    "! data.unmapped/voucher gift-card.issued:9 25.00",
    "! money.amount-mismatch/over-redeemed gift-card.redeemed:1 5.00",
    "held gift-card.issued:9",
    "held gift-card.redeemed:1",
  ]);
  // What a sale of ours names is its sale's.
  expect(target([issued(byOrder), redeemed({ orderId: "2" })], both)).toEqual({ documents: [], problems: [], heldEvents: [] });
});
