import type { Book, BookEntry, BookLine, BookMovement, StepWarning, StockLevelChange } from "./book.ts";
import { tellerOf } from "./hand-entry.ts";
import type { MasterData } from "./master-data.ts";
import { reverseStock } from "./moving-average.ts";
import { Refusal } from "./refusal.ts";
import type { ReversalStep } from "./request-schemas.ts";
import { runningLevels } from "./running-levels.ts";
import { pushRevaluation, warnIfNegative } from "./stock-entry.ts";

/**
 * What a reversal writes: the mirror of the original's journal, and its movements taken back at their original cost. It keeps the original's
 * business date and is linked with it both ways; a document is reversed at most once.
 */
export function reversalEntry(masterData: MasterData, book: Book, step: ReversalStep, digest: string): BookEntry {
  const original = book.find(step.reverses);
  masterData.company(step.company);
  if (original === undefined) throw new Refusal("unknown-document", `there is no document ${step.reverses} to reverse: check the key`);
  if (original.company !== step.company) {
    throw new Refusal("company-mismatch", `document ${step.reverses} belongs to company ${original.company}, not to ${step.company}`);
  }
  if (original.type === "reversal") {
    throw new Refusal("not-reversible", `document ${step.reverses} is itself a reversal: post a new document instead`);
  }
  if (original.reversedByKey !== null) {
    throw new Refusal(
      "already-reversed",
      `document ${step.reverses} was already reversed by ${tellerOf(original.reversedByKey)}: nothing is left to reverse`,
    );
  }
  masterData.requireOpenPeriod(step.company, step.postingDate);
  const lines: BookLine[] = book.lines(original.id).map((line) => ({ ...line, amount: 0 - line.amount, functional: 0 - line.functional }));
  const levels = runningLevels(book, step.company);
  const movements: BookMovement[] = [];
  const changes: StockLevelChange[] = [];
  const warnings: StepWarning[] = [];
  for (const movement of [...book.movements(original.id)].reverse()) {
    const { item, location } = movement;
    const change = reverseStock(levels.get(item, location), movement);
    levels.set(item, location, change.level);
    warnIfNegative(warnings, levels, item, location);
    // What the mirror lines do not say: value that would have been stranded.
    const repair = change.inventoryChange + movement.inventoryChange;
    if (repair !== 0) {
      lines.push({ account: movement.inventoryAccount, role: "inventory", amount: repair, functional: repair, dimensions: "{}" });
      pushRevaluation(masterData, lines, step.company, -repair, "{}");
    }
    movements.push({ ...movement, quantity: -movement.quantity, inventoryChange: change.inventoryChange });
    changes.push({ item, location, change });
  }
  return {
    key: step.key,
    type: "reversal",
    company: step.company,
    digest,
    businessDate: original.businessDate,
    postingDate: step.postingDate,
    currency: original.currency,
    functionalCurrency: original.functionalCurrency,
    memo: step.memo ?? original.memo,
    lines,
    movements,
    levels: changes,
    reverses: original.id,
    purchaseOrder: original.purchaseOrder ?? undefined,
    ...(movements.length === 0 ? {} : { costs: movements.map((each) => ({ movement: each.movement, totalCost: each.cost })) }),
    warnings,
  };
}
