import { type FiscalCalendar, periodOf } from "#domain/calendar";
import type { ExceptionItem } from "#domain/lineage";
import type { Currency, MinorUnits } from "#domain/money";
import type { Policy } from "#domain/policy";
import type { DocumentEffect, PolicyEffect } from "./policy-effect.ts";

/** An account of one entity and fiscal period: what stands there, and what would under the draft. Debit positive. */
export interface BooksChange {
  readonly entity: string;
  readonly currency: Currency;
  readonly period: string;
  readonly account: string;
  readonly posted: MinorUnits;
  readonly draft: MinorUnits;
  /** draft − posted. */
  readonly difference: MinorUnits;
}

/** Exceptions of one kind, with some of the transactions that they are about. */
export interface ExceptionsOfKind {
  readonly class: ExceptionItem["class"];
  readonly code: string;
  readonly count: number;
  readonly transactions: readonly string[];
  /** Of the first one. */
  readonly message: string;
}

export interface Restatement extends DocumentEffect {
  readonly transaction: string;
  readonly period: string;
}

export interface PolicyEffectsSummary {
  readonly transactions: number;
  /** Transactions of which something would be otherwise. */
  readonly affected: number;
  readonly books: readonly BooksChange[];
  /** Documents by what a release would make of them, and those whose cost only the ERP can tell. */
  readonly documents: Readonly<Record<DocumentEffect["outcome"] | "unpriced", number>>;
  /** The first ones; `documents.restatement` counts them all. */
  readonly restatements: readonly Restatement[];
  readonly opened: readonly ExceptionsOfKind[];
  readonly closed: readonly ExceptionsOfKind[];
  /** Transactions of which a plan is being executed: their exceptions and outcomes can be told when it is done. */
  readonly undecided: readonly string[];
  /** Transactions on which the draft could not be tried: nothing of them is in the sums. */
  readonly failed: readonly FailedTrial[];
}

export interface FailedTrial {
  readonly transaction: string;
  readonly message: string;
}

const restatementsMax = 1_000;
const transactionsPerKindMax = 20;
const undecidedMax = 100;
const failedMax = 100;
const months: FiscalCalendar = { kind: "months" };

/** Sums the effects of a draft over all transactions, in memory that grows with accounts and not with transactions. */
export class PolicyEffects {
  readonly #policy: Policy;
  readonly #books = new Map<string, { -readonly [Field in keyof BooksChange]: BooksChange[Field] }>();
  readonly #documents = { posts: 0, restatement: 0, stays: 0, held: 0, unpriced: 0 };
  readonly #restatements: Restatement[] = [];
  readonly #opened = new Map<string, ExceptionsOfKind>();
  readonly #closed = new Map<string, ExceptionsOfKind>();
  readonly #undecided: string[] = [];
  readonly #failed: FailedTrial[] = [];
  #transactions = 0;
  #affected = 0;

  /** `policy`: the draft, whose calendars say what lies in which period. */
  constructor(policy: Policy) {
    this.#policy = policy;
  }

  add(transaction: string, { posted, documents, opened, closed, undecided }: PolicyEffect): void {
    this.#transactions += 1;
    if (documents.length + opened.length + closed.length > 0) this.#affected += 1;
    for (const { entity, functionalCurrency, day, amounts } of posted) {
      for (const [account, amount] of amounts ?? []) this.#at(entity, functionalCurrency, day, account).posted += amount;
    }
    for (const document of documents) {
      const { entity, currency, day, accounts, outcome, priced } = document;
      this.#documents[outcome] += 1;
      if (!priced) this.#documents.unpriced += 1;
      for (const line of accounts) this.#at(entity, currency, day, line.account).difference += line.draft - line.posted;
      if (outcome === "restatement" && this.#restatements.length < restatementsMax) {
        this.#restatements.push({ ...document, transaction, period: this.#periodOf(entity, day) });
      }
    }
    for (const each of opened) count(this.#opened, each, transaction);
    for (const each of closed) count(this.#closed, each, transaction);
    if (undecided.length > 0 && this.#undecided.length < undecidedMax) this.#undecided.push(transaction);
  }

  /** One that cannot be tried stops no other. */
  fail(transaction: string, message: string): void {
    this.#transactions += 1;
    if (this.#failed.length < failedMax) this.#failed.push({ transaction, message });
  }

  summary(): PolicyEffectsSummary {
    const changed = [...this.#books].filter(([, { difference }]) => difference !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      transactions: this.#transactions,
      affected: this.#affected,
      books: changed.map(([, row]) => ({ ...row, draft: row.posted + row.difference })),
      documents: { ...this.#documents },
      restatements: [...this.#restatements],
      opened: inOrder(this.#opened),
      closed: inOrder(this.#closed),
      undecided: [...this.#undecided],
      failed: [...this.#failed],
    };
  }

  #at(entity: string, currency: Currency, day: string, account: string) {
    const period = this.#periodOf(entity, day);
    const name = JSON.stringify([entity, currency, period, account]);
    const known = this.#books.get(name) ?? { entity, currency, period, account, posted: 0, draft: 0, difference: 0 };
    this.#books.set(name, known);
    return known;
  }

  /** The month, where the calendar does not state the year. */
  #periodOf(entity: string, day: string): string {
    return (periodOf(this.#policy.entities[entity]?.calendar ?? months, day) ?? periodOf(months, day))?.id ?? "";
  }
}

function count(kinds: Map<string, ExceptionsOfKind>, { class: name, code, message }: ExceptionItem, transaction: string): void {
  const kind = `${name}/${code}`;
  const known = kinds.get(kind) ?? { class: name, code, count: 0, transactions: [], message };
  const listed = known.transactions.includes(transaction) || known.transactions.length >= transactionsPerKindMax;
  const transactions = listed ? known.transactions : [...known.transactions, transaction];
  kinds.set(kind, { ...known, count: known.count + 1, transactions });
}

function inOrder(kinds: ReadonlyMap<string, ExceptionsOfKind>): ExceptionsOfKind[] {
  return [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind);
}
