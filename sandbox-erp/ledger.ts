import type { DatabaseSync } from "node:sqlite";
import type { Book, BookEntry } from "./book.ts";
import { contentDigest } from "./content-digest.ts";
import { inTransaction } from "./database.ts";
import { journalEntry } from "./journal-entry.ts";
import type { MasterData } from "./master-data.ts";
import type { PurchaseOrders } from "./purchase-orders.ts";
import { Refusal } from "./refusal.ts";
import { type Step, step, stepsPerCallMax } from "./request-schemas.ts";
import { reversalEntry } from "./reversal-entry.ts";
import { stockEntry } from "./stock-entry.ts";
import { unreadable } from "./unreadable.ts";

export interface LedgerServices {
  readonly database: DatabaseSync;
  readonly masterData: MasterData;
  readonly book: Book;
  readonly orders: PurchaseOrders;
}

const skipped = '{"status":"skipped"}';

/**
 * Posts groups of steps: within a group the first refusal makes the rest "skipped", and what was done before it stays done; groups do not
 * concern each other. All of the call is one database transaction, so a crash leaves all of it or nothing, and the answer (JSON of the
 * response) is given after the commit. A refused step leaves nothing behind and its key stays free.
 */
export function submitGroups(services: LedgerServices, groups: readonly (readonly unknown[])[]): string {
  const steps = groups.reduce((count, group) => count + group.length, 0);
  if (steps > stepsPerCallMax) {
    throw new Refusal("too-large", `a call carries at most ${stepsPerCallMax} steps, this one ${steps}: send fewer groups per call`);
  }
  // Reading and hashing stay outside the transaction: other writers wait for as short as can be.
  const prepared = groups.map((group) => group.map(prepare));
  const answers = inTransaction(services.database, () => {
    services.masterData.refresh();
    return prepared.map((group) => submitGroup(services, group));
  });
  return `{"groups":[${answers.join(",")}]}`;
}

type PreparedStep = { readonly step: Step; readonly digest: string } | Refusal;

function prepare(value: unknown): PreparedStep {
  const parsed = step.safeParse(value);
  if (!parsed.success) return unreadable("invalid-step", parsed.error);
  return { step: parsed.data, digest: contentDigest(parsed.data) };
}

function submitGroup(services: LedgerServices, group: readonly PreparedStep[]): string {
  const answers: string[] = [];
  let refused = false;
  for (const each of group) {
    if (refused) {
      answers.push(skipped);
      continue;
    }
    try {
      if (each instanceof Refusal) throw each;
      answers.push(post(services, each.step, each.digest));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused = true;
      answers.push(JSON.stringify({ status: "refused", code: error.code, message: error.message }));
    }
  }
  return `[${answers.join(",")}]`;
}

function post(services: LedgerServices, step: Step, digest: string): string {
  const { book } = services;
  const first = book.find(step.key);
  if (first !== undefined) {
    if (first.digest === digest) return first.answer;
    throw new Refusal(
      "key-reused",
      `key ${step.key} already stands for a document with other content: send the first content again, or choose a new key`,
    );
  }
  return book.record(entryFor(services, step, digest));
}

function entryFor({ masterData, book, orders }: LedgerServices, step: Step, digest: string): BookEntry {
  try {
    switch (step.type) {
      case "journal":
        return journalEntry(masterData, step, digest);
      case "stock": {
        const { company, purchaseOrder: number, movements } = step;
        const purchaseOrder = number === undefined ? undefined : orders.requireToCome(company, number, movements);
        return { ...stockEntry(masterData, book, step, digest), purchaseOrder };
      }
      case "reversal":
        return reversalEntry(masterData, book, step, digest);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Refusal("amount-out-of-range", `document ${step.key}: ${error.message}; check its quantities and amounts`);
  }
}
