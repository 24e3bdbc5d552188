import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { type TargetDocument, targetLedger } from "#domain/ledger";
import type { Policy } from "#domain/policy";
import { goldenPolicy as policy } from "../../golden/golden-policy.ts";

type Ticket = EventOf<"ticket.completed">;
type Line = Ticket["lines"][number];
type TakenBack = EventOf<"return.taken-back">;
type Voided = EventOf<"ticket.voided">;

const stream = "sale:pos:0001:3:2026-11-27:12";
const piece = 1_000_000;
const head = (key: string) => ({ schema: 1, key, version: "1", occurredAt: "2026-11-27T20:00:00.000Z" }) as const;
const place = { store: "0001", register: "3", sequence: "12", businessDate: "2026-11-27", currency: "USD" };
const line = (id: string, gross: number, more: Partial<Line> = {}): Line => ({
  id,
  kind: "sale",
  item: "SHIRT",
  quantityMillionths: piece,
  gross,
  discounts: [],
  taxes: [],
  restock: true,
  ...more,
});
const ticket = (lines: readonly Line[], paid: number, more: Partial<Ticket> = {}): Ticket => ({
  name: "ticket.completed",
  ...head("ticket.completed:12"),
  ...place,
  taxesIncluded: false,
  lines: [...lines],
  discounts: [],
  taxes: [],
  tenders: paid === 0 ? [] : [{ id: "t1", type: "Cash", amount: paid }],
  cashRounding: 0,
  rounding: 0,
  stated: {},
  ...more,
});

/** What a stream books, asks and holds, but for what every ticket tells its store day. */
function told(facts: readonly BusinessEvent[], by: Policy = policy, transaction = stream): string[] {
  const { documents, problems, heldEvents } = targetLedger(facts, by, transaction);
  return [
    ...documents.filter(({ kind }) => kind !== "tally").map((document) => `${document.entity} ${document.kind}${contentText(document)}`),
    ...problems.map(({ class: name, code, cause, amount, currency, message }) =>
      [`! ${name}/${code} ${cause}`, ...(amount === undefined ? [] : [` ${amount} ${currency}`]), `: ${message}`].join(""),
    ),
    ...heldEvents.map((key) => `held ${key}`),
  ];
}

function contentText(document: TargetDocument): string {
  switch (document.type) {
    case "journal":
      return `: ${document.lines.map(({ role, dimensions, amount }) => `${role}(${Object.values(dimensions).join(" ")}) ${amount}`).join(", ")}`;
    case "stock":
      return `: ${document.movements.map(({ id, quantityMillionths, item, location }) => `${id} ${quantityMillionths / piece} ${item} ${location}`).join(", ")}`;
    case "costed":
      return `: ${document.entries.map(({ debit, credit }) => `${debit.role} / ${credit.role}`).join(", ")}`;
    case "told":
      return ` to ${document.to}: ${document.facts.map(({ key }) => key).join(", ")}`;
  }
}

const firstOf = (rows: readonly string[], about: string) => rows.find((row) => row.includes(about));
const asked = (rows: readonly string[]) => rows.filter((row) => row.startsWith("!"));

