import { describe, expect, test } from "vitest";
import {
  type CertificateItem,
  certificateOf,
  consolidate,
  discountReport,
  type LedgerLine,
  marginReport,
  promotionReport,
  salesReport,
  taxReport,
  tiesToLedger,
  translate,
} from "#domain/reports";
import { credited, debited, groupBy, transactionsIn } from "../../../domain/reports/ledger-line.ts";
import { channelsOf, placesOf } from "../../../domain/reports/place.ts";

/** A line of US1 in USD: a debit, or a credit below zero. */
function line(role: string, amount: number, more: Partial<LedgerLine> = {}): LedgerLine {
  const base = { entity: "US1", currency: "USD", account: "4000", role, dimensions: {}, reversal: false };
  return { ...base, debit: Math.max(amount, 0), credit: Math.max(-amount, 0), ...more };
}
const web = "sale:shopify:a:1";
const counterparty = (name: string) => ({ dimensions: { counterparty: name } });

describe("lines of a ledger", () => {
  test("what a reversal takes back is no movement of its other side", () => {
    const lines = [line("cash", 700), line("cash", -200), line("cash", -300, { reversal: true }), line("cash", 50, { reversal: true })];
    expect([debited(lines), credited(lines), debited([]), credited([])]).toEqual([400, 150, 0, 0]);
  });

  test("groups stand in the order of their text, and their lines as they were", () => {
    expect(groupBy(["b2", "a1", "b1", "c1"], (text) => text.slice(0, 1))).toEqual([
      ["a", ["a1"]],
      ["b", ["b2", "b1"]],
      ["c", ["c1"]],
    ]);
    expect(groupBy([], () => "")).toEqual([]);
  });

  test("transactions are counted once, and lines without one not at all", () => {
    const [a, b] = [line("sales", 1, { transaction: web }), line("sales", 1, { transaction: "sale:shopify:a:2" })];
    expect([transactionsIn([a, b, a, line("sales", 1)]), transactionsIn([])]).toEqual([2, 0]);
  });

  test("a line that says no place has that of its transaction, the first by name where it has several", () => {
    const lines = [
      line("sales", 1, { transaction: web, dimensions: { channel: "web" } }),
      line("sales", 1, { transaction: web, dimensions: { channel: "pos", store: "7" } }),
      line("sales", 1, { transaction: web, dimensions: { channel: "app" } }),
      line("sales", 1, { dimensions: { channel: "wholesale" } }),
    ];
    const cost = line("cogs", 1, { transaction: web });
    const lost = line("cogs", 1, { transaction: "sale:shopify:a:9" });
    expect([...lines, cost, lost, line("cogs", 1)].map(placesOf(lines))).toEqual([
      ...["channel web", "store 7", "channel app", "channel wholesale"],
      ...["channel app", "no place", "no place"],
    ]);
    expect([...lines, cost, lost, line("cogs", 1)].map(channelsOf(lines))).toEqual([
      ...["web", "pos", "app", "wholesale"],
      ...["app", "no channel", "no channel"],
    ]);
  });
});

