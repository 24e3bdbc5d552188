import { afterEach, beforeAll, beforeEach, describe, expect, type TestContext, test } from "vitest";
import type { Erp, ErpJournal, StepAnswer } from "#ports/erp";
import { skipReason } from "../skip.ts";
import { purchaseContract } from "./erp-purchases.ts";
import { journalStep, reverseStep, stockStep } from "./erp-steps.ts";
import type { FaultyHttp } from "./faulty-http.ts";

/**
 * An ERP whose companies hold no documents yet. It keeps entity "north" in USD, "maple" in CAD, "kyoto" in JPY and "gulf" in KWD, each with the
 * accounts 1010, 1300, 2200, 3000, 5000, 5900 (inventory revaluation), 6900 (not active) and 7000 (wants the dimension cost-center), March and
 * April 2026 open and February closed. North knows the items HAT and OLD-HAT (not active), the locations DC and SHOP, the party MILL and the
 * tax code TX.
 */
export interface ErpUnderTest {
  readonly erp: Erp;
  /** What the adapter sends through; its faults meet what posts documents. */
  readonly http: FaultyHttp;
  /**
   * What a person of north does in the ERP itself: posts a journal on a day, [account, amount in minor units], which takes back the document under
   * the key `reverses` where one is named. Absent: the ERP has no door for people, or none that the test could use.
   */
  enterByHand?(lines: readonly (readonly [string, number])[], postingDate: string, reverses?: string): Promise<void>;
  /** From now on nobody listens at the ERP's address. */
  takeDown(): Promise<void>;
  close(): Promise<void>;
}

export interface ErpContractOptions {
  /** Lines of the longest journal that is tried: 10,000, and 1,000 on a live system. */
  readonly linesTried?: 10_000 | 1_000;
  /** An item of north whose movement the ERP refuses only when it is written. Absent: a document on an account that takes none is refused instead. */
  readonly refusedItem?: string;
  /** The known gaps of an adapter: titles of tests that it does not pass, each with the reason. */
  readonly gaps?: Readonly<Record<string, string>>;
}