describe("a ticket that cannot be booked says what is missing", () => {
  test("a store of ours, or the entity of the store", () => {
    const unknown = (store: string) => [
      `! data.unmapped/store store:${store}: store ${store} belongs to no entity. Add it to the stores of the policies; the ticket posts by itself.`,
      "held ticket.completed:12",
    ];
    expect(told([ticket([line("1", 1_000)], 1_000, { store: "0099" })])).toEqual(unknown("0099"));
    expect(told([ticket([line("1", 1_000)], 1_000)], { ...policy, entities: {} })).toEqual(unknown("0001"));
  });

  test("items, and their names: neither money nor goods move", () => {
    expect(told([ticket([line("1", 1_000, { item: "HAT" }), line("2", 100, { item: "" })], 1_100)])).toEqual([
      "! data.unmapped/item item:HAT: item HAT is not in the item policy. Add it; the ticket posts by itself.",
      "! data.unmapped/item item:line 2: line 2 of ticket.completed:12 names no item. Have the till send one; a corrected ticket replaces it.",
      "held ticket.completed:12",
    ]);
    // Where unknown items are accepted, one without a name still is none.
    const accepting = { ...policy, items: { ...policy.items, unknown: "accept" as const } };
    expect(asked(told([ticket([line("1", 1_000, { item: "HAT" }), line("2", 100, { item: "" })], 1_100)], accepting))).toEqual([
      "! data.unmapped/item item:line 2: line 2 of ticket.completed:12 names no item. Have the till send one; a corrected ticket replaces it.",
    ]);
  });

  test("the jurisdiction of a tax: the goods left all the same, and a tax of nothing asks nothing", () => {
    const taxed = (code: string) => [
      "us stock: 1 -1 SHIRT loop",
      `! data.unmapped/tax tax:${code}: tax "${code}" of store 0001 has no jurisdiction. Map it in the tax policy; the ticket posts by itself.`,
      "held ticket.completed:12",
    ];
    const taxes = [
      { code: "Z", amount: 5 },
      { code: "Y", amount: 0 },
    ];
    expect(told([ticket([line("1", 1_000, { taxes })], 1_005)])).toEqual(taxed("Z"));
    expect(told([ticket([line("1", 1_000, { taxes: [{ code: "A", amount: 5 }] })], 1_005)], { ...policy, jurisdictions: {} })).toEqual(
      taxed("A"),
    );
  });

  test("what was agreed with a consignor", () => {
    expect(told([ticket([line("1", 1_000, { item: "VASE" })], 1_000)])).toEqual([
      "! data.unmapped/consignment consignment:potter: nothing is agreed with consignor potter for home on 2026-11-27. Add its commission to consignments; what was sold of it posts by itself.",
      "held ticket.completed:12",
    ]);
  });
});

describe("what a ticket books", () => {
  test("the rounding of its cash, and of its decimals, each by itself", () => {
    expect(told([ticket([line("1", 1_000)], 1_003, { cashRounding: 2, rounding: 1 })])).toEqual([
      "us ticket: cash-drawer(3 USD) 1003, cash-rounding() -2, rounding() -1, sales(pos 0001 apparel) -1000",
      "us stock: 1 -1 SHIRT loop",
    ]);
  });

  test("what policy lets a customer pay too little or too much is over or short of the drawer, and a cent more is a wrong ticket", () => {
    const lenient = (paid: number) =>
      told([ticket([line("1", 1_000)], paid)], {
        ...policy,
        ticketRules: [
          { rule: "tenders-pay-total", severity: "error", limit: 2, when: {}, from: "2020-01-01", why: "t", layer: 0 },
        ] as unknown as NonNullable<Policy["ticketRules"]>,
      });
    expect(lenient(998)[0]).toBe("us ticket: cash-drawer(3 USD) 998, cash-over-short(0001) 2, sales(pos 0001 apparel) -1000");
    expect(lenient(1_002)[0]).toBe("us ticket: cash-drawer(3 USD) 1002, cash-over-short(0001) -2, sales(pos 0001 apparel) -1000");
    expect(lenient(997)).toContain("held ticket.completed:12");
  });

  // 10.00 less a discount of 1.00, with 0.50 of tax in it; and 3.00 taken back: 5.50 are left.
  const two = (item: string) =>
    ticket(
      [
        line("1", 1_000, { item, discounts: [{ amount: 100 }], taxes: [{ code: "A", amount: 50 }] }),
        line("2", 300, { item, kind: "return" }),
      ],
      600,
      { taxesIncluded: true },
    );
  test("deposits are owed under their code, and less of them when they come back (c49)", () => {
    expect(told([two("BOTTLE-DEPOSIT")])).toEqual([
      "us ticket: cash-drawer(3 USD) 600, deposits-and-donations-payable(bottle) -550, tax-payable(US-IL) -50",
    ]);
  });

  test("goods of a consignor are owed to him but for our commission, and leave no stock of ours (c48)", () => {
    expect(told([two("CANDLE")])).toEqual([
      "us ticket: cash-drawer(3 USD) 600, commission-revenue(atelier) -220, consignor-payable(atelier) -330, tax-payable(US-IL) -50",
    ]);
  });

  test("goods leave and come back by their kind, where they are stocked and go back to the shelf, and tips are no goods", () => {
    const lines = [
      line("1", 0, { quantityMillionths: 0 }),
      line("2", 100, { item: "ENGRAVING" }),
      line("3", 100, { kind: "return", restock: false }),
      line("4", 100, { kind: "return" }),
      line("5", 100, { item: "MUG", collects: "tip" }),
      line("6", 100, { item: "MUG", restock: false }),
    ];
    expect(firstOf(told([ticket(lines, 100)]), "stock")).toBe("us stock: 4 1 SHIRT loop, 6 -1 MUG loop");
  });

  test("what it takes for no goods, under the reason that policy or the till gives", () => {
    const taking = (more: Partial<Line>, by = policy) =>
      told([ticket([line("1", 900, { item: "", quantityMillionths: 0, ...more })], more.kind === "return" ? -900 : 900)], by)[0];
    const unmapped = { ...policy, tillReasons: [] };
    expect(taking({ collects: "shipping" })).toBe("us ticket: cash-drawer(3 USD) 900, shipping-revenue(pos) -900");
    expect(taking({ collects: "shipping", kind: "return" })).toBe("us ticket: sales-returns(pos 0001) 900, cash-drawer(3 USD) -900");
    expect(taking({ collects: "fee" })).toBe("us ticket: cash-drawer(3 USD) 900, other-revenue(fee) -900");
    expect(taking({ collects: "fee", reason: "hemming" })).toBe("us ticket: cash-drawer(3 USD) 900, other-revenue(hemming) -900");
    expect(taking({ collects: "on-account" })).toBe("us ticket: cash-drawer(3 USD) 900, accounts-receivable(house USD) -900");
    expect(taking({ collects: "on-account" }, unmapped)).toBe("us ticket: cash-drawer(3 USD) 900, accounts-receivable(USD) -900");
    expect(taking({ collects: "fee", discounts: [{ amount: 0 }] })).toBe("us ticket: cash-drawer(3 USD) 900, other-revenue(fee) -900");
  });
});

