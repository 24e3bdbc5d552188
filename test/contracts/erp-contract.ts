import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Erp, ErpJournal, StepAnswer } from "#ports/erp";
import { journalStep, reverseStep, stockStep } from "./erp-steps.ts";

/**
 * An empty ERP that keeps entity "north" in USD and entity "maple" in CAD, with the accounts 1010, 1300, 2200, 5000 and 5900 (inventory
 * revaluation), March and April 2026 open and February closed.
 */
export interface ErpUnderTest {
  readonly erp: Erp;
  /** The answers of the next calls are lost after the ERP has applied what they asked for. */
  loseAnswers(calls: number): void;
  /** The next calls are turned away by throttling. */
  throttle(calls: number): void;
  /** From now on nobody listens at the ERP's address. */
  takeDown(): Promise<void>;
  close(): Promise<void>;
}

/** What every adapter of ports/erp with native idempotency keeps. */
export function erpContract(name: string, open: () => Promise<ErpUnderTest>): void {
  describe(`ERP contract: ${name}`, () => {
    const sale = "sale:shopify:maple.example:820982911946154508/payment.captured:77/capture/north/USD";
    const capture = [
      ["1010", 10_800],
      ["2200", -10_800],
    ] as const;
    let world: ErpUnderTest;
    let erp: Erp;

    beforeEach(async () => {
      world = await open();
      erp = world.erp;
    });
    afterEach(() => world.close());

    async function submitOne(...steps: Parameters<Erp["submit"]>[0][number]): Promise<readonly StepAnswer[]> {
      const [answers] = await erp.submit([steps]);
      return answers!;
    }

    async function allJournals(limit = 100): Promise<ErpJournal[]> {
      const journals: ErpJournal[] = [];
      let after: string | undefined;
      for (let pages = 0; pages < 50; pages += 1) {
        const page = await erp.journals({}, after, limit);
        journals.push(...page.journals);
        if (page.next === undefined) return journals;
        after = page.next;
      }
      throw new Error("the pages do not end");
    }

    async function balances(): Promise<Record<string, readonly [number, number]>> {
      const { accounts } = await erp.trialBalance("north", {});
      return Object.fromEntries(accounts.map(({ account, debit, credit }) => [account, [debit, credit]]));
    }

    function numberOf(answer: StepAnswer | undefined): string {
      if (answer?.kind !== "done") throw new Error(`expected done, got ${JSON.stringify(answer)}`);
      return answer.number;
    }

    it("tells the accounts, the currency and the periods of an entity's company", async () => {
      const { functionalCurrency, accounts, periods } = await erp.masterData("maple");
      expect(functionalCurrency).toBe("CAD");
      expect(accounts.map(({ account }) => account).sort()).toEqual(expect.arrayContaining(["1010", "1300", "2200", "5000", "5900"]));
      const openOn = (day: string) => periods.some(({ from, to, open }) => open && from <= day && day <= to);
      expect(["2026-02-28", "2026-03-01", "2026-04-30", "2026-05-01"].map(openOn)).toEqual([false, true, true, false]);
    });

    it("posts a journal once however often its key comes, and gives the first answer each time", async () => {
      const first = await submitOne(journalStep(`${sale}@1`, capture));
      expect(numberOf(first[0])).not.toBe("");
      expect(await submitOne(journalStep(`${sale}@1`, capture))).toEqual(first);
      expect(await balances()).toEqual({ "1010": [10_800, 0], "2200": [0, 10_800] });
    });

    it("refuses other content under a key", async () => {
      await submitOne(journalStep(`${sale}@1`, capture));
      const other = journalStep(`${sale}@1`, [["1010", 10_700], ["2200", -10_700]]); // biome-ignore format: one journal, one line
      expect(await submitOne(other)).toMatchObject([{ kind: "refused", code: "key-reused" }]);
      expect(await balances()).toEqual({ "1010": [10_800, 0], "2200": [0, 10_800] });
    });

    it("gives documents numbers of their own", async () => {
      const answers = await submitOne(journalStep(`${sale}@1`, capture), journalStep(`${sale}@2`, capture));
      expect(new Set(answers.map(numberOf)).size).toBe(2);
    });

    it("stops a group at the first refusal and lets the other groups go on", async () => {
      const closed = journalStep(`${sale}@2`, capture, "2026-02-10");
      const answers = await erp.submit([
        [journalStep(`${sale}@1`, capture), closed, journalStep(`${sale}@3`, capture)],
        [journalStep(`${sale}@4`, capture)],
      ]);
      expect(answers.map((group) => group.map((answer) => answer.kind))).toEqual([["done", "refused", "skipped"], ["done"]]);
      expect(answers[0]![1]).toMatchObject({ code: "period-closed", message: expect.stringContaining("2026-02-10") });
      expect((await erp.documentKeys({}, undefined, 10)).keys).toEqual([`${sale}@1`, `${sale}@4`]);
    });

    it("refuses an unknown account and an unbalanced journal with a reason", async () => {
      const unknown = journalStep(`${sale}@1`, [["1010", 5], ["9999", -5]]); // biome-ignore format: one journal, one line
      const lopsided = journalStep(`${sale}@2`, [["1010", 5], ["2200", -4]]); // biome-ignore format: one journal, one line
      const answers = await erp.submit([[unknown], [lopsided]]);
      expect(answers).toMatchObject([
        [{ kind: "refused", code: "unknown-account", message: expect.stringContaining("9999") }],
        [{ kind: "refused", code: "unbalanced" }],
      ]);
    });

    it("answers nothing for no groups", async () => {
      expect(await erp.submit([])).toEqual([]);
    });

    it("answers an issue with its cost, and books COGS and inventory under its key", async () => {
      await submitOne(stockStep("opening@1", [[10, 2_500]]));
      expect(await submitOne(stockStep("issue@1", [[-4]]))).toMatchObject([
        { kind: "done", costs: [{ movement: "line-1", totalCost: 1_000 }] },
      ]);
      expect(await erp.stock("north")).toEqual([
        { item: "HAT", location: "DC", quantityMillionths: 6_000_000, value: 1_500, movements: 2 },
      ]);
      expect(await erp.stock("maple")).toEqual([]);
      const journal = (await allJournals()).find((each) => each.key === "issue@1");
      expect(journal).toMatchObject({ entity: "north", businessDate: "2026-03-04", postingDate: "2026-03-05", currency: "USD" });
      expect(journal?.lines.map((line) => [line.account, line.role, line.debit, line.credit, line.dimensions])).toEqual([
        ["5000", "cogs", 1_000, 0, { location: "DC", "item-class": "apparel" }],
        ["1300", "inventory", 0, 1_000, { location: "DC", "item-class": "apparel" }],
      ]);
    });

    it("warns when stock goes negative, naming item and location", async () => {
      await submitOne(stockStep("opening@1", [[1, 300]]));
      const [answer] = await submitOne(stockStep("issue@1", [[-3]]));
      expect(answer).toMatchObject({ kind: "done", costs: [{ movement: "line-1", totalCost: 900 }] });
      expect(answer?.kind === "done" && answer.warnings).toEqual([expect.stringMatching(/^negative-stock: .*HAT.*DC/)]);
    });

    it("reverses a document once: again with the same key is the first answer, with another key refused", async () => {
      await submitOne(journalStep(`${sale}@1`, capture));
      const first = await submitOne(reverseStep(`${sale}@1/reversal`, `${sale}@1`));
      expect(first).toMatchObject([{ kind: "done" }]);
      expect(await submitOne(reverseStep(`${sale}@1/reversal`, `${sale}@1`))).toEqual(first);
      expect(await submitOne(reverseStep("another", `${sale}@1`))).toMatchObject([{ kind: "refused", code: "already-reversed" }]);
      expect(await balances()).toEqual({ "1010": [10_800, 10_800], "2200": [10_800, 10_800] });
      const reversal = (await allJournals()).find((journal) => journal.key === `${sale}@1/reversal`);
      expect(reversal).toMatchObject({ reverses: `${sale}@1`, businessDate: "2026-03-04", postingDate: "2026-03-06" });
    });

    it("reverses and re-posts in one group, and brings reversed stock back at its own cost", async () => {
      await submitOne(stockStep("opening@1", [[10, 1_000]]));
      await submitOne(stockStep("issue@1", [[-4]]));
      await submitOne(stockStep("dearer@1", [[6, 1_800]]));
      const answers = await submitOne(reverseStep("issue@1/reversal", "issue@1"), stockStep("issue@2", [[-8]]));
      // 12 pieces worth 24.00, 4 back at 4.00 = 16 worth 28.00; 8 of them cost 14.00.
      expect(answers).toMatchObject([{ kind: "done" }, { kind: "done", costs: [{ movement: "line-1", totalCost: 1_400 }] }]);
    });

    it("refuses to reverse what it does not hold", async () => {
      expect(await submitOne(reverseStep("absent@1/reversal", "absent@1"))).toMatchObject([{ kind: "refused", code: "unknown-document" }]);
    });

    it("finds what it holds under the keys asked for, as it was first answered, and undefined for the rest", async () => {
      await submitOne(stockStep("opening@1", [[10, 2_500]]));
      const [first] = await submitOne(stockStep("issue@1", [[-4]]));
      await submitOne(stockStep("dearer@1", [[10, 90_000]]));
      expect(await erp.find(["absent@1", "issue@1"])).toEqual([undefined, first]);
      expect(await erp.find([])).toEqual([]);
    });

    it("posts once and gives the number when an answer is lost on the way", async () => {
      world.loseAnswers(1);
      const [answer] = await submitOne(journalStep(`${sale}@1`, capture));
      expect(await erp.find([`${sale}@1`])).toEqual([answer]);
      expect(numberOf(answer)).not.toBe("");
      expect(await balances()).toEqual({ "1010": [10_800, 0], "2200": [0, 10_800] });
    });

    it("says unknown when every answer is lost, and the same steps sent again get the number of the first", async () => {
      world.loseAnswers(2);
      const groups = [[journalStep(`${sale}@1`, capture), stockStep("opening@1", [[1, 100]])]];
      expect((await erp.submit(groups)).map((group) => group.map((answer) => answer.kind))).toEqual([["unknown", "unknown"]]);
      const held = await erp.find([`${sale}@1`, "opening@1"]);
      expect(await erp.submit(groups)).toEqual([held]);
      expect(await balances()).toEqual({ "1010": [10_800, 0], "1300": [100, 0], "2200": [0, 10_800], "5000": [0, 100] });
    });

    it("says unavailable when it is throttled or cannot be reached, and nothing was applied", async () => {
      world.throttle(1);
      const [throttled] = await submitOne(journalStep(`${sale}@1`, capture));
      expect(throttled).toMatchObject({ kind: "unavailable", message: expect.stringContaining("throttled") });
      expect(await erp.find([`${sale}@1`])).toEqual([undefined]);
      await world.takeDown();
      expect(await submitOne(journalStep(`${sale}@1`, capture))).toMatchObject([{ kind: "unavailable" }]);
      await expect(erp.trialBalance("north", {})).rejects.toMatchObject({ name: "Unavailable" });
    });

    it("tells journals that sum up to its trial balance, page by page, each once", async () => {
      await submitOne(journalStep("a@1", capture), journalStep("b@1", capture), stockStep("c@1", [[3, 999]]), stockStep("d@1", [[-1]]));
      await submitOne(reverseStep("a@1/reversal", "a@1"));
      const journals = await allJournals(2);
      expect(journals.map((journal) => journal.key)).toEqual(["a@1", "b@1", "c@1", "d@1", "a@1/reversal"]);
      const sums: Record<string, [number, number]> = {};
      for (const line of journals.flatMap((journal) => journal.lines)) {
        const sum = (sums[line.account] ??= [0, 0]);
        sum[0] += line.functionalDebit;
        sum[1] += line.functionalCredit;
      }
      expect(sums).toEqual({ "1010": [21_600, 10_800], "2200": [10_800, 21_600], "1300": [999, 333], "5000": [333, 999] });
      expect(await balances()).toEqual(sums);
    });

    it("filters by entity, posting date and the start of the key", async () => {
      await submitOne(
        journalStep("a/1@1", capture, "2026-03-31"),
        journalStep("a/2@1", capture, "2026-04-01"),
        journalStep("b@1", capture),
      );
      const keys = async (filter: Parameters<Erp["documentKeys"]>[0]) => (await erp.documentKeys(filter, undefined, 10)).keys;
      expect(await keys({ keyPrefix: "a/" })).toEqual(["a/1@1", "a/2@1"]);
      expect(await keys({ from: "2026-03-31", to: "2026-03-31" })).toEqual(["a/1@1"]);
      expect(await keys({ entity: "maple" })).toEqual([]);
      const { accounts } = await erp.trialBalance("north", { from: "2026-04-01" });
      expect(accounts.map(({ account, debit, credit }) => [account, debit, credit])).toEqual([
        ["1010", 10_800, 0],
        ["2200", 0, 10_800],
      ]);
    });

    it("refuses a step for an entity that it keeps no books for, without touching the others", async () => {
      const stranger = journalStep("s@1", capture);
      if (stranger.kind !== "post") throw new Error("a post step was expected");
      const foreign = { ...stranger, document: { ...stranger.document, entity: "elsewhere" } };
      const answers = await erp.submit([
        [journalStep("a@1", capture), foreign, journalStep("b@1", capture)],
        [journalStep("c@1", capture)],
      ]);
      expect(answers).toMatchObject([
        [
          { kind: "done" },
          { kind: "refused", code: "unknown-company", message: expect.stringContaining("elsewhere") },
          { kind: "skipped" },
        ],
        [{ kind: "done" }],
      ]);
    });
  });
}
