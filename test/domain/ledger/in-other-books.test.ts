import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import type { CostedDocument, JournalDocument, StockDocument, Target, TargetDocument, TargetLine } from "#domain/ledger";
import type { Policy } from "#domain/policy";
import { inFunctionalCurrency } from "../../../domain/ledger/functional-amounts.ts";
import { policy as base } from "../../fixtures/posting-case.ts";

const sale = "sale:shopify:shop.example:1";
/** "us" keeps its books in USD, "ca" in CAD, "gb" in GBP. */
const entity = (functionalCurrency: string) => ({ ...base.entities.us!, functionalCurrency });
const policy: Policy = { ...base, entities: { us: entity("USD"), ca: entity("CAD"), gb: entity("GBP") } };

const rate = (from: string, to: string, day: string, value: string): BusinessEvent => ({
  ...{ name: "rate.fixed", schema: 1, key: `rate.fixed:${from}-${to}-${day}`, version: "1", occurredAt: `${day}T00:00:00.000Z` },
  ...{ from, to, day, rate: value, publishedOn: day, source: "test" },
});
const rates = [
  rate("USD", "CAD", "2026-11-27", "1.40"),
  rate("USD", "CAD", "2026-12-01", "1.50"),
  rate("USD", "CAD", "2026-12-02", "1.60"),
  rate("EUR", "CAD", "2026-12-01", "1.70"),
  rate("CAD", "USD", "2026-11-27", "0.70"),
  rate("GBP", "USD", "2026-11-27", "1.30"),
  rate("GBP", "CAD", "2026-11-27", "1.80"),
];

const line = (role: string, amount: number, more: Partial<TargetLine> = {}): TargetLine => ({ role, dimensions: {}, amount, ...more });
const journal = (name: string, day: string, lines: readonly TargetLine[], more: Partial<JournalDocument> = {}): JournalDocument => ({
  ...{ type: "journal", key: `${sale}/${name}/${name}/ca/USD`, kind: name, event: name, entity: "ca", currency: "USD" },
  ...{ businessDate: day, lines },
  ...more,
});
const targetOf = (...documents: TargetDocument[]): Target => ({ documents, problems: [], heldEvents: [] });
const tell = (...documents: TargetDocument[]) => inFunctionalCurrency(targetOf(...documents), rates, policy);
/** "capture: payment-clearing 10000 = 14000, …" */
const texts = ({ documents }: Target) =>
  documents.map((document) => {
    if (document.type !== "journal") return `${document.type} ${document.kind}`;
    const lines = document.lines.map(({ role, amount, functionalAmount = "" }) => `${role} ${amount} = ${functionalAmount}`);
    return `${document.kind}: ${lines.join(", ")}`;
  });

const capture = journal("capture", "2026-11-27", [line("payment-clearing", 10_000), line("deferred-revenue", -10_000)]);
const owed = journal("owed", "2026-11-27", [line("accounts-receivable", 10_000), line("sales", -10_000)]);
const captured = "capture: payment-clearing 10000 = 14000, deferred-revenue -10000 = -14000";