describe("a return without its sale tells the desk", () => {
  const blind = (...lines: readonly Partial<Line>[]) =>
    asked(
      told([
        ticket(
          lines.map((more, index) => line(String(index + 1), 30_001, { kind: "return", ...more })),
          -30_001 * lines.length,
        ),
      ]),
    );
  const beyond =
    "! policy.blind-return/blind-limit ticket.completed:12 blind-limit 60002 USD: ticket.completed:12 takes goods back without their sale, against the rules: without its sale a return may refund 500.00 USD, and this one comes to 600.02 USD: ask for a receipt or an order name.";
  test("what is against the rules, and which names were looked for", () => {
    expect(blind({}, {})).toEqual([beyond]);
    expect(blind({ original: { reference: " #77 " } }, { original: { businessDate: "2026-11-20", sequence: "9" } })).toEqual([
      `${beyond} No sale is known under "#77", "0001.3.2026-11-20.9"; when it is, it is told.`,
    ]);
    expect(blind({ original: { reference: "#77" } }, { original: { reference: "#77" } })).toEqual([
      `${beyond} No sale is known under "#77"; when it is, it is told.`,
    ]);
  });

  test("of six names five", () => {
    const lines = [1, 2, 3, 4, 5, 6].map((number) =>
      line(String(number), 10_000, { kind: "return", original: { reference: `#${number}` } }),
    );
    expect(asked(told([ticket(lines, -60_000)]))[0]).toContain('No sale is known under "#1", "#2", "#3", "#4", "#5"; when it is');
  });

  test("that it gave cash, where the rule gives store credit", () => {
    const credit = {
      ...policy,
      returns: policy.returns.map((rule) => ({ ...rule, blind: { limitMinorUnits: { USD: 50_000 }, refundTo: "store-credit" as const } })),
    };
    expect(asked(told([ticket([line("1", 600, { kind: "return" })], -600)], credit as Policy))).toEqual([
      "! policy.blind-return/tender ticket.completed:12 tender 600 USD: ticket.completed:12 takes goods back without their sale, against the rules: it gave cash, where the rule gives store credit.",
    ]);
  });

  test("that several sales answer to its name", () => {
    const sales = ["sale:a", "sale:b"].map((transaction) => ({ transaction, seller: "us" }));
    const found: BusinessEvent = { name: "original.found", ...head("original.found:1"), reference: "#77", sales };
    expect(asked(told([ticket([line("1", 600, { kind: "return", original: { reference: "#77" } })], -600), found]))).toEqual([
      '! policy.blind-return/several-originals ticket.completed:12 #77: ticket.completed:12 takes goods of "#77" back, and 2 sales answer to that: sale:a, sale:b. Until a corrected ticket says which, the return is booked without its sale.',
    ]);
  });
});

