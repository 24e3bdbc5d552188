import type { BookEntry, BookLine } from "./book.ts";
import type { MasterData } from "./master-data.ts";
import { Refusal } from "./refusal.ts";
import type { JournalStep } from "./request-schemas.ts";

/** What a journal writes. Throws a Refusal unless it balances in both currencies, on known accounts, in an open period. */
export function journalEntry(masterData: MasterData, step: JournalStep, digest: string): BookEntry {
  requireFunctionalCurrency(masterData, step.company, step.functionalCurrency);
  masterData.requireOpenPeriod(step.company, step.postingDate);
  const sameCurrency = step.currency === step.functionalCurrency;
  let sum = 0;
  let functionalSum = 0;
  const lines: BookLine[] = [];
  for (const line of step.lines) {
    const dimensions = line.dimensions === undefined ? "{}" : JSON.stringify(line.dimensions);
    masterData.requireAccount(step.company, line.account, dimensions);
    if (sameCurrency && line.amount !== line.functionalAmount) {
      throw new Refusal(
        "currency-mismatch",
        `journal ${step.key}, account ${line.account}: amount ${line.amount} and functional amount ${line.functionalAmount} differ though both are ${step.currency}`,
      );
    }
    sum += line.amount;
    functionalSum += line.functionalAmount;
    if (!Number.isSafeInteger(sum) || !Number.isSafeInteger(functionalSum)) throw new RangeError("its lines add up beyond the exact range");
    lines.push({
      account: line.account,
      role: line.role ?? "",
      amount: line.amount,
      functional: line.functionalAmount,
      dimensions,
    });
  }
  if (sum !== 0 || functionalSum !== 0) {
    const difference = sum !== 0 ? `${sum} ${step.currency}` : `${functionalSum} ${step.functionalCurrency} (functional)`;
    throw new Refusal("unbalanced", `journal ${step.key} does not balance: debits less credits are ${difference} in minor units`);
  }
  return {
    key: step.key,
    type: "journal",
    company: step.company,
    digest,
    businessDate: step.businessDate,
    postingDate: step.postingDate,
    currency: step.currency,
    functionalCurrency: step.functionalCurrency,
    memo: step.memo ?? "",
    contentHash: step.contentHash,
    lines,
    movements: [],
    levels: [],
  };
}

export function requireFunctionalCurrency(masterData: MasterData, company: string, currency: string): void {
  const functionalCurrency = masterData.company(company).functionalCurrency;
  if (currency !== functionalCurrency) {
    throw new Refusal("currency-mismatch", `company ${company} keeps its books in ${functionalCurrency}, not in ${currency}`);
  }
}
