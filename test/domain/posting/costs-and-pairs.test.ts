import { describe, expect, test } from "vitest";
import type { CostedDocument, Dimensions, StockDocument, ToldDocument } from "#domain/ledger";
import { viewTransaction } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import {
  type BoundDocument,
  type BoundJournal,
  connectionsOf,
  documentHash,
  IntercompanyPairs,
  type LiveDocument,
  OpeningBalances,
} from "#domain/posting";
import { bindDocument } from "../../../domain/posting/bind-document.ts";
import { booksUnder } from "../../../domain/posting/books-of.ts";
import { account, at, policy as base, boundJournal, fact, journal, keyOf, outcome, plan, rulesOf } from "../../fixtures/posting-case.ts";

const sale = "sale:shopify:shop.example:1";
const policy: Policy = {
  ...base,
  accounts: [...base.accounts, account("intercompany-cogs", "5900"), account("due-to", "2350"), account("goods-in-transit", "1450")],
};
const none = { live: new Map(), leaving: new Set<string>(), bound: [], now: at(0), opening: new Set<string>() };
const head = (name: string) => ({ key: keyOf(name), kind: name, event: name, entity: "us", currency: "USD", businessDate: "2026-11-27" });
const bound = { postingDate: "2026-11-27", functionalCurrency: "USD", policyVersion: "v1" };
type Movement = StockDocument["movements"][number];
const movement = (more: Partial<Movement> = {}): Movement => ({
  ...{ id: "m", item: "MUG", itemClass: "home", location: "dc", quantityMillionths: -3_000_000, counterRole: "cogs", cost: "average" },
  ...more,
});
const stock = (name: string, ...movements: Movement[]): StockDocument => ({ type: "stock", ...head(name), movements });
/** Three mugs that left "dc" at 100 in all. */
const issue = (more: Partial<LiveDocument> = {}): LiveDocument => ({
  ...{ key: keyOf("issue"), hash: "h", erpKey: "issue@1", erpNumber: "1", plan: 1, costs: [{ movement: "m", totalCost: 100 }] },
  document: { ...stock("issue"), ...bound, movements: [{ ...movement(), inventoryAccount: "1400", counterAccount: "5000" }] },
  ...more,
});
const around = (live: LiveDocument, more: object = {}) => ({ ...none, live: new Map([[live.key, live]]), ...more });