/** Three shirts for 200.00, of which a maker's coupon pays 3.01, with 1.00 of tax; a candle, a bottle deposit, and their delivery. */
const sold = ticket(
  [
    line("1", 20_000, {
      quantityMillionths: 3 * piece,
      discounts: [{ amount: 301, promotion: "MFR-1" }],
      taxes: [{ code: "A", amount: 100 }],
    }),
    line("2", 1_000, { item: "CANDLE" }),
    line("3", 300, { item: "BOTTLE-DEPOSIT" }),
    line("4", 900, { item: "", collects: "shipping", quantityMillionths: 0 }),
  ],
  21_999,
);
const coupons = {
  ...policy,
  promotions: [{ code: "MFR-*", paidBy: "clearing-house", when: {}, from: "2020-01-01", why: "t", layer: 0 }],
} as unknown as Policy;
const returning = "sale:pos:0001:3:2026-11-28:40";
const back = (lines: readonly Partial<TakenBack["lines"][number]>[], more: Partial<TakenBack> = {}): TakenBack => ({
  name: "return.taken-back",
  ...head("return.taken-back:1"),
  occurredAt: "2026-11-28T20:00:00.000Z",
  ticket: returning,
  store: "0001",
  location: "loop",
  entity: "us",
  seller: "us",
  businessDate: "2026-11-28",
  currency: "USD",
  lines: lines.map((each, index) => ({
    id: String(index + 1),
    item: "SHIRT",
    quantityMillionths: piece,
    net: 0,
    taxes: [],
    restock: true,
    ...each,
  })),
  tenders: [{ type: "CreditDebit", amount: 1 }],
  ...more,
});
const shirt = { net: 6_566, taxes: [{ code: "A", amount: 33 }] };
const later = (event: TakenBack): TakenBack => ({ ...event, key: "return.taken-back:2", occurredAt: "2026-11-28T21:00:00.000Z" });
/** What returns add to the books of the ticket. */
const after = (...facts: readonly BusinessEvent[]) => told([sold, ...facts], coupons).slice(2);