/** What every adapter of ports/erp keeps. */
export function erpContract(name: string, open: () => Promise<ErpUnderTest>, options: ErpContractOptions = {}): void {
  const { linesTried = 10_000, refusedItem, gaps = {} } = options;
  const tried = new Set<string>();
  const it = (title: string, run: (context: TestContext) => Promise<void>) => {
    tried.add(title);
    const gap = Object.hasOwn(gaps, title) ? gaps[title] : undefined;
    if (gap === undefined) return void test(title, run);
    test.skip(title, run);
    beforeAll(() => skipReason(`${name}: ${title}`, gap));
  };
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
        const page = await erp.journals({ entity: "north" }, after, limit);
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

    /** What was asked for goes unanswered, as often as the adapter sends it on its own. */
    function loseEveryAnswer(): void {
      world.http.loseAnswers(erp.capabilities.idempotency === "native" ? 2 : 1);
    }

    function numberOf(answer: StepAnswer | undefined): string {
      if (answer?.kind !== "done") throw new Error(`expected done, got ${JSON.stringify(answer)}`);
      return answer.number;
    }

    it("says what it can and how much it takes", async () => {
      const { idempotency, inventoryJournal, correctionStyles, maxStepsPerCall, linesPerJournalMax } = erp.capabilities;
      expect(["native", "look-up"]).toContain(idempotency);
      expect(["erp", "hub"]).toContain(inventoryJournal);
      expect(correctionStyles).toContain("reversal");
      expect(maxStepsPerCall).toBeGreaterThanOrEqual(2);
      expect(linesPerJournalMax).toBeGreaterThanOrEqual(linesTried);
    });

    it("tells the accounts, the currency and the periods of an entity's company", async () => {
      const { functionalCurrency, accounts, periods } = await erp.masterData("maple");
      expect(functionalCurrency).toBe("CAD");
      expect(accounts.find(({ account }) => account === "1300")).toMatchObject({ name: "Inventory", active: true });
      expect(accounts.map(({ account }) => account).sort()).toEqual(expect.arrayContaining(["1010", "1300", "2200", "5000", "5900"]));
      const openOn = (day: string) => periods.some(({ from, to, open }) => open && from <= day && day <= to);
      expect(["2026-02-28", "2026-03-01", "2026-04-30", "2026-05-01"].map(openOn)).toEqual([false, true, true, false]);
    });

    it("tells which accounts take no documents", async () => {
      const { accounts } = await erp.masterData("north");
      expect(accounts.find(({ account }) => account === "6900")?.active).toBe(false);
    });

    it("tells which dimensions an account wants", async () => {
      const { accounts } = await erp.masterData("north");
      expect(accounts.find(({ account }) => account === "7000")?.requiredDimensions).toEqual(["cost-center"]);
    });

    it("tells items, locations, parties and tax codes", async () => {
      const { items, locations, parties, taxCodes } = await erp.masterData("north");
      const active = (records: typeof items) => Object.fromEntries((records ?? []).map((each) => [each.code, each.active]));
      expect(active(items)).toMatchObject({ HAT: true, "OLD-HAT": false });
      expect(active(locations)).toMatchObject({ DC: true, SHOP: true });
      expect(active(parties)).toMatchObject({ MILL: true });
      expect(active(taxCodes)).toMatchObject({ TX: true });
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
      const closed = journalStep(`${sale}@2`, capture, { postingDate: "2026-02-10" });
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

    it("refuses an account that takes no documents, with a reason", async () => {
      const old = journalStep(`${sale}@1`, [["1010", 5], ["6900", -5]]); // biome-ignore format: one journal, one line
      expect(await submitOne(old)).toMatchObject([{ kind: "refused", code: "account-inactive", message: expect.stringContaining("6900") }]);
    });

    it("refuses a line without a dimension that its account wants, naming it, and takes it with one", async () => {
      const lines = [["7000", 5], ["2200", -5]] as const; // biome-ignore format: one journal, one line
      expect(await submitOne(journalStep(`${sale}@1`, lines))).toMatchObject([
        { kind: "refused", code: "missing-dimension", message: expect.stringMatching(/7000.*cost-center/) },
      ]);
      expect(await submitOne(journalStep(`${sale}@2`, lines, { dimensions: { "cost-center": "AUSTIN" } }))).toMatchObject([
        { kind: "done" },
      ]);
    });

    it("posts on the first and the last day of a period, and on no day beside it", async () => {
      const days = ["2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01", "2026-04-30", "2026-05-01"];
      const answers = await erp.submit(days.map((postingDate) => [journalStep(`day/${postingDate}@1`, capture, { postingDate })]));
      expect(answers.map(([answer]) => (answer?.kind === "refused" ? answer.code : answer?.kind))).toEqual([
        "period-closed",
        "done",
        "done",
        "done",
        "done",
        "period-closed",
      ]);
      const posted = (await allJournals()).map(({ key, postingDate, businessDate }) => [key, postingDate, businessDate]);
      expect(posted.sort()).toEqual(days.slice(1, 5).map((day) => [`day/${day}@1`, day, "2026-03-04"]));
    });

    it("keeps books in currencies without and with three decimals to the last unit", async () => {
      const answers = await erp.submit([
        [journalStep("yen@1", [["1010", 10_801], ["2200", -10_801]], { entity: "kyoto", functionalCurrency: "JPY" })], // biome-ignore format: one journal, one line
        [journalStep("dinar@1", [["1010", 10_801], ["2200", -10_801]], { entity: "gulf", functionalCurrency: "KWD" })], // biome-ignore format: one journal, one line
      ]);
      expect(answers).toMatchObject([[{ kind: "done" }], [{ kind: "done" }]]);
      for (const [entity, currency] of [
        ["kyoto", "JPY"],
        ["gulf", "KWD"],
      ] as const) {
        // biome-ignore format: the two in one line
        expect(await erp.trialBalance(entity, {})).toMatchObject({
          currency,
          accounts: [
            { account: "1010", debit: 10_801, credit: 0 },
            { account: "2200", debit: 0, credit: 10_801 },
          ],
        });
      }
    });

    it("keeps a journal in another currency with what it is worth in the books, and its exchange difference", async () => {
      const lines = [["1010", 50_000, 33_101], ["2200", -50_000, -33_000], ["5000", 0, -101]] as const; // biome-ignore format: one journal, one line
      expect(await submitOne(journalStep("fx@1", lines, { currency: "JPY" }))).toMatchObject([{ kind: "done" }]);
      const [journal] = await allJournals();
      expect(journal).toMatchObject({ currency: "JPY", functionalCurrency: "USD" });
      expect(journal?.lines.map((each) => [each.account, each.debit, each.credit, each.functionalDebit, each.functionalCredit])).toEqual([
        ["1010", 50_000, 0, 33_101, 0],
        ["2200", 0, 50_000, 0, 33_000],
        ["5000", 0, 0, 0, 101],
      ]);
      expect(await balances()).toEqual({ "1010": [33_101, 0], "2200": [0, 33_000], "5000": [0, 101] });
    });

    it("posts a journal as long as journals get, and refuses a longer one than it takes", async () => {
      const long = (count: number) => [
        ...Array.from({ length: count - 1 }, (_, index) => ["1010", index + 1] as const),
        ["2200", -((count * (count - 1)) / 2)] as const,
      ];
      expect(await submitOne(journalStep("long@1", long(linesTried)))).toMatchObject([{ kind: "done" }]);
      const sum = linesTried === 10_000 ? 49_995_000 : 499_500;
      expect(await balances()).toEqual({ "1010": [sum, 0], "2200": [0, sum] });
      expect(await submitOne(journalStep("longer@1", long(erp.capabilities.linesPerJournalMax + 1)))).toMatchObject([{ kind: "refused" }]);
    });

    it("answers each document of a large call on its own", async () => {
      const groups = Array.from({ length: 30 }, (_, index) => [
        journalStep(`bulk/${index}@1`, index % 10 === 7 ? [["1010", 5], ["9999", -5]] : capture), // biome-ignore format: one journal, one line
      ]);
      const answers = await erp.submit(groups);
      expect(
        answers
          .flat()
          .map((answer, index) => [index, answer.kind])
          .filter(([, kind]) => kind !== "done"),
      ).toEqual([
        [7, "refused"],
        [17, "refused"],
        [27, "refused"],
      ]);
      expect(new Set(answers.flat().flatMap((answer) => (answer.kind === "done" ? [answer.number] : []))).size).toBe(27);
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

    it("receives, transfers, counts and gives back to a vendor at cost, each against its own account", async () => {
      await submitOne(stockStep("receipt@1", [[10, 2_500]], "3000"));
      expect(await submitOne(stockStep("transfer-out@1", [[-4]], "1010"))).toMatchObject([
        { kind: "done", costs: [{ movement: "line-1", totalCost: 1_000 }] },
      ]);
      await submitOne(stockStep("transfer-in@1", [[4, 1_000, "SHOP"]], "1010"));
      await submitOne(stockStep("count@1", [[-1]]), stockStep("found@1", [[1, undefined, "SHOP"]]));
      await submitOne(stockStep("to-vendor@1", [[-1, 260]], "3000"));
      const levels = (await erp.stock("north")).map(({ location, quantityMillionths, value, movements }) => [
        location,
        quantityMillionths,
        value,
        movements,
      ]);
      expect(levels.sort()).toEqual([
        ["DC", 4_000_000, 990, 4],
        ["SHOP", 5_000_000, 1_250, 2],
      ]);
      expect(await balances()).toEqual({
        "1010": [1_000, 1_000],
        "1300": [3_750, 1_510],
        "3000": [260, 2_500],
        "5000": [250, 250],
      });
    });

    it("plans what follows a document that it refused from what is there, not from what that would have left", async () => {
      await submitOne(stockStep("receipt@1", [[10, 1_000]], "3000"));
      const answers = await erp.submit([
        [refusedItem === undefined ? stockStep("receipt@2", [[10, 3_000]], "6900") : stockStep("receipt@2", [[10, 3_000], [1, 500, "DC", refusedItem]], "3000")],
        [stockStep("issue@1", [[-2]])],
        [journalStep("capture@1", capture)],
        [stockStep("issue@2", [[-1]])],
      ]); // biome-ignore format: a document per line
      expect(answers).toMatchObject([
        [{ kind: "refused" }],
        [{ kind: "done", costs: [{ movement: "line-1", totalCost: 200 }] }],
        [{ kind: "done" }],
        [{ kind: "done", costs: [{ movement: "line-1", totalCost: 100 }] }],
      ]);
      expect(await erp.stock("north")).toMatchObject([{ item: "HAT", location: "DC", quantityMillionths: 7_000_000, value: 700 }]);
      expect(await erp.find(["receipt@2"])).toEqual([undefined]);
      // Its key is free: the same document without the item that was refused.
      expect(await submitOne(stockStep("receipt@2", [[10, 3_000]], "3000"))).toMatchObject([{ kind: "done" }]);
      expect(await erp.stock("north")).toMatchObject([{ item: "HAT", location: "DC", quantityMillionths: 17_000_000, value: 3_700 }]);
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
    });

    it("links a reversal and what it took back with each other", async () => {
      await submitOne(journalStep(`${sale}@1`, capture), reverseStep(`${sale}@1/reversal`, `${sale}@1`));
      const [original, reversal] = ["", "/reversal"].map((end) => `${sale}@1${end}`);
      const journals = await allJournals();
      expect(journals.find(({ key }) => key === reversal)).toMatchObject({
        reverses: original,
        businessDate: "2026-03-04",
        postingDate: "2026-03-06",
      });
      expect(journals.find(({ key }) => key === original)).toMatchObject({ reversedBy: reversal });
    });

    /** Key, day and links of each journal, with what it makes of each account. */
    async function toldOfBooks(): Promise<unknown[]> {
      return (await allJournals()).map(({ key, postingDate, reverses, reversedBy, lines }) => {
        return [
          key,
          postingDate,
          reverses,
          reversedBy,
          ...lines.map((line) => `${line.account} ${line.functionalDebit - line.functionalCredit}`).sort(),
        ];
      });
    }

    function byHand(title: string, run: (enter: NonNullable<ErpUnderTest["enterByHand"]>) => Promise<void>): void {
      it(title, async ({ skip }) => {
        if (world.enterByHand !== undefined) return await run(world.enterByHand);
        skipReason(`${name}: ${title}`, "nothing is entered by hand here");
        skip();
      });
    }

    byHand("tells a journal that people entered by hand, under no key", async (enter) => {
      await submitOne(journalStep(`${sale}@1`, capture));
      await enter([["1010", 700], ["2200", -700]], "2026-03-20"); // biome-ignore format: one journal, one line
      expect(await toldOfBooks()).toEqual([
        [`${sale}@1`, "2026-03-05", undefined, undefined, "1010 10800", "2200 -10800"],
        ["", "2026-03-20", undefined, undefined, "1010 700", "2200 -700"],
      ]);
      expect((await erp.documentKeys({ entity: "north" }, undefined, 10)).keys).toEqual([`${sale}@1`]);
      expect(await balances()).toEqual({ "1010": [11_500, 0], "2200": [0, 11_500] });
    });

    byHand("tells a document that people took back by hand, and reverses it no second time", async (enter) => {
      await submitOne(journalStep(`${sale}@1`, capture), journalStep(`${sale}@2`, capture));
      await enter([["1010", -10_800], ["2200", 10_800]], "2026-03-21", `${sale}@2`); // biome-ignore format: one journal, one line
      expect(await toldOfBooks()).toEqual([
        [`${sale}@1`, "2026-03-05", undefined, undefined, "1010 10800", "2200 -10800"],
        [`${sale}@2`, "2026-03-05", undefined, "", "1010 10800", "2200 -10800"],
        ["", "2026-03-21", `${sale}@2`, undefined, "1010 -10800", "2200 10800"],
      ]);
      expect((await erp.documentKeys({ entity: "north" }, undefined, 10)).keys).toEqual([`${sale}@1`, `${sale}@2`]);
      expect(await submitOne(reverseStep(`${sale}@2/reversal`, `${sale}@2`))).toMatchObject([
        { kind: "refused", code: "already-reversed" },
      ]);
    });

    it("reverses in an open period what was posted in one, and refuses to reverse in a closed one", async () => {
      await submitOne(journalStep(`${sale}@1`, capture));
      expect(await submitOne(reverseStep(`${sale}@1/reversal`, `${sale}@1`, "2026-02-10"))).toMatchObject([
        { kind: "refused", code: "period-closed" },
      ]);
      expect(await balances()).toEqual({ "1010": [10_800, 0], "2200": [0, 10_800] });
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

    it("finds under its key what it took although the answer was lost, and posts it no second time", async () => {
      loseEveryAnswer();
      const steps = [journalStep(`${sale}@1`, capture)];
      const [lost] = await submitOne(...steps);
      expect(lost?.kind).toBe("unknown");
      const [sent] = await submitOne(...steps);
      expect(numberOf(sent)).not.toBe("");
      expect(await erp.find([`${sale}@1`])).toEqual([sent]);
      expect(await balances()).toEqual({ "1010": [10_800, 0], "2200": [0, 10_800] });
    });

    it("says unknown when an answer is lost, and the same steps sent again are done once", async () => {
      loseEveryAnswer();
      const groups = [[journalStep(`${sale}@1`, capture), stockStep("opening@1", [[1, 100]])]];
      const kinds = (await erp.submit(groups)).flat().map((answer) => answer.kind);
      expect(kinds[0]).toBe("unknown");
      expect(["unknown", "unavailable"]).toContain(kinds[1]);
      const again = await erp.submit(groups);
      expect(again).toMatchObject([[{ kind: "done" }, { kind: "done" }]]);
      expect(await erp.find([`${sale}@1`, "opening@1"])).toEqual(again.flat());
      expect(await balances()).toEqual({ "1010": [10_800, 0], "1300": [100, 0], "2200": [0, 10_800], "5000": [0, 100] });
      expect((await erp.stock("north")).map(({ quantityMillionths }) => quantityMillionths)).toEqual([1_000_000]);
    });

    it("keeps stock to the piece wherever an answer about it is lost", async () => {
      await submitOne(stockStep("opening@1", [[10, 2_500]]));
      const step = stockStep("issue@1", [[-4]]);
      let answer: StepAnswer | undefined;
      for (let attempt = 0; attempt < 12 && answer?.kind !== "done"; attempt += 1) {
        // A send further on each time: whatever the adapter sends for one document is cut off once.
        world.http.pass(attempt);
        loseEveryAnswer();
        [answer] = await submitOne(step);
        world.http.heal();
      }
      expect(answer).toMatchObject({ kind: "done", costs: [{ movement: "line-1", totalCost: 1_000 }] });
      expect(await erp.stock("north")).toMatchObject([{ quantityMillionths: 6_000_000, value: 1_500, movements: 2 }]);
      expect(await balances()).toEqual({ "1300": [2_500, 1_000], "5000": [1_000, 2_500] });
    });

    it("says unavailable when it is throttled or cannot be reached, and nothing was applied", async () => {
      world.http.throttle(1);
      const [throttled] = await submitOne(journalStep(`${sale}@1`, capture));
      expect(throttled).toMatchObject({
        ...{ kind: "unavailable", throttled: true, retryAfterSeconds: 1, message: expect.stringContaining("throttled") },
      });
      expect(await erp.find([`${sale}@1`])).toEqual([undefined]);
      await world.takeDown();
      expect(await submitOne(journalStep(`${sale}@1`, capture))).toMatchObject([{ kind: "unavailable" }]);
      await expect(erp.trialBalance("north", {})).rejects.toMatchObject({ name: "Unavailable" });
    });

    it("takes a page in HTML for no answer: what was sent is unknown, and what to check is said", async () => {
      world.http.answerHtml(2);
      const [answer] = await submitOne(journalStep(`${sale}@1`, capture));
      expect(answer).toMatchObject({ kind: "unknown", message: expect.stringContaining("url") });
      world.http.heal();
      expect(await submitOne(journalStep(`${sale}@1`, capture))).toMatchObject([{ kind: "done" }]);
      expect(await balances()).toEqual({ "1010": [10_800, 0], "2200": [0, 10_800] });
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
        journalStep("a/1@1", capture, { postingDate: "2026-03-31" }),
        journalStep("a/2@1", capture, { postingDate: "2026-04-01" }),
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

    purchaseContract(name, it, () => world);

    test("every known gap is a test of this contract", () => {
      expect(Object.keys(gaps).filter((title) => !tried.has(title))).toEqual([]);
    });
  });
}