describe("a sale in another currency than the books", () => {
  test.each<[string, TargetDocument[], string[]]>([
    ["is worth the rate of its day", [capture], [captured]],
    [
      "that was paid in advance is earned at the rate at which it was paid",
      [capture, journal("earn", "2026-12-01", [line("deferred-revenue", 10_000), line("sales", -10_000)])],
      [captured, "earn: deferred-revenue 10000 = 14000, sales -10000 = -14000"],
    ],
    [
      "as far as it was: the rest is earned at that of the day",
      [
        journal("capture", "2026-11-27", [line("payment-clearing", 6_000), line("deferred-revenue", -6_000)]),
        journal("earn", "2026-12-01", [line("deferred-revenue", 6_000), line("accounts-receivable", 4_000), line("sales", -10_000)]),
      ],
      [
        "capture: payment-clearing 6000 = 8400, deferred-revenue -6000 = -8400",
        "earn: deferred-revenue 6000 = 8400, accounts-receivable 4000 = 6000, sales -10000 = -14400",
      ],
    ],
    [
      "shares that between what it is earned as, discounts and delivery too",
      [
        capture,
        journal("earn", "2026-12-01", [
          line("deferred-revenue", 10_000),
          line("discounts", 1_000),
          line("sales", -10_000),
          line("shipping-revenue", -600),
          line("other-revenue", -400),
        ]),
      ],
      [
        captured,
        "earn: deferred-revenue 10000 = 14000, discounts 1000 = 1400, sales -10000 = -14000, shipping-revenue -600 = -840, other-revenue -400 = -560",
      ],
    ],
    [
      "has its tax become due at the rate at which it was collected",
      [
        journal("capture", "2026-11-27", [line("payment-clearing", 600), line("tax-collected-in-advance", -600)]),
        journal("due", "2026-12-01", [line("tax-collected-in-advance", 600), line("tax-payable", -600)]),
      ],
      [
        "capture: payment-clearing 600 = 840, tax-collected-in-advance -600 = -840",
        "due: tax-collected-in-advance 600 = 840, tax-payable -600 = -840",
      ],
    ],
    [
      "that was owed gains or loses until it is paid",
      [owed, journal("paid", "2026-12-01", [line("payment-clearing", 10_000), line("accounts-receivable", -10_000)])],
      [
        "owed: accounts-receivable 10000 = 14000, sales -10000 = -14000",
        "paid: payment-clearing 10000 = 15000, accounts-receivable -10000 = -14000, fx-realised 0 = -1000",
      ],
    ],
    [
      "and what was to be paid back likewise",
      [
        journal("refund", "2026-11-27", [line("sales-returns", 500), line("refund-payable", -500)]),
        journal("back", "2026-12-01", [line("refund-payable", 500), line("payment-clearing", -500)]),
      ],
      [
        "refund: sales-returns 500 = 700, refund-payable -500 = -700",
        "back: refund-payable 500 = 700, payment-clearing -500 = -750, fx-realised 0 = 50",
      ],
    ],
    [
      "gives up the oldest of a balance first",
      [
        owed,
        journal("more", "2026-12-01", [line("accounts-receivable", 5_000), line("sales", -5_000)]),
        journal("most", "2026-12-02", [line("payment-clearing", 12_000), line("accounts-receivable", -12_000)]),
        journal("rest", "2026-12-02", [line("payment-clearing", 3_000), line("accounts-receivable", -3_000)]),
      ],
      [
        "owed: accounts-receivable 10000 = 14000, sales -10000 = -14000",
        "more: accounts-receivable 5000 = 7500, sales -5000 = -7500",
        "most: payment-clearing 12000 = 19200, accounts-receivable -12000 = -17000, fx-realised 0 = -2200",
        "rest: payment-clearing 3000 = 4800, accounts-receivable -3000 = -4500, fx-realised 0 = -300",
      ],
    ],
    [
      "takes beyond a balance at the rate of the day, and that is a balance too",
      [
        capture,
        journal("back", "2026-12-01", [line("deferred-revenue", 15_000), line("payment-clearing", -15_000)]),
        journal("again", "2026-12-02", [line("payment-clearing", 5_000), line("deferred-revenue", -5_000)]),
      ],
      [
        captured,
        "back: deferred-revenue 15000 = 21500, payment-clearing -15000 = -22500, fx-realised 0 = 1000",
        "again: payment-clearing 5000 = 8000, deferred-revenue -5000 = -7500, fx-realised 0 = -500",
      ],
    ],
    [
      "keeps the balances of other dimensions apart",
      [
        journal("owed", "2026-11-27", [line("accounts-receivable", 100, { dimensions: { customer: "a" } }), line("sales", -100)]),
        journal("paid", "2026-12-01", [
          line("payment-clearing", 100),
          line("accounts-receivable", -100, { dimensions: { customer: "b" } }),
        ]),
      ],
      ["owed: accounts-receivable 100 = 140, sales -100 = -140", "paid: payment-clearing 100 = 150, accounts-receivable -100 = -150"],
    ],
    [
      "keeps what adds up adding up, however small its lines are",
      [journal("cents", "2026-11-27", [line("payment-clearing", 1), line("cash", 1), line("tips", -2)])],
      ["cents: payment-clearing 1 = 1, cash 1 = 2, tips -2 = -3"],
    ],
    [
      "takes what a line says that it is worth, at the rate of each day, or as it is in the currency of the books",
      [
        journal("worth", "2026-12-01", [
          line("payment-clearing", 300, {
            worth: [
              { amount: 100, currency: "USD", day: "2026-11-27" },
              { amount: 250, currency: "CAD", day: "2026-11-27" },
            ],
          }),
          line("sales", -300),
        ]),
      ],
      ["worth: payment-clearing 300 = 390, sales -300 = -450, fx-realised 0 = 60"],
    ],
  ])("%s", (_what, documents, expected) => {
    const told = tell(...documents);
    expect(texts(told)).toEqual(expected);
    expect([told.problems, told.heldEvents, told.ratesWanted]).toEqual([[], [], undefined]);
    expect(JSON.stringify(told)).not.toContain('worth":');
  });

  test("names the currency in which it gained or lost", () => {
    const [, paid] = tell(owed, journal("paid", "2026-12-01", [line("payment-clearing", 10_000), line("accounts-receivable", -10_000)]))
      .documents as JournalDocument[];
    expect(paid?.lines.at(-1)).toEqual({ role: "fx-realised", dimensions: { currency: "USD" }, amount: 0, functionalAmount: -1_000 });
  });

  test("is left as it is where the books are in its currency, or nobody knows them", () => {
    const own = { ...capture, entity: "us" };
    const nobody = { ...capture, entity: "nobody" };
    const told: TargetDocument = { ...own, type: "told", to: "x:y:z:1", facts: [] } as never;
    expect(tell(own, nobody, told).documents).toEqual([own, nobody, told]);
    const worth = [{ amount: 5, currency: "CAD", day: "2026-11-27" }];
    expect(tell({ ...own, lines: [line("cash", 5, { worth }), line("sales", -5)] }).documents).toEqual([
      { ...own, lines: [line("cash", 5), line("sales", -5)] },
    ]);
  });

  test("waits for a rate that nobody knows, and what comes after it in the same books waits with it", () => {
    const early = journal("early", "2026-11-20", capture.lines);
    const euros = journal("euros", "2026-12-01", capture.lines, { currency: "EUR", key: "euros" });
    const given: Target = {
      ...targetOf(early, journal("early2", "2026-11-20", capture.lines), capture, euros),
      problems: [{ class: "data.value", code: "c", cause: "c", message: "m" }],
      ifRefused: [],
      heldEvents: ["other", "early"],
      ratesWanted: [{ from: "SEK", to: "CAD", day: "2026-11-01" }],
    };
    const told = inFunctionalCurrency(given, rates, policy);
    expect(texts(told)).toEqual(["euros: payment-clearing 10000 = 17000, deferred-revenue -10000 = -17000"]);
    expect(told).toMatchObject({ ifRefused: [], heldEvents: ["other", "early", "early2", "capture"] });
    expect(told.ratesWanted).toEqual([
      { from: "SEK", to: "CAD", day: "2026-11-01" },
      { from: "USD", to: "CAD", day: "2026-11-20" },
    ]);
    expect(told.problems).toEqual([
      { class: "data.value", code: "c", cause: "c", message: "m" },
      {
        class: "money.fx-rate-missing",
        code: "USD:CAD",
        cause: "USD:CAD:2026-11-20",
        currency: "USD",
        event: "early",
        document: early.key,
        message: `no rate from USD to CAD is known for 2026-11-20: ${early.key} waits for it. Add it to the fxRates of the policies; the document posts by itself.`,
      },
    ]);
  });
});