describe("a report draws on its own roles alone", () => {
  const strangers = [line("rent", 500, { entity: "ELSE" }), line("bank", 5, { transaction: web })];

  test("sales, margin, tax and discounts have no row of an entity without any of them", () => {
    expect([salesReport(strangers), marginReport(strangers, "place"), taxReport(strangers), discountReport(strangers)]).toEqual([
      [],
      [],
      [],
      [],
    ]);
    expect(promotionReport(strangers, {}, true)).toEqual([]);
  });

  test("by order what is of none stands apart, and revenue of nothing has no percentage", () => {
    const rows = marginReport(
      [line("cogs", 100), line("sales", -300, { transaction: web }), line("cogs", 100, { transaction: web })],
      "transaction",
    );
    expect(rows).toEqual([
      {
        ...{ entity: "US1", currency: "USD", of: "not from the hub", transactions: 0, revenue: 0, costOfGoods: 100 },
        ...{ freight: 0, intercompany: 0, margin: -100 },
      },
      {
        ...{ entity: "US1", currency: "USD", of: web, transactions: 1, revenue: 300, costOfGoods: 100, freight: 0 },
        ...{ intercompany: 0, margin: 200, marginBasisPoints: 6_666 },
      },
    ]);
  });

  test("tax without a jurisdiction is shown, each entity for itself", () => {
    const rows = taxReport([
      line("tax-payable", -6),
      line("tax-payable", -7, { entity: "CA1", currency: "CAD", dimensions: { jurisdiction: "CA-QC" } }),
    ]);
    expect(rows.map(({ entity, currency, jurisdiction, payable }) => [entity, currency, jurisdiction, payable])).toEqual([
      ["CA1", "CAD", "CA-QC", 7],
      ["US1", "USD", "none stated", 6],
    ]);
  });

  test("a promotion without a rule has none, and one without days the rule that always holds", () => {
    const given = line("discounts", 300, { transaction: web, dimensions: { promotion: "LOOSE" } });
    expect(promotionReport([given], {}, true)).toEqual([
      { entity: "US1", currency: "USD", promotion: "LOOSE", transactions: 1, amount: 300 },
    ]);
    const rule = { code: "LOOSE", when: {}, from: "2026-01-01", why: "test", layer: 2, totalMaxMinorUnits: { USD: 1_000 } } as const;
    const dated = { ...given, businessDate: "2026-01-01" };
    expect(promotionReport([dated, { ...given, businessDate: "2025-12-31" }], { promotions: [rule] }, true)).toEqual([
      { entity: "US1", currency: "USD", promotion: "LOOSE", transactions: 1, amount: 600, rule, left: 700 },
    ]);
  });

  test("an account that the trial balance does not have stands at nothing there", () => {
    const lines = [line("sales", -10), line("sales", -5, { entity: "CA1", currency: "CAD" }), line("rent", 9)];
    expect(tiesToLedger(lines, ["sales"], { US1: {} })).toEqual([
      { entity: "CA1", currency: "CAD", account: "4000", reported: -5, ledger: 0, difference: 5 },
      { entity: "US1", currency: "USD", account: "4000", reported: -10, ledger: 0, difference: 10 },
    ]);
  });
});

