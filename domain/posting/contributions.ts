import type { BusinessEvent, EventOf } from "#domain/events";
import type { EventKey } from "#domain/identity";
import type { ToldDocument } from "#domain/ledger";
import { type DocumentItem, readEvents } from "#domain/lineage";
import { gatherFacts } from "./gather-facts.ts";

/** A journal of another transaction that a summary sums up (c35): one content of it. */
export interface Contribution
  extends Pick<EventOf<"posting.contributed">, "document" | "hash" | "entity" | "currency" | "businessDate" | "lines"> {
  /** The instant at which it was recorded here. */
  readonly toldAt: string;
}

/** What a store day or a window holds: its contributions, and whether its summaries may post. */
export interface WindowFacts {
  /** Those that count now, by their name. */
  readonly current: ReadonlyMap<string, Contribution>;
  /** Every one that was ever told, also when another content took its place or it was withdrawn. */
  readonly known: ReadonlyMap<string, Contribution>;
  /** What let the summaries post: an audit that stands, and who stated it, or the end of the hour. Absent: nothing posts yet. */
  readonly closing?: { readonly event: EventKey; readonly at: string; readonly by?: string };
}

/** Names one content of a contribution. */
export function contributionName({ document, hash }: { readonly document: string; readonly hash: string }): string {
  return `${document} ${hash}`;
}

/** The facts of a store day or a window, whatever order they arrived in. */
export function windowFacts(documents: readonly DocumentItem[]): WindowFacts {
  const known = new Map<string, Contribution>();
  for (const document of documents) {
    for (const event of readEvents(document).events) {
      if (event.name !== "posting.contributed") continue;
      const earlier = known.get(contributionName(event));
      if (earlier === undefined || earlier.toldAt < document.at) known.set(contributionName(event), { ...event, toldAt: document.at });
    }
  }
  const { events } = gatherFacts(documents);
  const current = new Map<string, Contribution>();
  for (const event of events) {
    const contribution = event.name === "posting.contributed" ? known.get(contributionName(event)) : undefined;
    if (contribution !== undefined) current.set(contributionName(contribution), contribution);
  }
  const closing = closingOf(events);
  return { current, known, ...(closing === undefined ? {} : { closing }) };
}

/** The journal lines, with their accounts, that a told document contributed; none when it is no contribution. */
export function contributedLines(document: ToldDocument): EventOf<"posting.contributed">["lines"] {
  return contributionIn(document)?.lines ?? [];
}

/** What a told document contributes to a summary; undefined when it tells something else. */
export function contributionIn({ facts: [fact] }: ToldDocument): EventOf<"posting.contributed"> | undefined {
  return fact?.name === "posting.contributed" ? fact : undefined;
}

/** Of what was stated about the window's end the last statement counts; taken back at the same instant, it is taken back. */
export function closingOf(events: readonly BusinessEvent[]): WindowFacts["closing"] {
  let last: EventOf<"store-day.audited" | "store-day.reopened" | "window.ended"> | undefined;
  for (const event of events) {
    if (event.name !== "store-day.audited" && event.name !== "store-day.reopened" && event.name !== "window.ended") continue;
    if (last === undefined || event.occurredAt > last.occurredAt || (event.occurredAt === last.occurredAt && event.name > last.name)) {
      last = event;
    }
  }
  if (last === undefined || last.name === "store-day.reopened") return undefined;
  return { event: last.key, at: last.occurredAt, ...(last.name === "store-day.audited" ? { by: last.by } : {}) };
}