describe("goods that pass between entities with different books", () => {
  /** Two hats left "north" of ca, whose books are in CAD. */
  const issue: StockDocument = {
    ...{ type: "stock", key: "issue", kind: "issue", event: "ship", entity: "ca", currency: "CAD", businessDate: "2026-11-27" },
    movements: [
      {
        ...{ id: "m", item: "HAT", itemClass: "home", location: "north", quantityMillionths: -2_000_000, counterRole: "cogs" },
        cost: "average",
      },
    ],
  };
  const basis = { document: "issue", movement: "m", issuedMillionths: 2_000_000, from: 0, quantityMillionths: 2_000_000, markup: "0.05" };
  const dueTo = { role: "due-to", dimensions: { counterparty: "ca" } };
  const cogs = { role: "intercompany-cogs", dimensions: { counterparty: "ca" } };
  const head = (name: string, currency: string, of = "us") => ({
    ...{ key: `${sale}/ship/${name}/${of}/${currency}`, kind: name, event: "ship", entity: of, currency, businessDate: "2026-12-01" },
  });
  const costed = (currency: string, ...entries: CostedDocument["entries"]): CostedDocument => ({
    type: "costed",
    ...head("transfer", currency),
    entries,
  });
  const toUsd = { from: "CAD", to: "USD", rate: "0.70" };

  test("what their cost comes to is told in the books at the rate of the day on which they left", () => {
    const entry = { debit: cogs, credit: dueTo, cost: basis };
    const document = costed("CAD", entry);
    expect(tell(issue, document).documents).toEqual([issue, { ...document, entries: [{ ...entry, books: toUsd }] }]);
  });

  test("what was agreed for them likewise, also in the currency of the one who buys", () => {
    const of = { document: "issue", before: 0 };
    const agreed = { debit: cogs, credit: dueTo, cost: 5_000, of };
    expect(tell(issue, costed("CAD", agreed)).documents[1]).toMatchObject({ entries: [{ ...agreed, books: toUsd }] });
    expect(tell(issue, costed("USD", agreed)).documents[1]).toMatchObject({ entries: [{ cost: 3_500, of }] });
    const pounds = { debit: cogs, credit: dueTo, cost: 1_000, of: { ...of, currency: "GBP", before: 100 } };
    expect(tell(issue, costed("USD", pounds)).documents[1]).toMatchObject({ entries: [{ cost: 1_300 }] });
    const own = { debit: cogs, credit: dueTo, cost: 77 };
    expect(tell(issue, costed("USD", own)).documents[1]).toEqual(costed("USD", own));
  });

  test("a journal over agreed prices has each of them at the rate of its own issue", () => {
    const of = { document: "issue", before: 0 };
    const priced = [
      { debit: cogs, credit: dueTo, cost: 5_000, of },
      { debit: cogs, credit: dueTo, cost: 1_001, of: { ...of, before: 5_000 } },
    ];
    const document: JournalDocument = {
      ...{ type: "journal", ...head("transfer", "CAD"), priced },
      lines: [
        { ...cogs, amount: 6_001 },
        { ...dueTo, amount: -6_001 },
      ],
    };
    // 50.00 is 35.00; 60.01 is 42.007, so that the second part has 7.01.
    expect(tell(issue, document).documents[1]).toEqual({
      ...{ type: "journal", ...head("transfer", "CAD") },
      lines: [
        { ...cogs, amount: 6_001, functionalAmount: 4_201 },
        { ...dueTo, amount: -6_001, functionalAmount: -4_201 },
      ],
    });
  });

  test("prices that cancel out leave in the books what their rates differ by", () => {
    const later: StockDocument = { ...issue, key: "later", businessDate: "2026-12-01" };
    const document: JournalDocument = {
      ...{ type: "journal", ...head("transfer", "CAD"), lines: [] },
      priced: [
        { debit: cogs, credit: dueTo, cost: 1_000, of: { document: "issue", before: 0 } },
        { debit: cogs, credit: dueTo, cost: -1_000, of: { document: "later", before: 0 } },
      ],
    };
    const given = [...rates, rate("CAD", "USD", "2026-12-01", "0.60")];
    const told = inFunctionalCurrency(targetOf(issue, later, document), given, policy).documents[2] as JournalDocument;
    expect(told.lines).toEqual([
      { ...cogs, amount: 0, functionalAmount: 100 },
      { ...dueTo, amount: 0, functionalAmount: -100 },
    ]);
  });

  const receipt = (cost: StockDocument["movements"][number]["cost"], more: Partial<StockDocument> = {}): StockDocument => ({
    ...{ type: "stock", ...head("receipt", "USD"), pair: "p" },
    movements: [
      {
        ...{ id: "n", item: "HAT", itemClass: "home", location: "dc", quantityMillionths: 2_000_000, counterRole: "due-to" },
        ...{ counterDimensions: { counterparty: "ca" }, cost },
      },
    ],
    ...more,
  });
  const way = { role: "inventory-in-transit", dimensions: { from: "north", to: "dc" } };

  test("they come in from on their way, and beside them stands what is owed in the supplier's money", () => {
    const [, goods, claim, ...others] = tell(issue, receipt(basis)).documents;
    expect(goods).toMatchObject({
      type: "stock",
      key: `${sale}/ship/receipt/us/USD`,
      pair: "p",
      movements: [{ counterRole: "inventory-in-transit", counterDimensions: { from: "north", to: "dc" }, cost: { ...basis, rate: toUsd } }],
    });
    expect(claim).toEqual({
      ...{ type: "costed", key: `${sale}/ship/receipt-owed/us/CAD`, kind: "receipt-owed", event: "ship", entity: "us", currency: "CAD" },
      ...{ businessDate: "2026-12-01", pair: "p", entries: [{ debit: way, credit: dueTo, cost: basis, books: toUsd }] },
    });
    expect(others).toEqual([]);
  });

  test("or what was agreed, one journal for each currency in which it was", () => {
    const of = { document: "issue", before: 0 };
    const [first] = receipt({ amount: 5_000, currency: "CAD", of }).movements;
    const pounds = { amount: 1_000, currency: "GBP", of: { ...of, currency: "GBP" } };
    const both = receipt(basis, { movements: [first!, { ...first!, id: "o", cost: pounds }] });
    const { pair: _, ...alone } = both;
    const [, goods, ...claims] = tell(issue, alone).documents;
    expect(goods).toMatchObject({
      movements: [{ cost: { amount: 3_500, currency: "USD" } }, { cost: { amount: 1_300, currency: "USD" } }],
    });
    expect(claims).toEqual([
      {
        ...{ type: "costed", key: `${sale}/ship/receipt-owed/us/CAD`, kind: "receipt-owed", event: "ship", entity: "us", currency: "CAD" },
        ...{ businessDate: "2026-12-01", entries: [{ debit: way, credit: dueTo, cost: 5_000, of, books: toUsd }] },
      },
      {
        ...{ type: "costed", key: `${sale}/ship/receipt-owed/us/GBP`, kind: "receipt-owed", event: "ship", entity: "us", currency: "GBP" },
        businessDate: "2026-12-01",
        entries: [
          { debit: way, credit: dueTo, cost: 1_000, of: { ...of, currency: "GBP" }, books: { from: "GBP", to: "USD", rate: "1.30" } },
        ],
      },
    ]);
  });

  test("what is owed to nobody, costs what it costs on average or in the same money is left as it is", () => {
    const average = receipt("average");
    const same = receipt({ amount: 5, currency: "USD" });
    const returned = receipt({ document: "issue", movement: "m" });
    const unknown = receipt({ ...basis, document: "elsewhere" });
    expect(tell(issue, average, same, returned, unknown).documents.slice(1)).toEqual([average, same, returned, unknown]);
    const cost = { amount: 100, currency: "CAD", of: { document: "issue", before: 0 } };
    const [first] = receipt(cost).movements;
    const sold = receipt(cost, { movements: [{ ...first!, counterRole: "cogs" }] });
    const [, told, ...others] = tell(issue, sold).documents;
    expect([told, others]).toEqual([
      { ...sold, movements: [{ ...first!, counterRole: "cogs", cost: { amount: 70, currency: "USD" } }] },
      [],
    ]);
  });

  test("all of them wait for their rate", () => {
    const early = { ...issue, businessDate: "2026-11-20" };
    const told = tell(early, receipt(basis), costed("CAD", { debit: cogs, credit: dueTo, cost: basis }), {
      ...{ type: "journal", ...head("agreed", "CAD"), event: "agree", lines: [{ ...cogs, amount: 1 }] },
      priced: [{ debit: cogs, credit: dueTo, cost: 1, of: { document: "issue", before: 0 } }],
    });
    expect(told.documents).toEqual([early]);
    expect(told.heldEvents).toEqual(["ship", "agree"]);
    expect(told.ratesWanted).toEqual([{ from: "CAD", to: "USD", day: "2026-11-20" }]);
    expect(told.problems.map(({ document }) => document)).toEqual([`${sale}/ship/receipt/us/USD`]);
  });
});