describe("a group's books", () => {
  test("a debt to nobody, and one to somebody outside, stay; only dealings within eliminate", () => {
    const [group] = consolidate([
      line("due-to", -100, { account: "2350" }),
      line("due-to", -40, { account: "2350", ...counterparty("OUT") }),
      line("sales", -7, { account: "4000", ...counterparty("US2") }),
      line("due-from", 30, { account: "1350", entity: "US2", ...counterparty("US1") }),
      line("due-to", -30, { account: "2350", ...counterparty("US2") }),
    ]);
    expect(group).toEqual({
      currency: "USD",
      entities: ["US1", "US2"],
      accounts: [
        { account: "1350", byEntity: { US2: 30 }, eliminated: -30, consolidated: 0 },
        { account: "2350", byEntity: { US1: -170 }, eliminated: 30, consolidated: -140 },
        { account: "4000", byEntity: { US1: -7 }, eliminated: 0, consolidated: -7 },
      ],
      pairs: [{ entities: ["US1", "US2"], balances: 0, trade: 0 }],
      notEliminated: ["OUT"],
    });
  });

  test("pairs stand by name, whoever of them says it, and their balances apart from their trade", () => {
    const [group] = consolidate([
      line("due-to", -9, { entity: "B", account: "2", ...counterparty("A") }),
      line("intercompany-revenue", -4, { entity: "B", account: "3", ...counterparty("A") }),
      line("due-from", 5, { entity: "A", account: "1", ...counterparty("B") }),
      line("intercompany-cogs", 3, { entity: "A", account: "4", ...counterparty("B") }),
      line("due-from", 2, { entity: "C", account: "1", ...counterparty("A") }),
    ]);
    expect(group?.pairs).toEqual([
      { entities: ["A", "B"], balances: -4, trade: -1 },
      { entities: ["A", "C"], balances: 2, trade: 0 },
    ]);
    expect(consolidate([])).toEqual([]);
  });

  const abroad = (role: string, amount: number, more: Partial<LedgerLine> = {}) =>
    line(role, amount, { entity: "CA1", currency: "CAD", businessDate: "2026-11-30", ...more });
  const group = (lines: readonly LedgerLine[], more: Partial<Parameters<typeof translate>[0]> = {}) =>
    translate({
      ...{
        lines,
        currency: "USD",
        closingDay: "2026-11-30",
        roleOf: () => undefined,
        adjustmentAccount: () => "3900",
        isInFlight: () => false,
      },
      fxRates: [{ of: "CAD", in: "USD", rate: "0.75", from: "2026-11-30", why: "test" }],
      ...more,
    });
  const texts = (lines: readonly LedgerLine[]) =>
    lines.map(({ entity, account, role, debit, credit, reversal }) => `${entity} ${account} ${role} ${debit}/${credit} ${reversal}`);

  test.each([
    ["bank", "closing", "2026-11-30"],
    ["accounts-payable", "closing", "2026-11-30"],
    ["sales", "average", "2026-11"],
    ["discounts", "average", "2026-11"],
    ["cogs", "average", "2026-11"],
    ["fx-realised", "average", "2026-11"],
    ["no-role", "historical", "2026-11-30"],
  ])("%s is translated at the %s rate", (role, kind, on) => {
    expect(group([abroad(role, 100)]).used).toEqual([{ of: "CAD", kind, on, rate: "0.75" }]);
  });

  test("what it leaves of the translated books is their adjustment, and what the two say of each other agrees", () => {
    const lines = [
      line("due-to", -80, { account: "2350", ...counterparty("CA1") }),
      line("cash", 80, { account: "1000" }),
      abroad("due-from", 100, { account: "1350", reversal: true, ...counterparty("US1") }),
      abroad("bank", -100, { account: "1010" }),
    ];
    expect(texts(group(lines).lines)).toEqual([
      ...["US1 2350 due-to 0/80 false", "US1 1000 cash 80/0 false", "CA1 1010 bank 0/75 false", "CA1 1350 due-from 75/0 false"],
      ...["CA1 1350 due-from 5/0 false", "CA1 3900 translation-adjustment 0/5 false"],
    ]);
    const flying = group(lines, { isInFlight: (a, b) => a === "CA1" && b === "US1" });
    expect(texts(flying.lines).slice(4)).toEqual([]);
  });

  test("nothing agrees with nobody, with somebody outside, or by another role", () => {
    const alone = [
      abroad("due-from", 100, { account: "1350" }),
      abroad("due-from", 100, { account: "1350", ...counterparty("OUT") }),
      abroad("sales", 100, { account: "4000", ...counterparty("US1") }),
      line("cash", 1),
    ];
    expect(texts(group(alone).lines).filter((text) => !text.includes("translation-adjustment"))).toHaveLength(4);
  });

  test("a line without a day is of the closing day, and no lines are none", () => {
    const { businessDate: _, ...undated } = abroad("sales", 100);
    expect(group([undated]).used).toEqual([{ of: "CAD", kind: "average", on: "2026-11", rate: "0.75" }]);
    expect(group([])).toEqual({ lines: [], used: [], missing: [] });
    expect(group([abroad("sales", 100)], { fxRates: [] })).toEqual({
      lines: [],
      used: [],
      missing: [{ of: "CAD", kind: "average", on: "2026-11" }],
    });
  });
});