describe("goods of a ticket that a store took back (c16, c31)", () => {
  test("reverse what they were sold for, and what the coupon paid of them, piece by piece to the cent", () => {
    const first = [
      "us store-return: sales-returns(pos 0001) 6666, tax-payable(US-IL) 33, coupon-receivable(clearing-house) -100, refund-payable(pos USD) -6599",
      "us restock: 1.1 1 SHIRT loop",
    ];
    expect(after(back([shirt]))).toEqual(first);
    expect(after(back([shirt]), later(back([{ quantityMillionths: 2 * piece, net: 13_133, taxes: [{ code: "A", amount: 67 }] }])))).toEqual(
      [
        ...first,
        "us store-return: sales-returns(pos 0001) 13334, tax-payable(US-IL) 67, coupon-receivable(clearing-house) -201, refund-payable(pos USD) -13200",
        "us restock: 1.1 2 SHIRT loop",
      ],
    );
  });

  test("of a consignor reverse what was owed to him, and a deposit what is owed under its code", () => {
    expect(
      after(
        back([
          { item: "CANDLE", net: 1_000 },
          { item: "BOTTLE-DEPOSIT", net: 300 },
        ]),
      ),
    ).toEqual([
      "us store-return: commission-revenue(atelier) 400, consignor-payable(atelier) 600, deposits-and-donations-payable(bottle) 300, refund-payable(pos USD) -1300",
    ]);
  });

  test("for more are a concession, and for less are held with the difference", () => {
    expect(after(back([{ item: "CANDLE", net: 1_100 }]))).toEqual([
      "us store-return: commission-revenue(atelier) 400, consignor-payable(atelier) 600, price-concessions(goodwill) 100, refund-payable(pos USD) -1100",
    ]);
    expect(after(back([{ item: "CANDLE", net: 900 }]))).toEqual([
      `! money.amount-mismatch/store-return return.taken-back:1 100 USD: return.taken-back:1: store 0001 gave back 1.00 USD less than its goods were sold for. If a fee was kept, have the till state it; otherwise correct the ticket ${returning}.`,
      "held return.taken-back:1",
    ]);
  });

  test("that the sale does not have out are told with what was given for them", () => {
    expect(after(back([{ item: "HAT", net: 1_100 }]))).toEqual([
      `! policy.over-return/store-return return.taken-back:1 1100 USD: store 0001 took back HAT, which the sale never sold, and gave 11.00 USD for its ticket ${returning}. Check the earlier returns of this sale.`,
    ]);
    expect(after(back([{ quantityMillionths: 4 * piece, net: 1_100 }]))).toEqual([
      `! policy.over-return/store-return return.taken-back:1 1100 USD: store 0001 took back 1 more of SHIRT than the sale handed over and has not taken back, and gave 11.00 USD for its ticket ${returning}. Check the earlier returns of this sale.`,
    ]);
    expect(after(back([], { shipping: { net: 901, taxes: [] } }))).toEqual([
      `! policy.return-terms/shipping return.taken-back:1 shipping: store 0001 took goods back against the rules (${returning}): it gave 9.01 USD of the shipping back, and they give 0.00 USD.`,
      `! policy.over-return/shipping return.taken-back:1 901 USD: store 0001 gave 9.01 USD of the shipping back (${returning}), and the sale has less than that of it left. Check the earlier refunds of this sale.`,
    ]);
  });

  test("of another seller, or of a ticket that is not here, are held by name", () => {
    expect(after(back([shirt], { seller: "two" }))).toEqual([
      `! data.unmapped/seller return.taken-back:1: ${returning} takes two for the seller, and the sale is us's. Which of them owes the refund is for people to say: correct the policies of the shop or store.`,
      "held return.taken-back:1",
    ]);
    expect(told([back([shirt])])).toEqual([
      "! sequence.parent-missing/original return.taken-back:1: return.taken-back:1 gives goods of a ticket back that has not arrived or is quarantined. It heals when it does; if overdue, have its file sent again.",
      "held return.taken-back:1",
    ]);
  });

  test("against the rules are booked, and told line by line", () => {
    const rules = (event: TakenBack, of = sold) => asked(told([of, event], coupons));
    const against = `store 0001 took goods back against the rules (${returning})`;
    expect(
      rules(
        back([
          { ...shirt, condition: "damaged" },
          { ...shirt, taxes: [{ code: "A", amount: 34 }] },
        ]),
      )[0],
    ).toBe(`! policy.return-terms/condition return.taken-back:1 1: ${against}: SHIRT is taken back as-new or opened, and not damaged.`);
    expect(rules(back([shirt], { occurredAt: "2026-12-30T20:00:00.000Z", businessDate: "2026-12-30" }))).toEqual([
      `! policy.return-window/return-window return.taken-back:1 1: ${against}: SHIRT was taken back until 2026-12-27, 30 days after 2026-11-27; today is 2026-12-30.`,
    ]);
    const carded = { ...sold, tenders: [{ id: "t", type: "CreditDebit", amount: 21_999 }] };
    const given = (tenders: TakenBack["tenders"], of: Ticket = carded) => rules(back([shirt], { tenders }), of);
    const cash = `! policy.return-terms/tender return.taken-back:1 tender: ${against}: it gave cash back for a sale that was not paid in cash.`;
    expect(
      given([
        { type: "CreditDebit", amount: 6_598 },
        { type: "Cash", amount: 1 },
      ]),
    ).toEqual([cash]);
    expect(given([{ type: "Cash", amount: 0 }])).toEqual([]);
    expect(given([{ type: "Barter", amount: 1 }])).toEqual([]);
    const half = [...carded.tenders, { id: "u", type: "Cash", amount: 100 }, { id: "v", type: "CreditDebit", amount: -100 }];
    expect(given([{ type: "Cash", amount: 1 }], { ...sold, tenders: half })).toEqual([]);
  });
});

