import * as z from "zod/mini";
import { addSeconds } from "#domain/calendar";
import { contentHash } from "#domain/canonical";
import type { EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { Invalid, Unavailable, UnknownOutcome } from "#domain/failures";
import type { TransactionId } from "#domain/identity";
import {
  type ClosureItem,
  closureKey,
  type DocumentItem,
  documentItem,
  type LineageItem,
  type ParsedDocument,
  rawBodyOf,
  readEvents,
  type TransactionView,
} from "#domain/lineage";
import { openedException } from "#domain/posting";
import type { ChannelSource, SourceAnswer } from "#ports/channel-source";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import type { Metrics } from "#ports/metrics";
import type { Queue, QueueMessage } from "#ports/queue";
import { readTransaction } from "./read-transaction.ts";
import { type UnreadableMessage, unreadableMessage, type WorkedMessages } from "./unreadable-message.ts";

export interface FetchSourceDocumentDependencies {
  readonly sources: readonly ChannelSource[];
  readonly documents: DocumentStore;
  readonly lineage: LineageStore;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

export interface FetchSourceDocumentInput {
  /** Where a message is sent again when the source asks for patience. */
  readonly queue: string;
  readonly messages: readonly { readonly id: string; readonly body: unknown }[];
}

type Change = EventOf<"source.changed">;
/** What became of one change: "told" is on record as an exception, and asking again would give the same. */
type Outcome = { readonly kind: "read" | "told" | "failed" } | { readonly kind: "wait"; readonly seconds: number };

interface Asked {
  readonly shop: string;
  waits: number;
  readonly messages: string[];
}

/** A bus entry, or what had to wait before. */
const messageSchema = z.object({
  shop: z.string(),
  transactions: z.array(z.object({ id: z.string().check(z.minLength(1), z.maxLength(512)) })).check(z.minLength(1), z.maxLength(1000)),
  /** How often the source asked this message for patience. */
  waits: z.optional(z.int()),
});

/** No transaction is begun later than this after the start: what is left comes back. */
const beginsWithinSeconds = 40;
/** A source stamps a change and its object with clocks of its own. */
const clockSlackSeconds = 5;
const delaySecondsMax = 900;
/** So often in a row a source may ask for patience before the desk is told. */
const waitsUntold = 10;
/** What later readings close beside the trouble that they found themselves. */
const transient = new Set(["dead-letter", "patience"]);

/**
 * Reads back what notices only named (source.changed), and records it through protocol step 1 as if it had come by itself: the same
 * content is a duplicate. What the source refuses or does not have is an exception on the transaction of the notice, closed here when a
 * later reading succeeds; what it did not answer makes the message fail, so that it comes back.
 */
export function createHandler(dependencies: FetchSourceDocumentDependencies) {
  const { sources, documents, lineage, queue, clock, metrics } = dependencies;
  return async function fetchSourceDocument(input: FetchSourceDocumentInput): Promise<WorkedMessages> {
    const failures = new Set<string>();
    const unreadable: UnreadableMessage[] = [];
    const asked = new Map<TransactionId, Asked>();
    for (const { id, body } of input.messages) {
      const parsed = messageSchema.safeParse(body);
      if (!parsed.success) unreadable.push(unreadableMessage(id, parsed.error));
      else for (const transaction of parsed.data.transactions) note(asked, transaction.id, parsed.data, id);
    }
    const beginsUntil = addSeconds(clock.now(), beginsWithinSeconds);
    for (const [transaction, { shop, waits, messages }] of asked) {
      const late = clock.now() > beginsUntil;
      const outcome: Outcome = late ? { kind: "failed" } : await follow(transaction, input.queue);
      const done =
        outcome.kind === "wait"
          ? await waitAgain(input.queue, transaction, { shop, waits: waits + 1 }, outcome.seconds)
          : outcome.kind !== "failed";
      if (!done) for (const message of messages) failures.add(message);
    }
    return { failures: [...failures], unreadable };
  };

  /** Reads every changed object of a transaction, also beside one that fails or must wait, which brings the message back. */
  async function follow(transaction: TransactionId, queueName: string): Promise<Outcome> {
    const view = await readTransaction(lineage, transaction);
    const outcomes: Outcome[] = [];
    for (const change of changesOf(view)) outcomes.push(await read(view, change));
    const failed = outcomes.find(({ kind }) => kind === "failed");
    if (failed !== undefined) return failed;
    const waits = outcomes.flatMap((outcome) => (outcome.kind === "wait" ? [outcome.seconds] : []));
    if (waits.length > 0) return { kind: "wait", seconds: Math.max(...waits) };
    return (await close(view, (opened) => transient.has(opened.code) && opened.cause === queueName))
      ? { kind: "read" }
      : { kind: "failed" };
  }

  async function read(view: TransactionView, change: Change): Promise<Outcome> {
    const { channel, shop, resource, id } = change;
    const source = sources.find(({ name }) => name === channel);
    const readAt = clock.now();
    let answer: SourceAnswer;
    try {
      answer = source === undefined ? noSource(channel) : await source.fetchResource({ shop, resource, id });
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      return counted(change, "unavailable", { kind: "failed" });
    }
    if (answer.kind === "wait") return counted(change, "throttled", answer);
    if (source === undefined || answer.kind !== "found") {
      const problem = troubleOf(change, answer);
      return counted(change, answer.kind, { kind: (await tell(view, problem, readAt)) ? "told" : "failed" });
    }
    const recorded = await record(source, change, answer.body, readAt);
    const closed = recorded !== "failed" && (await close(view, (opened) => opened.cause === causeOf(change)));
    return counted(change, recorded, { kind: closed ? "read" : "failed" });
  }

  async function record(
    source: ChannelSource,
    change: Change,
    body: Uint8Array,
    readAt: string,
  ): Promise<"inserted" | "unchanged" | "failed"> {
    try {
      const parsed = source.parseResource({ resource: change.resource, shop: change.shop, body, readAt });
      if (isStale(parsed, change)) return "failed";
      const raw = rawBodyOf(body);
      const item = documentItem(parsed, raw, readAt);
      if (await isRecorded(item)) return "unchanged";
      if (raw.address !== undefined) await documents.put(raw.address, body);
      const [answer] = await lineage.insert([item]);
      return answer === "inserted" ? "inserted" : answer === "conflict" ? "unchanged" : "failed";
    } catch (error) {
      if (error instanceof Invalid || error instanceof Unavailable || error instanceof UnknownOutcome) return "failed";
      throw error;
    }
  }

  /** An object that states no time of change has a new version at each reading: one that says nothing new is not recorded again. */
  async function isRecorded(item: DocumentItem): Promise<boolean> {
    if (item.version !== item.at) return false;
    const { documents: known } = await readTransaction(lineage, item.transaction);
    const last = known.filter(({ source }) => source === item.source).reduce(later, undefined);
    return last !== undefined && factsWithoutReading(last) === factsWithoutReading(item);
  }

  async function tell(view: TransactionView, problem: Problem, at: string): Promise<boolean> {
    const opened = openedException(view, { ...problem, foundBy: "operation" }, undefined, at);
    return opened === undefined || (await inserted([opened]));
  }

  async function close(view: TransactionView, wanted: (opened: Problem) => boolean): Promise<boolean> {
    const open = view.exceptions.filter(({ opened, closed }) => closed === undefined && opened.foundBy === "operation" && wanted(opened));
    const items = open.map(({ opened }): ClosureItem => {
      const key = closureKey(opened.key);
      return { type: "closure", transaction: view.transaction, key, at: clock.now(), by: "hub", reason: "the source was read" };
    });
    return items.length === 0 || (await inserted(items));
  }

  async function inserted(items: readonly LineageItem[]): Promise<boolean> {
    const answers = await lineage.insert(items);
    return answers.every((answer) => answer === "inserted" || answer === "conflict");
  }

  /** The new message is sent before the old one is acknowledged; a double is harmless. A source that never has time for it is told of once. */
  async function waitAgain(
    name: string,
    transaction: TransactionId,
    { shop, waits }: Pick<Asked, "shop" | "waits">,
    seconds: number,
  ): Promise<boolean> {
    if (waits === waitsUntold) {
      const message = `what changed at ${shop} was not read: its source has asked for patience ${waits} times in a row`;
      const problem: Problem = { class: "transport.rate-limit", code: "patience", cause: name, message };
      if (!(await tell(await readTransaction(lineage, transaction), problem, clock.now()))) return false;
    }
    const delaySeconds = Math.min(Math.max(Math.ceil(seconds), 1), delaySecondsMax);
    const message: QueueMessage = { body: { shop, transactions: [{ id: transaction }], waits }, delaySeconds, group: shop };
    const [answer] = await queue.send(name, [message]);
    return answer === "accepted";
  }

  function counted(change: Change, outcome: string, result: Outcome): Outcome {
    metrics.record("SourceReads", 1, "count", { channel: change.channel, resource: change.resource, outcome });
    return result;
  }
}

/** The last change of each object. */
function changesOf({ documents }: TransactionView): Change[] {
  const last = new Map<string, Change>();
  for (const document of documents) {
    if (document.issues.length > 0) continue;
    for (const event of readEvents(document).events) {
      if (event.name !== "source.changed") continue;
      const before = last.get(event.key);
      if (before === undefined || event.version > before.version) last.set(event.key, event);
    }
  }
  return [...last.values()];
}

function isStale(parsed: ParsedDocument, { notBefore }: Change): boolean {
  const version = parsed.events[0]?.version ?? parsed.version;
  return notBefore !== undefined && version !== undefined && version < addSeconds(notBefore, -clockSlackSeconds);
}

function later(last: DocumentItem | undefined, document: DocumentItem): DocumentItem {
  return last === undefined || document.at > last.at ? document : last;
}

function factsWithoutReading({ at, events, references, issues }: DocumentItem): string {
  return contentHash({
    events: events.map((event) => ({ ...event, version: event.version === at ? "" : event.version })),
    references,
    issues,
  });
}

function noSource(channel: string): SourceAnswer {
  return { kind: "refused", reason: `nothing reads the source of channel ${channel}` };
}

function causeOf({ channel, shop, resource, id }: Change): string {
  return `${channel}:${shop}:${resource}:${id}`;
}

function troubleOf(change: Change, answer: Exclude<SourceAnswer, { kind: "wait" }>): Problem {
  const cause = causeOf(change);
  const what = `${change.resource} ${change.id} changed at ${change.shop} and was not read back`;
  switch (answer.kind) {
    case "refused":
      return { class: "transport.access", code: "refused", cause, message: `${what}: ${answer.reason}.` };
    case "absent":
      return {
        class: "data.missing",
        code: "source-absent",
        cause,
        message: `${what}: the source does not have it, or the access does not reach it (orders older than 60 days need the scope read_all_orders).`,
      };
    case "too-large":
      return { class: "transport.too-large", code: "source-body", cause, message: `${what}: the answer has ${answer.bytes} bytes.` };
    case "found":
      return { class: "transport.parse", code: "source-body", cause, message: `${what}: nothing reads this answer.` };
  }
}

function note(
  asked: Map<TransactionId, Asked>,
  transaction: TransactionId,
  { shop, waits = 0 }: { readonly shop: string; readonly waits?: number | undefined },
  message: string,
): void {
  const known = asked.get(transaction);
  if (known === undefined) asked.set(transaction, { shop, waits, messages: [message] });
  else {
    known.waits = Math.max(known.waits, waits);
    known.messages.push(message);
  }
}