describe("a journal over what goods cost", () => {
  const debit = { role: "intercompany-cogs", dimensions: { counterparty: "ca" } };
  const credit = { role: "due-to", dimensions: { counterparty: "ca" } };
  const basis = {
    document: keyOf("issue"),
    movement: "m",
    issuedMillionths: 3_000_000,
    from: 0,
    quantityMillionths: 3_000_000,
    markup: "0.1",
  };
  const costed = (...entries: CostedDocument["entries"]): CostedDocument => ({ type: "costed", ...head("leg"), entries });
  const linesOf = (document: CostedDocument, given = around(issue()), by = policy) => {
    const binding = bindDocument(document, by, given);
    if (binding.kind !== "bound") return binding;
    const { lines } = binding.document as BoundJournal;
    return lines.map(({ role, account: number, amount, functionalAmount }) => `${role} ${number} ${amount} = ${functionalAmount}`);
  };

  test("is one over their cost and its markup, or over what was agreed", () => {
    expect(linesOf(costed({ debit, credit, cost: basis }))).toEqual(["intercompany-cogs 5900 110 = 110", "due-to 2350 -110 = -110"]);
    expect(linesOf(costed({ debit, credit, cost: 70 }, { debit, credit, cost: 5 }))).toEqual([
      "intercompany-cogs 5900 75 = 75",
      "due-to 2350 -75 = -75",
    ]);
    expect(bindDocument(costed({ debit, credit, cost: 70 }), policy, none)).toMatchObject({
      kind: "bound",
      document: {
        type: "journal",
        ...head("leg"),
        ...bound,
        lines: [
          { ...debit, amount: 70 },
          { ...credit, amount: -70 },
        ],
      },
    });
  });

  test("in another currency than the books has the rates of its entries", () => {
    const books = { from: "CAD", to: "USD", rate: "0.5" };
    const rate = { from: "USD", to: "CAD", rate: "2" };
    const of = { document: keyOf("issue"), before: 1 };
    const abroad = (...entries: CostedDocument["entries"]) => ({ ...costed(...entries), currency: "CAD" });
    expect(linesOf(abroad({ debit, credit, cost: { ...basis, rate }, books }))).toEqual([
      "intercompany-cogs 5900 220 = 110",
      "due-to 2350 -220 = -110",
    ]);
    // 0.01 was told before it: 0.71 at half is 0.36, and 0.01 of that was told.
    expect(linesOf(abroad({ debit, credit, cost: 70, of, books }))).toEqual(["intercompany-cogs 5900 70 = 35", "due-to 2350 -70 = -35"]);
    const without = linesOf(abroad({ debit, credit, cost: 70, books }, { debit, credit, cost: 70 }));
    expect(without).toMatchObject({ kind: "problem", problem: { class: "money.fx-rate-missing", code: "CAD" } });
    expect(linesOf(abroad({ debit, credit, cost: basis, books }))).toEqual({
      kind: "problem",
      problem: {
        ...{ class: "money.fx-rate-missing", code: "USD", cause: keyOf("leg"), document: keyOf("leg"), event: "leg" },
        message: "us keeps its books in USD; no rate for USD on 2026-11-27",
      },
    });
  });

  test("waits while nobody knows the cost", () => {
    const wait = { kind: "wait", for: keyOf("issue") };
    const document = costed({ debit, credit, cost: basis });
    expect(linesOf(document, none)).toEqual(wait);
    expect(linesOf(document, around(issue({ costs: [] })))).toEqual(wait);
    expect(linesOf(document, around(issue(), { leaving: new Set([keyOf("issue")]) }))).toEqual(wait);
    expect(linesOf(document, { ...none, elsewhere: new Map([[keyOf("issue"), issue()]]) } as never)).toHaveLength(2);
  });

  test("is a problem where the goods left before the cut-over, or at no cost at all", () => {
    const noCost = {
      kind: "problem",
      problem: {
        ...{ class: "data.unmapped", code: "cost", cause: keyOf("leg"), document: keyOf("leg"), event: "leg" },
        message: `the goods of ${keyOf("leg")} left at no cost that is known here, so that nothing can be charged for them. Book what is owed by hand.`,
      },
    };
    expect(linesOf(costed({ debit, credit, cost: basis }), around(issue({ opening: true })))).toEqual(noCost);
    expect(linesOf(costed({ debit, credit, cost: 0 }))).toEqual(noCost);
    expect(linesOf(costed({ debit, credit, cost: basis }), around(issue({ costs: [{ movement: "m", totalCost: 0 }] })))).toEqual(noCost);
  });

  test("of the opening balances has no lines while only the ERP knows the cost", () => {
    const opening = { opening: new Set([keyOf("leg")]) };
    expect(linesOf(costed({ debit, credit, cost: basis }), { ...none, ...opening })).toEqual([]);
    expect(linesOf(costed({ debit, credit, cost: 70 }), { ...none, ...opening })).toEqual([
      "intercompany-cogs 5900 70 = 70",
      "due-to 2350 -70 = -70",
    ]);
  });

  test("goods change hands at a part of that cost, or at what was agreed, and in the money of the books", () => {
    const cost = (given: Movement["cost"], from = around(issue())) => {
      const binding = bindDocument(
        stock("in", movement({ quantityMillionths: 3_000_000, counterRole: "goods-in-transit", cost: given })),
        policy,
        from,
      );
      return binding.kind === "bound" ? (binding.document as { movements: readonly object[] }).movements[0] : binding;
    };
    expect(cost(basis)).toMatchObject({ totalCost: 110, inventoryAccount: "1400", counterAccount: "1450" });
    expect(cost({ amount: 42, currency: "USD" })).toMatchObject({ totalCost: 42 });
    expect(cost({ amount: 42, currency: "CAD" })).toMatchObject({ kind: "problem", problem: { code: "CAD", cause: keyOf("in") } });
    expect(cost(basis, none as never)).toEqual({ kind: "wait", for: keyOf("issue") });
    expect(cost({ document: keyOf("issue"), movement: "m" }, around(issue({ opening: true })))).not.toHaveProperty("totalCost");
    expect(cost({ document: keyOf("issue"), movement: "m" }, around(issue(), { opening: new Set([keyOf("in")]) }))).not.toHaveProperty(
      "totalCost",
    );
    expect(cost({ document: keyOf("issue"), movement: "m" })).toMatchObject({ totalCost: 100 });
  });

  test("an account that is missing is named with what it is for", () => {
    const message = (given: Movement, accounts: Policy["accounts"]) => {
      const binding = bindDocument(stock("in", given), { ...policy, accounts }, none);
      return binding.kind === "problem" ? binding.problem.message : binding;
    };
    expect(message(movement(), [account("cogs", "5000")])).toBe(
      "no account for role inventory (location dc, item-class home) in us on 2026-11-27: add it to the policies",
    );
    expect(message(movement({ counterDimensions: { reason: "gift" } }), [account("inventory", "1400")])).toBe(
      "no account for role cogs (reason gift) in us on 2026-11-27: add it to the policies",
    );
    expect(message(movement({ counterDimensions: {} }), [account("inventory", "1400")])).toBe(
      "no account for role cogs in us on 2026-11-27: add it to the policies",
    );
    expect(bindDocument({ ...journal("a", 1), entity: "nobody" }, policy, none)).toMatchObject({
      problem: {
        code: "entity",
        cause: `${keyOf("a")} nobody`,
        message: "no entity for nobody in nobody on 2026-11-27: add it to the policies",
      },
    });
  });
});

