import { describe, expect, test } from "vitest";
import { type LineageItem, viewTransaction } from "#domain/lineage";
import { summariesIn } from "#domain/posting";
import { SummaryLines } from "#functions/summary-lines";
import type { ErpJournal } from "#ports/erp";
import { verifySummaries } from "../../cli/verify-summaries.ts";
import { memoryHouse } from "../functions/memory-house.ts";
import { happen, policyWith, readStoreDays } from "../golden/store-day-scenario.ts";
import { StreamsHub } from "../golden/streams-hub.ts";

const window = "store-day:pos:0001:2026-11-27";

function itemsAfter(name: string): LineageItem[] {
  const scenario = readStoreDays().find((each) => each.name === name)!;
  const hub = new StreamsHub(policyWith(scenario.grain), "2026-11-27T00:00:00.000Z");
  for (const fact of scenario.facts) happen(hub, fact);
  return hub.items(window);
}

function failuresOf(items: readonly LineageItem[]): string[] {
  const failures: string[] = [];
  verifySummaries(viewTransaction(window, items), (name, holds, failure) => {
    if (!holds) failures.push(`${name}: ${failure()}`);
  });
  return failures;
}

const ticket11 = "sale:pos:0001:1:2026-11-27:11/ticket.completed:1/ticket/us/USD";

describe("what verify says of a store day", () => {
  test.each(["summary-of-a-day", "late-ticket", "changed-ticket", "before-the-audit"])("%s is sound", (name) => {
    expect(failuresOf(itemsAfter(name))).toEqual([]);
  });

  test("a summary that was never posted is missed once the day is audited", () => {
    const items = itemsAfter("summary-of-a-day").filter(({ type }) => type !== "plan" && type !== "outcome");
    expect(failuresOf(items)).toEqual([
      expect.stringContaining(
        `a closed store day or window is summed up in full: ${window}: 3 contributions are in no summary, the first of them ${ticket11}`,
      ),
    ]);
  });

  test("a content that two summaries have is seen, and one that counts no more", () => {
    const [first, answer] = itemsAfter("late-ticket").filter(({ type }) => type === "plan" || type === "outcome");
    if (first?.type !== "plan" || answer?.type !== "outcome") throw new Error("no plan");
    const [step] = first.steps;
    const again = {
      ...first,
      key: "P#erp-us#000003",
      number: 3,
      steps: [{ ...step!, key: "another", erpKey: "another@3" }],
    } as LineageItem;
    const items = [...itemsAfter("late-ticket"), again, { ...answer, key: "P#erp-us#000003#R", number: 3 }];
    expect(failuresOf(items)).toEqual([expect.stringMatching(/what a summary says is said once.*27:11.*is summed up 2 times$/)]);
    const gone = itemsAfter("summary-of-a-day").map((item) =>
      item.type === "document" && item.told !== undefined ? { ...item, events: [] } : item,
    );
    expect(failuresOf(gone)).toHaveLength(3);
    expect(failuresOf(gone)[0]).toContain("is summed up 1 times, and counts no more");
  });
});

describe("the lines of a summary by transaction", () => {
  async function house() {
    const { lineage } = memoryHouse();
    const items = itemsAfter("summary-of-a-day");
    await lineage.insert(items);
    const [summary] = summariesIn(viewTransaction(window, items));
    const { document, erpKey } = summary!;
    if (document.type !== "journal") throw new Error("no journal");
    const journal: ErpJournal = {
      number: "J-1",
      key: erpKey,
      entity: "us",
      businessDate: "2026-11-27",
      postingDate: "2026-11-27",
      currency: "USD",
      functionalCurrency: "USD",
      memo: "",
      lines: document.lines.map(({ account, role, dimensions, amount }) => {
        const [debit, credit] = [Math.max(amount, 0), Math.max(-amount, 0)];
        return { account, role, dimensions, debit, credit, functionalDebit: debit, functionalCredit: credit };
      }),
    };
    return { lines: new SummaryLines(lineage), journal };
  }

  test("are those that each ticket contributed", async () => {
    const { lines, journal } = await house();
    const sales = (await lines.of(journal))?.filter(({ role }) => role === "sales");
    expect(sales?.map(({ transaction, credit }) => [transaction?.split(":").at(-1), credit])).toEqual([
      ["11", 100_00],
      ["12", 20_00],
      ["13", 100_00],
    ]);
  });

  test("are not told where the ERP holds something else, nor for a reversal or a journal of a sale: the ERP's word counts", async () => {
    const { lines, journal } = await house();
    const [first, ...rest] = journal.lines;
    expect(await lines.of({ ...journal, lines: [{ ...first!, functionalDebit: first!.functionalDebit + 1 }, ...rest] })).toBeUndefined();
    expect(await lines.of({ ...journal, reverses: "J-0" })).toBeUndefined();
    expect(await lines.of({ ...journal, key: `${ticket11}@1` })).toBeUndefined();
  });
});