describe("a post-void (c51)", () => {
  const voided = (more: Partial<Voided> = {}): Voided => ({
    name: "ticket.voided",
    ...head("ticket.voided:13"),
    ...place,
    sequence: "13",
    original: { sequence: "12" },
    occurredAt: "2026-11-27T21:00:00.000Z",
    ...more,
  });
  const mirrored = [
    "us ticket-voided: commission-revenue(atelier) 400, consignor-payable(atelier) 600, deposits-and-donations-payable(bottle) 300, sales(pos 0001 apparel) 20000, shipping-revenue(pos) 900, tax-payable(US-IL) 100, cash-drawer(3 USD) -21999, coupon-receivable(clearing-house) -301",
    "us stock-voided: 1 3 SHIRT loop",
  ];
  test("mirrors what its ticket booked, also where it states the total of it", () => {
    expect(after(voided())).toEqual(mirrored);
    expect(after(voided({ total: 21_999 }))).toEqual(mirrored);
  });

  test("that means another ticket undoes nothing", () => {
    expect(after(voided({ currency: "CAD" }))).toEqual([
      "! money.amount-mismatch/void ticket.voided:13: ticket.voided:13 voids ticket.completed:12 in CAD, and the ticket is in USD: it is not undone. Find out which ticket was meant; a corrected void replaces this one.",
    ]);
    expect(after(voided({ total: 5 }))).toEqual([
      "! money.amount-mismatch/void ticket.voided:13 -21994 USD: ticket.voided:13 voids ticket.completed:12, states 0.05 USD, and the ticket came to 219.99: it is not undone. Find out which ticket was meant; a corrected void replaces this one.",
    ]);
  });

  test("and goods that came back by themselves: what happened first stands", () => {
    expect(after(voided(), back([shirt]))).toEqual([
      ...mirrored,
      "! policy.over-return/voided return.taken-back:1 6599 USD: return.taken-back:1 gives goods back of a ticket that was undone as a whole before. Check which of the two happened, and book the other's money by hand.",
    ]);
    expect(asked(after(back([shirt]), voided({ occurredAt: "2026-11-29T21:00:00.000Z" })))).toEqual([
      "! policy.over-return/void ticket.voided:13 21999 USD: ticket.voided:13 voids ticket.completed:12, of which goods had been taken back before: undone as a whole, these would come back twice. Void the return first, or book the rest by hand.",
    ]);
  });

  test("of a held ticket is held with it, and takes back the goods that left", () => {
    expect(told([ticket([line("1", 1_000, { taxes: [{ code: "Z", amount: 5 }] })], 1_005), voided()])).toEqual([
      "us stock: 1 -1 SHIRT loop",
      "us stock-voided: 1 1 SHIRT loop",
      '! data.unmapped/tax tax:Z: tax "Z" of store 0001 has no jurisdiction. Map it in the tax policy; the ticket posts by itself.',
      "held ticket.completed:12",
      "held ticket.voided:13",
    ]);
  });

  test("whose ticket is not here waits for its file, or is passed on to where the ticket was found", () => {
    const waits = (days: string) => [
      `! sequence.parent-missing/voided-ticket ticket.voided:13: ticket.voided:13 voids a ticket that has not arrived or is quarantined. It takes effect when it does; if overdue, have the file of ${days} of store 0001 sent again.`,
      "held ticket.voided:13",
    ];
    expect(told([voided()])).toEqual(waits("the days up to 2026-11-27"));
    expect(told([voided({ original: { sequence: "12", businessDate: "2026-11-26" } })])).toEqual(waits("2026-11-26"));
    const found = (reference: string): BusinessEvent => ({
      name: "original.found",
      ...head("original.found:1"),
      reference,
      sales: [{ transaction: "sale:pos:0001:3:2026-11-25:12", seller: "us" }],
    });
    expect(told([voided(), found("ticket.voided:13")])).toEqual(["us told-void to sale:pos:0001:3:2026-11-25:12: ticket.voided:13"]);
    expect(told([voided(), found("ticket.voided:14")])).toEqual(waits("the days up to 2026-11-27"));
  });
});