describe("pairs between entities", () => {
  const line = (role: string, amount: number, dimensions: Dimensions = {}) => ({
    role,
    dimensions,
    amount,
    account: "1",
    functionalAmount: amount,
  });
  const leg = (name: string, of: string, more: Partial<BoundJournal>): BoundJournal => ({
    ...boundJournal(name, 1),
    entity: of,
    pair: "p",
    ...more,
  });
  const stands = (...documents: BoundDocument[]) => {
    const given = plan(
      1,
      documents.map((document, index) => ({ kind: "post", key: keyOf(`d${index}`), erpKey: `d${index}@1`, hash: "h", document })),
    );
    const results = documents.map((_, index) => ({
      kind: "done" as const,
      number: String(101 + index),
      costs: [{ movement: "told", totalCost: 9 }],
    }));
    const pairs = new IntercompanyPairs();
    pairs.note(viewTransaction(sale, [fact("a"), given, outcome(given, results)]));
    return pairs.inFlight();
  };
  const claim = leg("claim", "us", {
    lines: [line("due-from", 50, { counterparty: "ca" }), line("due-to", -8, { counterparty: "ca" }), line("sales", -42)],
  });
  const flying = { pair: "p", posted: "us", missing: "ca", transaction: sale, businessDate: "2026-11-27", currency: "USD" };

  test("are in flight while one leg stands alone, with what it claims", () => {
    expect(stands(claim)).toEqual([{ ...flying, documents: ["101"], amount: 42 }]);
    expect(stands(claim, leg("debt", "ca", { lines: [line("due-to", -42, { counterparty: "us" })] }))).toEqual([]);
    expect(stands(leg("own", "us", { lines: [line("sales", 1)] }))).toEqual([]);
    const { pair: _, ...alone } = claim;
    expect(stands(alone)).toEqual([]);
  });

  test("add up what stands in each currency, and stand in the order of their names", () => {
    const euros = { ...claim, currency: "EUR" };
    const named: BoundJournal = {
      ...claim,
      pair: [
        { counterparty: "ca", pair: "q" },
        { counterparty: "gb", pair: "a" },
      ],
    };
    expect(stands(claim, euros, claim)).toEqual([
      { ...flying, documents: ["101", "103"], amount: 84 },
      { ...flying, documents: ["102"], amount: 42, currency: "EUR" },
    ]);
    expect(stands(named).map(({ pair, missing, amount }) => `${pair} ${missing} ${amount}`)).toEqual(["a gb 0", "q ca 42"]);
  });

  test("goods that are taken in are owed for, by their cost or what the ERP told of it", () => {
    const moved = (id: string, quantityMillionths: number, more: object = {}) => ({
      ...{ id, item: "HAT", itemClass: "home", location: "dc", quantityMillionths, counterRole: "due-to", cost: "average" as const },
      ...{ counterDimensions: { counterparty: "ca" }, inventoryAccount: "1", counterAccount: "2", ...more },
    });
    const goods = (...movements: ReturnType<typeof moved>[]) =>
      stands({ ...stock("in"), ...bound, pair: "p", movements }).map(({ missing, amount }) => `${missing} ${amount}`);
    expect(goods(moved("m", 1, { totalCost: 30 }))).toEqual(["ca -30"]);
    expect(goods(moved("m", -1, { totalCost: 30 }))).toEqual(["ca 30"]);
    expect(goods(moved("told", 1), moved("unknown", 1))).toEqual(["ca -9"]);
    expect(goods(moved("m", 1, { totalCost: 30, counterRole: "cogs" }))).toEqual(["ca 0"]);
    expect(goods(moved("m", 1, { counterDimensions: undefined }))).toEqual([]);
  });
});

