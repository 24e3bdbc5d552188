import { describe, expect, test } from "vitest";
import type { EventOf } from "#domain/events";
import { type LineageItem, viewTransaction } from "#domain/lineage";
import { type BoundJournal, type PlanStep, summariesIn, summariesOf } from "#domain/posting";
import { clearingLinesOf } from "#domain/reports";
import { boundJournal, fact, keyOf, outcome, plan, postStep } from "../../fixtures/posting-case.ts";

const sale = "sale:shopify:shop.example:1";
const day = "store-day:pos:7:2026-11-27";
const ticket = keyOf("a");

const contributed = (document: string, amount: number) =>
  ({
    ...{
      name: "posting.contributed",
      schema: 1,
      key: `posting.contributed:${document}`,
      version: "1",
      occurredAt: "2026-11-27T10:00:00.000Z",
    },
    ...{ document, hash: "h", entity: "us", currency: "USD", businessDate: "2026-11-27" },
    lines: [
      { role: "payment-clearing", account: "1100", dimensions: { gateway: "stripe" }, amount },
      { role: "acquirer-clearing", account: "1101", dimensions: { acquirer: "adyen" }, amount: 5 },
      { role: "payment-clearing", account: "1100", dimensions: {}, amount: 1 },
      { role: "sales", account: "4000", dimensions: {}, amount: -amount - 6 },
    ],
  }) as unknown as EventOf<"posting.contributed">;
const tell = (document: string, to: string, ...facts: object[]) =>
  ({
    kind: "tell",
    key: document,
    erpKey: `${document}@1`,
    hash: "h",
    entity: "us",
    to,
    document: { type: "told", key: document, event: "a", to, facts },
  }) as unknown as PlanStep;
const planned = (transaction: string, ...steps: PlanStep[]): LineageItem[] => {
  const made = { ...plan(1, steps), transaction };
  return [made, { ...outcome(made), transaction }];
};
const summary = (
  name: string,
  parts: readonly (readonly [document: string, sign: 1 | -1])[],
  more: Partial<BoundJournal> = {},
): PlanStep => {
  const document = {
    ...boundJournal(name, 500),
    key: `${day}/${name}`,
    contributions: parts.map(([document, sign]) => ({ document, hash: "h", sign })),
    ...more,
  } as unknown as BoundJournal;
  return { ...postStep(name, 1), key: `${day}/${name}`, erpKey: `${day}/${name}@1`, document };
};
const inDay = (document: string, amount: number): LineageItem =>
  fact(`contributed ${document}`, { transaction: day, source: `pos:7:${document}`, events: [contributed(document, amount)] });

describe("where a journal is that was told to a store day", () => {
  const teller = viewTransaction(
    sale,
    planned(sale, tell(ticket, day, contributed(ticket, 100)), tell(keyOf("b"), day, { name: "return.received" })),
  );
  const window = (...steps: PlanStep[]) => viewTransaction(day, planned(day, ...steps));
  const told = (...windows: Parameters<typeof summariesOf>[1]) =>
    summariesOf(teller, windows).map((each) => [each.document, each.window, each.summary?.erpKey]);

  test("is nowhere yet until its day is summed up", () => {
    expect(told()).toEqual([[ticket, day, undefined]]);
    expect(summariesOf(teller, [])[0]).not.toHaveProperty("summary");
  });

  test("is each summary that says it, and none that says another one", () => {
    const summed = window(summary("s1", [[ticket, 1]]), summary("s2", [[keyOf("x"), 1]]), summary("s3", [[keyOf("x"), 1], [ticket, -1]])); // biome-ignore format: one window
    expect(told(summed)).toEqual([
      [ticket, day, `${day}/s1@1`],
      [ticket, day, `${day}/s3@1`],
    ]);
  });

  test("is in no other day, and in no journal that sums up nothing", () => {
    const other = viewTransaction("store-day:pos:7:2026-11-28", planned("store-day:pos:7:2026-11-28", summary("s1", [[ticket, 1]])));
    expect(told(other, window(summary("s2", [])))).toEqual([[ticket, day, undefined]]);
  });

  test("and the summaries of a day are those that sum up something", () => {
    const goods = {
      ...postStep("g", 1),
      document: { ...boundJournal("g", 0), type: "stock", lines: undefined, movements: [] },
    } as unknown as PlanStep;
    const own = { ...summary("own", []), document: boundJournal("own", 5) } as PlanStep;
    expect(summariesIn(window(summary("s1", [[ticket, 1]]), goods, own)).map(({ erpKey }) => erpKey)).toEqual([`${day}/s1@1`]);
  });
});

describe("what stands in clearing accounts", () => {
  const lines = (transaction: string, items: readonly LineageItem[]) =>
    clearingLinesOf(viewTransaction(transaction, items)).map(
      (each) => `${each.entity} ${each.gateway} ${each.amount} ${each.currency} ${each.businessDate} ${each.transaction} ${each.reference}`,
    );

  test("is what the journals of a stream say there, and not what the opening balances have", () => {
    const document = {
      ...boundJournal("a", 100),
      lines: contributed(ticket, 100).lines.map((line) => ({ ...line, functionalAmount: line.amount })),
    };
    const posts = { ...postStep("a", 1), document } as PlanStep;
    const opening = { kind: "opening", key: keyOf("o"), erpKey: `${keyOf("o")}@1`, hash: "h", document } as PlanStep;
    const goods = {
      ...postStep("g", 1),
      document: { ...boundJournal("g", 0), type: "stock", lines: undefined, movements: [] },
    } as unknown as PlanStep;
    expect(lines(sale, planned(sale, posts, opening, goods))).toEqual([
      `us stripe 100 USD 2026-11-27 ${sale} ${sale}`,
      `us adyen 5 USD 2026-11-27 ${sale} ${sale}`,
      `us none stated 1 USD 2026-11-27 ${sale} ${sale}`,
    ]);
  });

  test("of a summary is that of what contributed to it, and is taken back with it", () => {
    const items = [inDay(ticket, 100), inDay("sale:pos:7:2/b", 40), ...planned(day, summary("s1", [[ticket, 1], ["sale:pos:7:2/b", -1], ["sale:pos:7:3/c", 1]]))]; // biome-ignore format: one window
    expect(lines(day, items)).toEqual([
      `us stripe 100 USD 2026-11-27 ${sale} ${sale}`,
      `us adyen 5 USD 2026-11-27 ${sale} ${sale}`,
      `us none stated 1 USD 2026-11-27 ${sale} ${sale}`,
      "us stripe -40 USD 2026-11-27 sale:pos:7:2 sale:pos:7:2",
      "us adyen -5 USD 2026-11-27 sale:pos:7:2 sale:pos:7:2",
      "us none stated -1 USD 2026-11-27 sale:pos:7:2 sale:pos:7:2",
    ]);
  });
});