describe("a ticket that takes the place of another", () => {
  const replacing = (replaces: Ticket["replaces"]) =>
    targetLedger([ticket([line("1", 1_000)], 1_000, { replaces })], policy, stream).documents.flatMap((document) =>
      document.kind === "told-replaced" && document.type === "told" ? [{ to: document.to, facts: document.facts }] : [],
    );
  test("voids that one where it lies: of its own till and day where it names no other", () => {
    const [own] = replacing({ sequence: "11" });
    expect(own).toEqual({
      to: "sale:pos:0001:3:2026-11-27:11",
      facts: [
        {
          name: "ticket.voided",
          ...head(expect.stringMatching(/^ticket\.voided:[0-9a-f]{32}$/)),
          ...place,
          original: { store: "0001", register: "3", sequence: "11" },
          reason: "replaced",
        },
      ],
    });
    const [other] = replacing({ sequence: "11", businessDate: "2026-11-26", register: "2", store: "0005" });
    expect(other?.to).toBe("sale:pos:0005:2:2026-11-26:11");
    expect(other?.facts[0]?.key).not.toBe(own?.facts[0]?.key);
    expect(replacing({ sequence: "12" })).toEqual([]);
  });

  test("and is known by a receipt alone asks for it while nobody knows it", () => {
    const given = ticket([line("1", 1_000)], 1_000, { replaces: { reference: "R-9" } });
    expect(asked(told([given]))).toEqual([
      '! sequence.parent-missing/replaced-ticket ticket.completed:12: ticket.completed:12 takes the place of a ticket that nobody knows under "R-9". Both stand in the books until it is known; if it was voided by itself, nothing is missing.',
    ]);
    const found: BusinessEvent = {
      name: "original.found",
      ...head("original.found:1"),
      reference: "ticket.completed:12 replaces",
      sales: [{ transaction: "sale:pos:0001:3:2026-11-20:4", seller: "us" }],
    };
    const telling = targetLedger([given, found], policy, stream).documents.flatMap((document) =>
      document.kind === "told-replaced" && document.type === "told" ? [document] : [],
    );
    expect(telling.map(({ to, facts: [fact] }) => [to, fact?.name === "ticket.voided" ? fact.original : undefined])).toEqual([
      ["sale:pos:0001:3:2026-11-20:4", { store: "0001", register: "3", reference: "R-9" }],
    ]);
    expect(asked(told([given, { ...found, sales: [] }]))).toHaveLength(1);
  });
});

