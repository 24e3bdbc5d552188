import { describe, expect, test } from "vitest";
import { checkControlTotals, openControlTotals, tallyBatch, tallyTransaction } from "#domain/store-day";

type Step =
  | { open: true }
  | { close: { transactionCount?: string; transactionAmount?: string; tenders?: { type: string; amount: string }[] } }
  | { sale: number; currency?: string; paid?: { type: string; amount: number }[] }
  | { undone: number }
  | "training"
  | "unreadable";

function problems(...steps: Step[]): string[] {
  let totals = openControlTotals();
  for (const step of steps) {
    if (step === "training") totals = tallyTransaction(totals, undefined, false);
    else if (step === "unreadable") totals = tallyTransaction(totals, undefined, true);
    else if ("open" in step) totals = tallyBatch(totals, undefined);
    else if ("close" in step) totals = tallyBatch(totals, step.close);
    else if ("undone" in step) totals = tallyTransaction(totals, undefined, false, [], { amount: step.undone, currency: "USD" });
    else totals = tallyTransaction(totals, { amount: step.sale, currency: step.currency ?? "USD" }, false, step.paid);
  }
  return checkControlTotals(totals).map(({ code, cause, amount }) => `${code} ${cause} ${amount}`);
}

const open = { open: true } as const;
const states = (transactionCount: string, transactionAmount: string) => ({ close: { transactionCount, transactionAmount } });

describe("control totals", () => {
  test("a file that states none ties", () => {
    expect(problems({ sale: 100 })).toEqual([]);
  });

  test("a batch counts what is inside it, and only that", () => {
    expect(problems(open, { sale: 100 }, { sale: -30 }, states("2", "0.70"), open, { sale: 50 }, states("1", "0.50"))).toEqual([]);
    expect(problems(open, { sale: 100 }, states("1", "1.00"), open, { sale: 50 }, states("2", "0.40"))).toEqual([
      "transaction-count transaction-count:batch-1 undefined",
      "transaction-amount transaction-amount:batch-1 10",
    ]);
  });

  test("a header counts what follows it, up to the next batch", () => {
    expect(problems(open, states("2", "1.50"), { sale: 100 }, { sale: 50 }, open, states("1", "0.25"), { sale: 25 })).toEqual([]);
    expect(problems(open, states("1", "1.50"), { sale: 100 }, { sale: 50 })).toEqual([
      "transaction-count transaction-count:batch-0 undefined",
    ]);
  });

  test("a header with nothing after it misses its transactions", () => {
    expect(problems(open, states("3", "1.50"))).toEqual(["transaction-count transaction-count:batch-0 undefined"]);
  });

  test("baskets that are no sales count and carry nothing", () => {
    expect(problems(open, { sale: 100 }, "training", states("2", "1.00"))).toEqual([]);
  });

  test("an amount is not compared where a total cannot be read or is in another currency", () => {
    expect(problems(open, { sale: 100 }, "unreadable", states("2", "9.00"))).toEqual([]);
    expect(problems(open, { sale: 100 }, { sale: 100, currency: "CAD" }, states("2", "9.00"))).toEqual([]);
  });

  test("a post-void counts in its batch for nothing, for what it takes back, or for what it repeats, and for nothing else", () => {
    for (const stated of ["10.00", "0.00", "20.00"])
      expect(problems(open, { sale: 1_000 }, { undone: 1_000 }, states("2", stated))).toEqual([]);
    expect(problems(open, { sale: 1_000 }, { undone: 1_000 }, states("2", "999.00"))).toEqual([
      "transaction-amount transaction-amount:batch-0 -98900",
    ]);
  });

  test("a batch that states its tenders is held to each of them, change taken off, and to none that it leaves out", () => {
    const paid = (amount: number, type = "Cash") => ({ sale: amount, paid: [{ type, amount }] });
    const change = {
      sale: 80,
      paid: [
        { type: "Cash", amount: 100 },
        { type: "Cash", amount: -20 },
      ],
    };
    const stating = (cash: string, card = "0.50") => ({
      close: {
        tenders: [
          { type: "CASH", amount: cash },
          { type: "CreditDebit", amount: card },
        ],
      },
    });
    expect(problems(open, paid(100), change, paid(50, "CreditDebit"), paid(10, "Check"), stating("1.80"))).toEqual([]);
    expect(problems(open, paid(70), stating("0.70", "0"), open, paid(100), change, paid(50, "CreditDebit"), stating("2.00"))).toEqual([
      "tender-amount tender-amount:batch-1:cash -20",
    ]);
    expect(problems(open, paid(70, "constructor"), { close: { tenders: [{ type: "constructor", amount: "0.70" }] } })).toEqual([]);
    expect(problems(open, paid(70), stating("much", "0"))).toEqual(["tender-amount tender-amount:batch-0:cash undefined"]);
  });
});