describe("a certificate", () => {
  /** What is undefined is absent. */
  type Given = { readonly [Field in keyof CertificateItem]?: CertificateItem[Field] | undefined };
  const item = (transaction: string, more: Given = {}): CertificateItem =>
    ({
      line: { kind: "channel-day", name: "shop", currency: "USD", means: "payment-clearing cod" },
      ...{ transaction, event: "e", source: 100, lineage: 100, erp: 100, bank: 100, waitsFor: "" },
      ...more,
    }) as CertificateItem;
  const differences = (...items: CertificateItem[]) =>
    certificateOf("2026-11-27", items).rows[0]?.differences.map(
      ({ between, reason, count, amount, transactions }) => `${between}: ${reason} ${count} ${amount} ${transactions.join(" ")}`,
    );

  test("has days of channels first, then of stores, then payouts, each by its name", () => {
    const of = (kind: CertificateItem["line"]["kind"], name: string, currency: "USD" | "" = "USD", means = "cash") =>
      item("t", { line: { kind, name, currency, means } });
    const { rows } = certificateOf("2026-11-27", [
      ...[of("payout", "a"), of("store-day", "b"), of("store-day", "a"), of("channel-day", "z", "USD", "m"), of("channel-day", "z")],
      of("channel-day", "z", ""),
    ]);
    expect(rows.map(({ kind, name, currency, means }) => [kind, name, currency, means].join(" "))).toEqual([
      ...["channel-day z  cash", "channel-day z USD cash", "channel-day z USD m", "store-day a USD cash", "store-day b USD cash"],
      "payout a USD cash",
    ]);
  });

  test("is complete when every side agrees, and never of nothing", () => {
    expect(certificateOf("2026-11-27", [item("t"), item("u", { bank: null })])).toMatchObject({
      schema: 1,
      date: "2026-11-27",
      complete: true,
    });
    expect(certificateOf("2026-11-27", [])).toMatchObject({ rows: [], complete: false });
    expect(certificateOf("2026-11-27", [item("t"), item("u", { erp: 99 })]).complete).toBe(false);
    expect(certificateOf("2026-11-27", [item("t", { bank: null })]).rows[0]?.bank).toBeNull();
    expect(
      certificateOf("2026-11-27", [item("t", { bank: null }), item("u", { counts: { source: 3, lineage: 2 } })]).rows[0],
    ).toMatchObject({
      source: { count: 4, amount: 200 },
      lineage: { count: 3, amount: 200 },
      erp: { count: 3, amount: 200 },
      bank: { count: 2, amount: 100 },
    });
  });

  test.each<[string, Given, string[]]>([
    ["held", { lineage: undefined, erp: undefined, bank: undefined, waitsFor: "held" }, ["source and lineage: held 1 100 t"]],
    ["posted for less", { lineage: 90, erp: 90, bank: 90 }, ["source and lineage: is posted with another amount 1 10 t"]],
    ["posted for less as something waits", { lineage: 90, erp: 90, bank: 90, waitsFor: "a rate" }, ["source and lineage: a rate 1 10 t"]],
    [
      "without some of its rows",
      { counts: { source: 3, lineage: 2 } },
      ["source and lineage: rows are missing, or wait for their sale or a class 1 0 t"],
    ],
    ["not in the ERP", { erp: undefined, bank: undefined, waitsFor: "its plan" }, ["lineage and ERP: its plan 1 100 t"]],
    ["otherwise in the ERP", { erp: 80, bank: 80 }, ["lineage and ERP: the ERP holds another amount 1 20 t"]],
    [
      "in the bank alone",
      { lineage: undefined, erp: undefined, waitsFor: "held" },
      ["source and lineage: held 1 100 t", "ERP and bank: is in the bank and not in the ERP 1 -100 t"],
    ],
    ["without a row", { bank: undefined }, ["ERP and bank: no settlement row yet 1 100 t"]],
    ["without a row, it says", { bank: undefined, notBanked: "no-row" }, ["ERP and bank: no settlement row yet 1 100 t"]],
    ["without a line", { bank: undefined, notBanked: "no-bank-line" }, ["ERP and bank: its payout is not in the bank yet 1 100 t"]],
    ["not deposited", { bank: undefined, notBanked: "not-deposited" }, ["ERP and bank: no bank line shows the deposit yet 1 100 t"]],
    [
      "in another currency",
      { bank: undefined, notBanked: "other-currency" },
      ["ERP and bank: is settled in another currency, and its row does not say what of it 1 100 t"],
    ],
    ["returned", { bank: undefined, notBanked: "returned" }, ["ERP and bank: the payout came back 1 100 t"]],
    ["otherwise in the bank", { bank: 97 }, ["ERP and bank: the bank shows another amount 1 3 t"]],
    ["seen at no bank", { bank: null }, []],
  ])("of money that is %s says so", (_what, more, expected) => {
    expect(differences(item("t", more))).toEqual(expected);
  });

  test("names the first twenty transactions by their id, each once, and counts all", () => {
    const many = Array.from({ length: 21 }, (_, index) => item(`t${String(30 - index)}`, { erp: 99, bank: 99 }));
    const [row] = certificateOf("2026-11-27", [...many, item("t30", { event: "f", erp: 98, bank: 98 })]).rows;
    const [difference] = row?.differences ?? [];
    expect([difference?.count, difference?.amount, difference?.transactions.length]).toEqual([21, 23, 20]);
    expect([difference?.transactions[0], difference?.transactions[19]]).toEqual(["t10", "t29"]);
    expect(certificateOf("2026-11-27", many).hash).toBe(certificateOf("2026-11-27", [...many].reverse()).hash);
  });
});
