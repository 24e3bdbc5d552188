import type { EventOf } from "#domain/events";
import { eventKey, sourceKey, storeDayTransaction } from "#domain/identity";
import type { ParsedDocument } from "#domain/lineage";
import { rangesOf, type SequenceRange } from "./sequence-ranges.ts";

/** One transaction of a till by the number that its register gave it, whatever it was about. */
export interface NumberedTransaction {
  readonly store: string;
  readonly register: string;
  readonly businessDate: string;
  readonly sequence: string;
  /** Of a ticket that is to reach the day's totals. */
  readonly isTicket: boolean;
  /** Read, and no ticket: money or goods that moved, a post-void. */
  readonly isControl?: boolean;
  /** When it happened, where that is known. */
  readonly occurredAt?: string;
}

/** A part of a file, by the file's hash and the part's number. */
export interface FilePart {
  readonly file: string;
  readonly part: number;
}

/** Whole numbers that are exact; anything else is a name. */
const numberPattern = /^\d{1,15}$/;

/**
 * One small fact per register and day of a part of a file: which numbers it holds. Derived from the part alone, so that taking it in twice
 * inserts the same facts.
 */
export function seenSequences(transactions: readonly NumberedTransaction[], { file, part }: FilePart): ParsedDocument[] {
  const groups = new Map<string, NumberedTransaction[]>();
  for (const transaction of transactions) {
    const name = JSON.stringify([transaction.store, transaction.businessDate, transaction.register]);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [transaction]);
    else group.push(transaction);
  }
  return [...groups.values()].map((group) => seenBy(group, file, part));
}

function seenBy(group: readonly NumberedTransaction[], file: string, part: number): ParsedDocument {
  const { store, register, businessDate } = group[0]!;
  const other = [...new Set(group.map(({ sequence }) => sequence).filter((sequence) => !numberPattern.test(sequence)))].sort();
  const tickets = numbersIn(group.filter(({ isTicket }) => isTicket));
  const control = numbersIn(group.filter(({ isControl }) => isControl === true));
  const named = [
    ...new Set(group.flatMap(({ isTicket, sequence }) => (isTicket && !numberPattern.test(sequence) ? [sequence] : []))),
  ].sort();
  const times = group.flatMap(({ occurredAt }) => occurredAt ?? []).sort();
  const event: EventOf<"sequences.seen"> = {
    name: "sequences.seen",
    schema: 1,
    key: eventKey("sequences.seen", `${file.slice(0, 16)}.${part}.${register}`),
    version: "0",
    occurredAt: times.at(-1) ?? `${businessDate}T00:00:00.000Z`,
    store,
    register,
    businessDate,
    file,
    ranges: numbersIn(group),
    ...(tickets.length === 0 ? {} : { tickets }),
    ...(other.length === 0 ? {} : { other }),
    ...(named.length === 0 ? {} : { named }),
    ...(control.length === 0 ? {} : { control }),
  };
  return {
    transaction: storeDayTransaction(store, businessDate),
    kind: "store-day",
    source: sourceKey("pos", store, "sequences", `${businessDate}.${file.slice(0, 16)}.${part}.${register}`),
    channel: "pos",
    shop: store,
    events: [event],
    references: [],
    issues: [],
  };
}

function numbersIn(group: readonly NumberedTransaction[]): SequenceRange[] {
  return rangesOf(group.flatMap(({ sequence }) => (numberPattern.test(sequence) ? [Number(sequence)] : [])));
}