describe("what a ticket tells the accounts that it names", () => {
  const movesOf = (given: Ticket) =>
    targetLedger([given], policy, stream).documents.flatMap((document) =>
      document.type === "told" && document.kind !== "tally" ? [{ kind: document.kind, to: document.to, facts: document.facts }] : [],
    );
  const lines = [
    line("1", 1_000, { collects: "deposit", account: "L1", item: "" }),
    line("2", 450, { collects: "deposit", account: "L2", item: "", discounts: [{ amount: 50 }], taxes: [{ code: "A", amount: 30 }] }),
    line("3", 200, { kind: "return", collects: "deposit", account: "L1", item: "" }),
    line("4", 700, { collects: "on-account", account: "L1", item: "" }),
    line("5", 60, { collects: "tip", account: "L1", item: "" }),
    line("6", 90, { collects: "deposit", account: "L5", item: "" }),
  ];
  const tenders: Ticket["tenders"] = [
    { id: "a", type: "House", amount: 300, account: "C1" },
    { id: "b", type: "Deposit", amount: 100, account: "L2" },
    { id: "c", type: "Cash", amount: 1_560, account: "L3" },
    { id: "d", type: "Deposit", amount: 90, account: "L5" },
  ];
  test("one sum for each layaway and each customer, net of what it used and without its tax, and nothing where that is nothing", () => {
    const moves = movesOf(ticket(lines, 0, { taxesIncluded: true, tenders }));
    expect(
      moves.map(({ kind, to, facts: [fact] }) => [
        kind.replace(/[0-9a-f]{8}$/, "…"),
        to,
        fact?.name === "account.moved" ? fact.amount : undefined,
      ]),
    ).toEqual([
      ["told-deposit-…", "account:pos:deposit:L1", 800],
      ["told-deposit-…", "account:pos:deposit:L2", 270],
      ["told-receivable-…", "account:pos:receivable:L1", -700],
      ["told-receivable-…", "account:pos:receivable:C1", 300],
    ]);
    expect(moves[0]?.facts).toEqual([
      {
        name: "account.moved",
        ...head(expect.stringMatching(/^account\.moved:[0-9a-f]{32}$/)),
        account: "L1",
        kind: "deposit",
        ticket: stream,
        store: "0001",
        entity: "us",
        businessDate: "2026-11-27",
        currency: "USD",
        amount: 800,
      },
    ]);
    expect(new Set(moves.map(({ facts }) => facts[0]?.key)).size).toBe(4);
    expect(new Set(moves.map(({ kind }) => kind)).size).toBe(4);
  });

  test("of prices without tax the whole of what was taken", () => {
    const [move] = movesOf(ticket([lines[1]!], 430, {}));
    expect(move?.facts).toMatchObject([{ account: "L2", amount: 400 }]);
  });
});

describe("what a ticket tells its store day", () => {
  const tallied = (given: Ticket, by = policy) =>
    targetLedger([given], by, stream).documents.flatMap((document) =>
      document.kind === "tally" && document.type === "told" ? document.facts : [],
    );
  const shirts = [line("1", 1_000)];
  test("the total with the rounding of cash, and its tenders by role, type, brand and currency", () => {
    const [fact] = tallied(
      ticket(shirts, 0, {
        cashRounding: 2,
        tenders: [
          { id: "1", type: "Cash", amount: 300 },
          { id: "2", type: "CreditDebit", amount: 100, cardBrand: "visa" },
          { id: "3", type: "CreditDebit", amount: 200 },
          { id: "4", type: "CreditDebit", amount: 50, cardBrand: "amex" },
          { id: "5", type: "Cash", amount: 330, foreign: { currency: "CAD", amount: 460 } },
          { id: "6", type: "Cash", amount: 22, foreign: { currency: "CAD", amount: 30 } },
        ],
      }),
    );
    expect(fact).toEqual({
      name: "ticket.tallied",
      ...head(expect.stringMatching(/^ticket\.tallied:[0-9a-f]{32}$/)),
      version: expect.stringMatching(/^[0-9a-f]{16}$/),
      ...place,
      total: 1_002,
      tenders: [
        { role: "acquirer-clearing", type: "CreditDebit", currency: "USD", amount: 200 },
        { role: "acquirer-clearing", type: "CreditDebit", cardBrand: "amex", currency: "USD", amount: 50 },
        { role: "acquirer-clearing", type: "CreditDebit", cardBrand: "visa", currency: "USD", amount: 100 },
        { role: "cash-drawer", type: "Cash", currency: "CAD", amount: 490, valued: 352 },
        { role: "cash-drawer", type: "Cash", currency: "USD", amount: 300 },
      ],
    });
  });

  test("nothing where nobody knows whose the store is", () => {
    expect(tallied(ticket(shirts, 1_000, { store: "0099" }))).toEqual([]);
    expect(tallied(ticket(shirts, 1_000), { ...policy, entities: {} })).toEqual([]);
  });
});