describe("the books as if posted under these rules alone", () => {
  test("have every document with its accounts, but what is told", () => {
    const told: ToldDocument = { ...head("told"), type: "told", to: "x:y:z:1", facts: [] };
    const foreign = journal("far", 5, { entity: "nobody", currency: "EUR" });
    const rules = rulesOf(() => [journal("a", 100), told, foreign]);
    const books = booksUnder(viewTransaction(sale, [fact("a")]), policy, rules, new Map(), at(0));
    expect(
      [...books.values()].map(({ key, entity, functionalCurrency, amounts }) => [key, entity, functionalCurrency, amounts && [...amounts]]),
    ).toEqual([
      [
        keyOf("a"),
        "us",
        "USD",
        [
          ["1100", 100],
          ["4000", -100],
        ],
      ],
      [keyOf("far"), "nobody", "EUR", undefined],
    ]);
  });

  test("know the cost that the ERP told for goods that move alike, and no other", () => {
    const books = (given: Movement, costs: LiveDocument["costs"] = [{ movement: "m", totalCost: 100 }]) => {
      const posted = new Map([[keyOf("issue"), issue({ costs })]]);
      const rules = rulesOf(() => [stock("issue", given)]);
      const amounts = booksUnder(viewTransaction(sale, [fact("a")]), policy, rules, posted, at(0)).get(keyOf("issue"))?.amounts;
      return amounts && [...amounts];
    };
    expect(books(movement())).toEqual([
      ["1400", -100],
      ["5000", 100],
    ]);
    expect(books(movement({ counterRole: "goods-in-transit" }))).toEqual([
      ["1400", -100],
      ["1450", 100],
    ]);
    expect(
      books(movement(), [
        { movement: "other", totalCost: 7 },
        { movement: "m", totalCost: 60 },
      ]),
    ).toEqual([
      ["1400", -60],
      ["5000", 60],
    ]);
    expect(books(movement({ quantityMillionths: -2_000_000 }))).toBeUndefined();
    expect(books(movement({ item: "CUP" }))).toBeUndefined();
    expect(books(movement({ id: "n" }))).toBeUndefined();
    expect(books(movement({ quantityMillionths: 5, cost: { amount: 42, currency: "USD" } }))).toEqual([
      ["1400", 42],
      ["5000", -42],
    ]);
  });

  test("close no period to anything", () => {
    const periods = [{ from: "2026-11-01", to: "2026-11-30", state: "closed", why: "test" }] as never;
    const closed = { ...policy, entities: { us: { ...policy.entities.us!, periods } } };
    const books = booksUnder(
      viewTransaction(sale, [fact("a")]),
      closed,
      rulesOf(() => [journal("a", 100)]),
      new Map(),
      at(0),
    );
    expect(books.get(keyOf("a"))?.bound?.postingDate).toBe("2026-11-27");
  });
});

