import type { Book, BookEntry, BookLine, BookMovement, StepWarning, StockLevelChange } from "./book.ts";
import { requireFunctionalCurrency } from "./journal-entry.ts";
import type { MasterData } from "./master-data.ts";
import { moveStock } from "./moving-average.ts";
import { Refusal } from "./refusal.ts";
import type { StockStep } from "./request-schemas.ts";
import { type RunningLevels, runningLevels } from "./running-levels.ts";

/**
 * What a stock document writes: its movements at their cost, the new levels, and its own journal under the same key (an issue books
 * Dr counter account (COGS) / Cr inventory, a receipt the opposite, differences go to inventory revaluation). Movements count in order.
 */
export function stockEntry(masterData: MasterData, book: Book, step: StockStep, digest: string): BookEntry {
  requireFunctionalCurrency(masterData, step.company, step.functionalCurrency);
  masterData.requireOpenPeriod(step.company, step.postingDate);
  const ids = new Set<string>();
  const levels = runningLevels(book, step.company);
  const lines: BookLine[] = [];
  const movements: BookMovement[] = [];
  const changes: StockLevelChange[] = [];
  const warnings: StepWarning[] = [];
  for (const movement of step.movements) {
    const { item, location } = movement;
    if (ids.has(movement.id))
      throw new Refusal("invalid-step", `document ${step.key} names movement ${movement.id} twice: give each its own id`);
    ids.add(movement.id);
    const dimensions = movement.dimensions === undefined ? "{}" : JSON.stringify(movement.dimensions);
    masterData.requireAccount(step.company, movement.inventoryAccount, dimensions);
    masterData.requireAccount(step.company, movement.counterAccount, dimensions);
    const before = levels.get(item, location);
    const change = moveStock(before, movement.quantityMillionths, movement.totalCost);
    levels.set(item, location, change.level);
    if (movement.totalCost === undefined && before.averageQuantity === 0) {
      warnings.push({
        code: "no-cost",
        message: `${item} at ${location} has never been received, so it moved at cost 0: give the receipt with its cost`,
        item,
        location,
      });
    }
    warnIfNegative(warnings, levels, item, location);
    const counter = movement.quantityMillionths < 0 ? change.cost : -change.cost;
    pushLine(lines, movement.counterAccount, movement.counterRole ?? "cogs", counter, dimensions);
    pushLine(lines, movement.inventoryAccount, movement.inventoryRole ?? "inventory", change.inventoryChange, dimensions);
    pushRevaluation(masterData, lines, step.company, change.revaluation, dimensions);
    movements.push({
      movement: movement.id,
      item,
      location,
      quantity: movement.quantityMillionths,
      cost: change.cost,
      inventoryChange: change.inventoryChange,
      inventoryAccount: movement.inventoryAccount,
    });
    changes.push({ item, location, change });
  }
  return {
    key: step.key,
    type: "stock",
    company: step.company,
    digest,
    businessDate: step.businessDate,
    postingDate: step.postingDate,
    currency: step.functionalCurrency,
    functionalCurrency: step.functionalCurrency,
    memo: step.memo ?? "",
    contentHash: step.contentHash,
    lines,
    movements,
    levels: changes,
    costs: movements.map((movement) => ({ movement: movement.movement, totalCost: movement.cost })),
    warnings,
  };
}

function pushLine(lines: BookLine[], account: string, role: string, amount: number, dimensions: string): void {
  if (amount !== 0) lines.push({ account, role, amount, functional: amount, dimensions });
}

export function pushRevaluation(masterData: MasterData, lines: BookLine[], company: string, amount: number, dimensions: string): void {
  if (amount === 0) return;
  const account = masterData.company(company).inventoryRevaluationAccount;
  masterData.requireAccount(company, account);
  pushLine(lines, account, "inventory-revaluation", amount, dimensions);
}

export function warnIfNegative(warnings: StepWarning[], levels: RunningLevels, item: string, location: string): void {
  const quantity = levels.get(item, location).quantity;
  if (quantity >= 0) return;
  warnings.push({
    code: "negative-stock",
    message: `stock of ${item} at ${location} is ${quantity / 1_000_000}: count it, or record the receipt that is missing`,
    item,
    location,
  });
}
