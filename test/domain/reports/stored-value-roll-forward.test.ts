import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { viewTransaction } from "#domain/lineage";
import { type StoredValueMovement, storedValueMovements, storedValueRollForward } from "#domain/reports";
import { at, boundJournal, done, fact, keyOf, outcome, plan } from "../../fixtures/posting-case.ts";
import { goldenPolicy } from "../../golden/golden-policy.ts";

const sale = "sale:shopify:shop.example:1";

/** What a journal of `event` moved, whose gift card line is `amount` (debit positive). */
function movedBy(
  event: Partial<BusinessEvent> & { readonly name: BusinessEvent["name"] },
  amount: number,
  kind = "any",
  more: { readonly role?: string; readonly dimensions?: Record<string, string>; readonly functionalAmount?: number } = {},
  policy = goldenPolicy,
): string[] {
  const stated = { schema: 1, key: `${event.name}:1`, version: "1", occurredAt: at(0), ...event } as BusinessEvent;
  const lines = boundJournal(stated.key, amount).lines.map((line) =>
    line.role === "payment-clearing" ? { ...line, role: "gift-card-liability", dimensions: { issuer: "us" }, ...more } : line,
  );
  const document = { ...boundJournal(stated.key, amount), kind, event: stated.key, lines };
  const made = plan(1, [{ kind: "post", key: keyOf(stated.key), erpKey: `${keyOf(stated.key)}@1`, hash: "h", document }]);
  const view = viewTransaction(sale, [fact(stated.key, { events: [stated] }), made, outcome(made, [done()])]);
  return storedValueMovements(view, policy).map(({ cause, amount: moved, kind: role, issuer }) => `${cause} ${moved} ${role} ${issuer}`);
}

const ticketLine = (collects: string, kind: "sale" | "return", gross: number, tax = 0) => ({
  collects,
  kind,
  gross,
  discounts: [],
  taxes: tax === 0 ? [] : [{ code: "A", amount: tax }],
});
const ticket = (...lines: ReturnType<typeof ticketLine>[]) =>
  ({
    name: "ticket.completed",
    store: "0001",
    businessDate: "2026-11-27",
    taxesIncluded: false,
    lines,
    discounts: [],
    taxes: [],
  }) as unknown as { name: "ticket.completed" };