describe("what is in the hash of a document", () => {
  test.each<[string, Partial<Movement>, boolean]>([
    ["another movement's name", { id: "n" }, true],
    ["the dimensions of the other side", { counterDimensions: { reason: "gift" } }, true],
    ["an agreed price", { cost: { amount: 5, currency: "USD" } }, true],
    [
      "a part of an issue's cost",
      { cost: { document: "i", movement: "m", issuedMillionths: 1, from: 0, quantityMillionths: 1, markup: "0" } },
      true,
    ],
    ["which issue's cost comes back", { cost: { document: "i", movement: "m" } }, false],
  ])("%s", (_what, more, tells) => {
    expect(documentHash(stock("s", movement(more))) !== documentHash(stock("s", movement()))).toBe(tells);
  });

  test("an agreed price counts, and not which issue it is of", () => {
    const hash = (amount: number, of?: string) =>
      documentHash(
        stock("s", movement({ cost: { amount, currency: "USD", ...(of === undefined ? {} : { of: { document: of, before: 0 } }) } })),
      );
    expect([hash(5, "i") === hash(5), hash(5, "i") === hash(5, "j"), hash(5) === hash(6)]).toEqual([true, true, false]);
    const name = { role: "due-to", dimensions: {} };
    const leg = (cost: number, of?: string): CostedDocument => ({
      ...{ type: "costed", ...head("leg") },
      entries: [{ debit: name, credit: name, cost, ...(of === undefined ? {} : { of: { document: of, before: 0 } }) }],
    });
    expect([documentHash(leg(5, "i")) === documentHash(leg(5)), documentHash(leg(5)) === documentHash(leg(6))]).toEqual([true, false]);
  });

  test("of what is told: to whom, by whom and what, and not when", () => {
    const told = (more: Partial<ToldDocument>) => documentHash({ ...head("t"), type: "told", to: "x:y:z:1", facts: [], ...more });
    expect(told({ businessDate: "2020-01-01", currency: "EUR" })).toBe(told({}));
    const others = [told({ to: "x:y:z:2" }), told({ entity: "ca" }), told({ facts: [{ name: "order.cancelled" } as never] }), told({})];
    expect(new Set(others).size).toBe(4);
  });

  test("a functional amount counts where the books are in another currency, and not in its own", () => {
    const at_ = (functionalCurrency: string, functionalAmount: number): BoundJournal => ({
      ...boundJournal("a", 100),
      functionalCurrency,
      lines: boundJournal("a", 100).lines.map((each) => ({ ...each, functionalAmount })),
    });
    expect([
      documentHash(at_("USD", 1)) === documentHash(at_("USD", 2)),
      documentHash(at_("CAD", 1)) === documentHash(at_("CAD", 2)),
    ]).toEqual([true, false]);
  });
});

