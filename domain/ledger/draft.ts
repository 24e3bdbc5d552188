import { type BusinessEvent, compareEvents, type RateQuestion, rateName } from "#domain/events";
import { exceptionClasses, type Problem } from "#domain/exceptions";
import { type DocumentKey, documentKey, type EventKey, type TransactionId } from "#domain/identity";
import { formatMinorUnits, type MinorUnits, sum } from "#domain/money";
import type { CostedDocument, JournalDocument, Pair, TargetDocument, TargetMovement } from "./documents.ts";
import type { JournalLines } from "./journal-lines.ts";
import type { Target } from "./target-types.ts";

/** Whose books a document is for, and in which money and on which day. */
export interface DocumentFrame {
  readonly event: BusinessEvent;
  readonly entity: string;
  readonly currency: string;
  readonly businessDate: string;
  /** See TargetDocument. */
  readonly follows?: DocumentKey;
}

/** A target as it gathers. Nothing leaves it unbalanced, and a problem that blocks the transaction leaves it without documents. */
export class TargetDraft {
  readonly transaction: TransactionId;
  readonly #documents: { readonly event: BusinessEvent; readonly document: TargetDocument }[] = [];
  readonly #keys = new Set<DocumentKey>();
  readonly #problems = new Map<string, Problem>();
  readonly #ifRefused: Problem[] = [];
  readonly #held = new Map<EventKey, BusinessEvent>();
  readonly #rates = new Map<string, RateQuestion>();

  constructor(transaction: TransactionId) {
    this.transaction = transaction;
  }

  keyOf(event: EventKey, kind: string, entity: string, currency: string): DocumentKey {
    return documentKey(this.transaction, event, kind, entity, currency);
  }

  /** The same trouble found again (class, code, cause) is the same problem. */
  problem(problem: Problem): void {
    const name = `${problem.class}/${problem.code}/${problem.cause}`;
    if (!this.#problems.has(name)) this.#problems.set(name, problem);
  }

  /** What the document of this key gives up, and what is open again when somebody refuses it. */
  ifRefused(document: DocumentKey, problem: Problem): void {
    this.#ifRefused.push({ ...problem, document });
  }

  /** The event lacks a document because of a problem: its own, or one that its amounts depend on. */
  hold(event: BusinessEvent): void {
    this.#held.set(event.key, event);
  }

  /** Adds the journal if there is anything to book. `pair`: see TargetDocument. */
  journal(frame: DocumentFrame, kind: string, gathered: JournalLines, pair?: Pair, priced?: JournalDocument["priced"]): void {
    const lines = gathered.list();
    if (lines.length === 0) return;
    const { event, entity, currency, businessDate, follows } = frame;
    const key = this.keyOf(event.key, kind, entity, currency);
    const difference: MinorUnits = sum(lines.map((line) => line.amount));
    if (difference !== 0) {
      this.problem({
        class: "money.unbalanced",
        code: kind,
        cause: key,
        event: event.key,
        document: key,
        amount: difference,
        currency,
        message: `the ${kind} journal of ${event.key} does not balance by ${formatMinorUnits(difference, currency)} ${currency}. Compare the figures of ${event.key} with the source; nothing of it was posted.`,
      });
      this.hold(event);
      return;
    }
    this.#add(event, {
      type: "journal",
      key,
      kind,
      event: event.key,
      entity,
      currency,
      businessDate,
      lines,
      ...paired(pair),
      ...(priced === undefined ? {} : { priced }),
      ...(follows === undefined ? {} : { follows }),
    });
  }

  /** Adds the stock document if anything moves. */
  stock(frame: DocumentFrame, kind: string, movements: readonly TargetMovement[], pair?: Pair, purchaseOrder?: string): void {
    if (movements.length === 0) return;
    const { event, entity, currency, businessDate } = frame;
    const key = this.keyOf(event.key, kind, entity, currency);
    const order = purchaseOrder === undefined ? {} : { purchaseOrder };
    this.#add(event, { type: "stock", key, kind, event: event.key, entity, currency, businessDate, movements, ...order, ...paired(pair) });
  }

  /** Adds a journal over costs if there is anything to book. */
  costed(frame: DocumentFrame, kind: string, entries: CostedDocument["entries"], pair?: Pair): void {
    if (entries.length === 0) return;
    const { event, entity, currency, businessDate } = frame;
    const key = this.keyOf(event.key, kind, entity, currency);
    this.#add(event, { type: "costed", key, kind, event: event.key, entity, currency, businessDate, entries, ...paired(pair) });
  }

  /** Adds facts for another stream. */
  tell(frame: DocumentFrame, kind: string, to: TransactionId, facts: readonly BusinessEvent[]): void {
    const { event, entity, currency, businessDate } = frame;
    const key = this.keyOf(event.key, kind, entity, currency);
    this.#add(event, { type: "told", key, kind, event: event.key, entity, currency, businessDate, to, facts });
  }

  /** A document waits for this rate. */
  wantRate(question: RateQuestion): void {
    this.#rates.set(rateName(question), question);
  }

  isHeld(event: EventKey): boolean {
    return this.#held.has(event);
  }

  /** What the draft has by now of one event, in the order in which it was added. */
  documentsOf(event: EventKey): readonly TargetDocument[] {
    return this.#documents.flatMap(({ document }) => (document.event === event ? [document] : []));
  }

  /** Takes out what a later rule says is not to be. */
  leaveOut(key: DocumentKey): void {
    const index = this.#documents.findIndex(({ document }) => document.key === key);
    if (index < 0) throw new RangeError(`${key} is no document of the draft`);
    this.#documents.splice(index, 1);
    this.#keys.delete(key);
  }

  /** The id of the two legs of what an event does between two entities. */
  pairOf(event: EventKey, kind: string): string {
    return `${this.transaction}/${event}/${kind}`;
  }

  /** Two documents of one key would be posted as one, and the other's money would be gone: that is a fault of a rule, and must not pass. */
  #add(event: BusinessEvent, document: TargetDocument): void {
    const { key } = document;
    if (this.#keys.has(key)) throw new Error(`the posting rules make two documents of the key ${key}`);
    this.#keys.add(key);
    this.#documents.push({ event, document });
  }

  finish(): Target {
    const problems = [...this.#problems.values()];
    const blocked = problems.some((problem) => exceptionClasses[problem.class].blocks === "transaction");
    if (blocked) for (const { event } of this.#documents) this.hold(event);
    const documents = this.#documents.sort((a, b) => compareEvents(a.event, b.event)).map(({ document }) => document);
    return {
      documents: blocked ? [] : documents,
      problems,
      heldEvents: [...this.#held.values()].sort(compareEvents).map((event) => event.key),
      ...(this.#ifRefused.length === 0 ? {} : { ifRefused: this.#ifRefused }),
      ...(this.#rates.size === 0 ? {} : { ratesWanted: [...this.#rates.values()] }),
    };
  }
}

function paired(pair: Pair | undefined): { readonly pair?: Pair } {
  return pair === undefined ? {} : { pair };
}