describe("movements of stored value", () => {
  test.each([
    ["a card sold with an order", { name: "payment.captured" }, -5_000, "sold 5000"],
    ["a card that pays", { name: "payment.captured" }, 3_000, "redeemed -3000"],
    ["money given back to a card", { name: "payment.refunded" }, -1_200, "refunded 1200"],
    ["a card given away", { name: "gift-card.issued" }, -2_500, "issued 2500"],
    ["a card used where no sale is known", { name: "gift-card.redeemed" }, 700, "redeemed -700"],
    ["a card that expired", { name: "gift-card.adjusted", reason: "expired" }, 400, "expired -400"],
    ["a card switched off", { name: "gift-card.adjusted", reason: "deactivated" }, 400, "disabled -400"],
    ["a card corrected down", { name: "gift-card.adjusted", reason: "typing error" }, 400, "corrected -400"],
    ["a card put up again, whatever it is called", { name: "gift-card.adjusted", reason: "expired by mistake" }, -400, "corrected 400"],
  ] as const)("%s", (_, event, amount, moved) => {
    expect(movedBy(event as Parameters<typeof movedBy>[0], amount)).toEqual([`${moved} gift-card-liability us`]);
  });

  test("a ticket that sells one card and takes another moved both, though its line holds the difference", () => {
    expect(movedBy(ticket(ticketLine("gift-card", "sale", 5_000)), -2_000)).toEqual([
      "sold 5000 gift-card-liability us",
      "redeemed -3000 gift-card-liability us",
    ]);
    expect(movedBy(ticket(ticketLine("gift-card", "return", 1_000), ticketLine("store-credit", "sale", 999)), 1_000)).toEqual([
      "corrected -1000 gift-card-liability us",
    ]);
  });

  test("a voucher is worth its face to its holder, not the tax that its price includes", () => {
    const inclusive = (...lines: ReturnType<typeof ticketLine>[]) => ({ ...ticket(...lines), taxesIncluded: true });
    expect(movedBy(inclusive(ticketLine("gift-card", "sale", 5_500, 500)), -5_000)).toEqual(["sold 5000 gift-card-liability us"]);
    expect(movedBy(inclusive(ticketLine("gift-card", "return", 5_500, 500)), 5_000)).toEqual(["corrected -5000 gift-card-liability us"]);
    expect(movedBy(ticket(ticketLine("gift-card", "sale", 5_000, 500)), -5_000)).toEqual(["sold 5000 gift-card-liability us"]);
  });

  test("a ticket in another currency than the books moved what its parts are worth there", () => {
    // 50.00 sold, 20.00 taken: 30.00 that are worth 33.01.
    expect(movedBy(ticket(ticketLine("gift-card", "sale", 5_000)), -3_000, "any", { functionalAmount: -3_301 })).toEqual([
      "sold 5502 gift-card-liability us",
      "redeemed -2201 gift-card-liability us",
    ]);
  });

  test("money that a ticket gives back to a card is a refund, and goods on it say nothing of cards", () => {
    expect(movedBy(ticket(ticketLine("goods", "return", 5_000)), -5_000)).toEqual(["refunded 5000 gift-card-liability us"]);
    expect(movedBy(ticket(ticketLine("goods", "sale", 5_000)), 5_000)).toEqual(["redeemed -5000 gift-card-liability us"]);
  });

  test.each([
    ["credit given", { name: "store-credit.issued" }, -900, "store-credit-liability", "issued 900"],
    ["credit used", { name: "store-credit.redeemed" }, 900, "store-credit-liability", "redeemed -900"],
    ["credit that lapsed", { name: "store-credit.adjusted", reason: "Expiry" }, 900, "store-credit-liability", "expired -900"],
    ["credit taken away", { name: "store-credit.adjusted", reason: "switched off" }, 900, "store-credit-liability", "disabled -900"],
    ["credit taken away without a word", { name: "store-credit.adjusted" }, 900, "store-credit-liability", "corrected -900"],
    ["points earned", { name: "loyalty.earned" }, -100, "loyalty-liability", "issued 100"],
    ["points that lapsed", { name: "loyalty.expired" }, 100, "loyalty-liability", "expired -100"],
    ["points used", { name: "loyalty.redeemed" }, 100, "loyalty-liability", "redeemed -100"],
    ["a card that an order sold", { name: "order.placed" }, -100, "gift-card-liability", "sold 100"],
    ["a card that was sent", { name: "fulfillment.shipped" }, -100, "gift-card-liability", "sold 100"],
    ["anything else", { name: "order.cancelled" }, -100, "gift-card-liability", "corrected 100"],
  ] as const)("%s", (_, event, amount, role, moved) => {
    expect(movedBy(event as Parameters<typeof movedBy>[0], amount, "any", { role })).toEqual([`${moved} ${role} us`]);
  });

  test("credit that a ticket sells is none of its cards, and the other way round", () => {
    const both = ticket(ticketLine("gift-card", "sale", 700), ticketLine("store-credit", "sale", 300));
    expect(movedBy(both, -300, "any", { role: "store-credit-liability" })).toEqual(["sold 300 store-credit-liability us"]);
    expect(movedBy(both, -700)).toEqual(["sold 700 gift-card-liability us"]);
  });

  test("a ticket sells cards of one issuer, whosever it takes for them", () => {
    const sold = ticket(ticketLine("store-credit", "sale", 5_000));
    const credit = (issuer: string) => ({ role: "store-credit-liability", dimensions: { issuer } });
    expect(movedBy(sold, -5_000, "any", credit("us"))).toEqual(["sold 5000 store-credit-liability us"]);
    expect(movedBy(sold, 5_000, "any", credit("three"))).toEqual(["redeemed -5000 store-credit-liability three"]);
    const cashedOut = ticket(ticketLine("store-credit", "return", 2_000));
    expect(movedBy(cashedOut, 2_000, "any", credit("us"))).toEqual(["corrected -2000 store-credit-liability us"]);
    expect(movedBy(cashedOut, -2_000, "any", credit("three"))).toEqual(["refunded 2000 store-credit-liability three"]);
  });

  test("a till sells the cards that the policies of its day name, be they a sister's", () => {
    const sold = { ...ticket(ticketLine("gift-card", "sale", 5_000)), store: "0002" };
    const later = { channel: "pos", match: "own card", role: "gift-card-liability", dimensions: { issuer: "two" }, why: "a test" } as const;
    const policy = { ...goldenPolicy, tenders: [...goldenPolicy.tenders, { ...later, from: "2026-11-28" }] };
    expect(movedBy(sold, -5_000, "any", {}, policy)).toEqual(["sold 5000 gift-card-liability us"]);
    const next = { ...sold, businessDate: "2026-11-28" };
    expect(movedBy(next, -5_000, "any", { dimensions: { issuer: "two" } }, policy)).toEqual(["sold 5000 gift-card-liability two"]);
    expect(movedBy(next, 5_000, "any", {}, policy)).toEqual(["redeemed -5000 gift-card-liability us"]);
  });

  test("whoever owes it is its issuer, or its programme, or said by nobody", () => {
    const by = (dimensions: Record<string, string>) =>
      movedBy({ name: "gift-card.issued" }, -100, "any", { dimensions })[0]?.split(" ").slice(3).join(" ");
    expect(by({ issuer: "us", program: "rewards" })).toBe("us");
    expect(by({ program: "rewards" })).toBe("rewards");
    expect(by({})).toBe("none stated");
  });

  test("what a promotional card paid is put back where it was taken", () => {
    expect(movedBy({ name: "gift-card.redeemed" }, -300, "promotion")).toEqual(["redeemed 300 gift-card-liability us"]);
  });

  test("what is earned with a use, and what is owed to a jurisdiction, moved for a reason of its own", () => {
    expect(movedBy({ name: "gift-card.redeemed" }, 250, "breakage")).toEqual(["breakage -250 gift-card-liability us"]);
    expect(movedBy({ name: "gift-card.adjusted", reason: "expired" }, 900, "unclaimed")).toEqual(["unclaimed -900 gift-card-liability us"]);
  });
});