describe("whom a document of another stream concerns", () => {
  const gatewayAccounts = { sp: { entity: "us", bankAccount: "b" } } as never;
  const bankAccounts = { b: { entity: "ca", numbers: ["4471"] } } as never;
  const by = { ...base, gatewayAccounts, bankAccounts };
  const matched = { name: "settlement.matched", schema: 1, key: "k", version: "1", occurredAt: at(0) } as never;
  test.each<[string, object, Policy, string[]]>([
    ["a row: whose account it is", { kind: "settlement-row", channel: "stripe", shop: "sp" }, by, ["erp"]],
    ["a row that was matched: anybody", { kind: "settlement-row", channel: "stripe", shop: "sp", events: [matched] }, by, ["erp", "other"]],
    ["a payout: whose account, and whose bank", { kind: "payout", channel: "stripe", shop: "sp" }, by, ["erp", "other"]],
    ["a payout without a bank", { kind: "payout", channel: "stripe", shop: "sp" }, { ...base, gatewayAccounts }, ["erp"]],
    ["a payout's window: anybody", { kind: "window", channel: "stripe", shop: "sp" }, by, ["erp", "other"]],
    ["an hour of a store: its own", { kind: "window", channel: "pos", shop: "7" }, by, ["other"]],
    ["a period: its entity", { kind: "period", channel: "erp", shop: "ca" }, by, ["other"]],
    ["a period of nobody: the first", { kind: "period", channel: "erp", shop: "xx" }, by, ["erp"]],
    ["a bank line: whose account it is", { kind: "bank-line", channel: "bank", shop: "4471" }, by, ["other"]],
    ["a bank line of nobody: the first", { kind: "bank-line", channel: "bank", shop: "9" }, by, ["erp"]],
  ])("%s", (_what, more, given, connections) => {
    expect(connectionsOf(fact("a", more), given)).toEqual(connections);
  });
});

test("opening balances name each account of an entity's rules, with what was not sent, and what was by day", () => {
  const balances = new OpeningBalances();
  const document = (day: string, amount: number, number = "2100"): BoundJournal => ({
    ...boundJournal("a", 1),
    postingDate: day,
    lines: [
      { role: "deferred-revenue", dimensions: {}, amount: -amount, account: number, functionalAmount: -amount },
      { role: "payment-clearing", dimensions: {}, amount, account: "1100", functionalAmount: amount },
    ],
  });
  const given = plan(1, [
    { kind: "opening", key: keyOf("a"), erpKey: "a@1", hash: "h", document: document("2026-10-01", 70) },
    { kind: "opening", key: keyOf("b"), erpKey: "b@1", hash: "h", document: document("2026-10-02", 5) },
    { kind: "post", key: keyOf("c"), erpKey: "c@1", hash: "h", document: document("2026-11-05", 9) },
    { kind: "post", key: keyOf("d"), erpKey: "d@1", hash: "h", document: document("2026-11-05", 1) },
    { kind: "post", key: keyOf("e"), erpKey: "e@1", hash: "h", document: document("2026-11-06", 2) },
  ]);
  balances.add([given], new Map([[1, outcome(given)]]));
  const accounts = [
    ...[account("refund-payable", "2200"), account("deferred-revenue", "2100"), account("accounts-receivable", "2100")],
    ...[account("tax-collected-in-advance", "2300", { entity: "ca" }), account("payment-clearing", "1100")],
  ];
  expect(balances.of("us", { ...base, accounts })).toEqual([
    { account: "2100", roles: ["accounts-receivable", "deferred-revenue"], amount: -75 },
    { account: "2200", roles: ["refund-payable"], amount: 0 },
  ]);
  expect(balances.of("ca", { ...base, accounts }).map(({ account: number, amount }) => [number, amount])).toEqual([
    ["2100", 0],
    ["2200", 0],
    ["2300", 0],
  ]);
  expect(["2026-11-04", "2026-11-05", "2026-11-06"].map((day) => balances.postedUpTo("us", "2100", day))).toEqual([0, -10, -12]);
  expect([balances.postedUpTo("ca", "2100", "2026-12-31"), balances.postedUpTo("us", "1100", "2026-12-31")]).toEqual([0, 0]);
});