const movement = (businessDate: string, cause: StoredValueMovement["cause"], amount: number): StoredValueMovement => ({
  entity: "us",
  currency: "USD",
  kind: "gift-card-liability",
  issuer: "us",
  businessDate,
  cause,
  amount,
  transaction: sale,
});
const movements = [
  movement("2026-11-20", "sold", 10_000),
  movement("2026-11-26", "redeemed", -2_500),
  movement("2026-11-27", "sold", 5_000),
  movement("2026-11-27", "redeemed", -4_000),
  movement("2026-11-28", "expired", -100),
];
const gl = { entity: "us", kind: "gift-card-liability", currency: "USD", posted: 8_500, others: 640_000 } as const;

test("what a store day or window is told counts as what it tells, and not as what is told of anything else", () => {
  const contributed = {
    name: "posting.contributed",
    schema: 1,
    key: "posting.contributed:1",
    version: "1",
    occurredAt: at(0),
    document: keyOf("a"),
    businessDate: "2026-11-26",
    lines: [
      { role: "gift-card-liability", dimensions: { issuer: "us" }, amount: -400, functionalAmount: -400 },
      { role: "gift-card-liability", dimensions: { issuer: "two" }, amount: -50, functionalAmount: -50 },
      { role: "cash-drawer", dimensions: {}, amount: 450, functionalAmount: 450 },
    ],
  };
  const telling = (key: string, kind: string, fact_: object) => ({
    kind: "tell",
    key: keyOf(key),
    hash: key,
    document: {
      type: "told",
      key: keyOf(key),
      kind,
      event: "gift-card.issued:1",
      entity: "us",
      currency: "USD",
      businessDate: "2026-11-27",
      to: "store-day:pos:7:2026-11-26",
      facts: [fact_],
    },
  });
  const issued = {
    name: "gift-card.issued",
    schema: 1,
    key: "gift-card.issued:1",
    version: "1",
    occurredAt: at(0),
  } as unknown as BusinessEvent;
  const steps = [telling("a", "breakage-contribution", contributed), telling("b", "told", { ...contributed, name: "ticket.tallied" })];
  const made = plan(1, steps as unknown as Parameters<typeof plan>[1]);
  const view = viewTransaction(sale, [fact("gift-card.issued:1", { events: [issued] }), made, outcome(made, [done(), done()])]);
  expect(storedValueMovements(view, goldenPolicy)).toEqual([
    { ...movement("2026-11-26", "breakage", 400), issuer: "us" },
    { ...movement("2026-11-26", "breakage", 50), issuer: "two" },
  ]);
});

describe("the roll-forward of stored value", () => {
  const days = { from: "2026-11-27", to: "2026-11-27" };
  const none = { issued: 0, refunded: 0, breakage: 0, unclaimed: 0, expired: 0, disabled: 0, corrected: 0 };
  const named = { entity: "us", currency: "USD", kind: "gift-card-liability", issuer: "us" };

  test("opens with what was before, closes with the last day, and agrees with what was posted", () => {
    const { rows, ties } = storedValueRollForward(movements, [gl], [], days);
    expect(rows).toEqual([{ ...named, ...none, opening: 7_500, sold: 5_000, redeemed: -4_000, closing: 8_500 }]);
    expect(ties).toEqual([{ ...gl, subLedger: 8_500, difference: 0 }]);
  });

  test("without a first day begins at zero", () => {
    const [row] = storedValueRollForward(movements, [], [], { from: undefined, to: "2026-11-28" }).rows;
    expect(row).toEqual({ ...named, ...none, opening: 0, sold: 15_000, redeemed: -6_500, expired: -100, closing: 8_400 });
  });

  test("names what the ERP holds besides, and what channels state for the last day against both", () => {
    const stated = (date: string, balance: number) => ({ entity: "us", kind: gl.kind, currency: "USD", date, balance });
    const said = [stated("2026-11-27", 600_000), stated("2026-11-27", 48_400), stated("2026-11-26", 1)];
    const [tie] = storedValueRollForward(movements, [{ ...gl, posted: 8_450 }], said, days).ties;
    expect(tie).toEqual({ ...gl, posted: 8_450, subLedger: 8_500, difference: -50, stated: 648_400, statedDifference: -50 });
  });
});
