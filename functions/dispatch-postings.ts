import * as z from "zod/mini";
import { millisecondsBetween } from "#domain/calendar";
import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { PlaceInLine } from "#domain/pace";
import type { Clock } from "#ports/clock";
import type { Metrics } from "#ports/metrics";
import type { Queue, QueueMessage } from "#ports/queue";
import type { WorkflowAnswer, Workflows } from "#ports/workflows";
import { type PostingAnswer, type PostingAsker, type PostingRun, postingRun } from "./decide-postings.ts";
import { placeInLine } from "./place-in-line.ts";
import { type UnreadableMessage, unreadableMessage, type WorkedMessages } from "./unreadable-message.ts";

export interface DispatchPostingsDependencies {
  readonly workflows: Workflows;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

export interface DispatchPostingsInput {
  readonly connection: string;
  /** Where messages that are still busy are sent again. */
  readonly queue: string;
  readonly messages: readonly { readonly id: string; readonly body: unknown }[];
  /** No run is started that could end after this instant: what was not run is sent again as new messages. Absent: no bound. */
  readonly deadline?: string;
}

/** A message says "look at these transactions": a bus entry, or what was busy before. */
const messageSchema = z.object({
  // It becomes the group of a new message, which has at most this many characters.
  shop: z.string().check(z.minLength(1), z.maxLength(128)),
  transactions: z
    .array(
      z.object({
        id: z.string().check(z.minLength(1), z.maxLength(512)),
        connections: z.array(z.string()),
        place: z.exactOptional(placeInLine),
      }),
    )
    .check(z.minLength(1), z.maxLength(1000)),
  busyCount: z.optional(z.int()),
});

const transactionsPerRunMax = 50;
const transactionsPerMessageMax = 100;
/** A place that is not shown is passed over; a message of a hundred transactions stays within what one may name. */
const placesPerTransactionMax = 8;
const delaySecondsMin = 2;
const delaySecondsMax = 900;
/** Of a run: the time-out of its machine, and 5 s to answer and to send what is left. */
export const secondsPerRunMax = 60;

interface Source {
  readonly shop: string;
  busyCount: number;
  /** Where it stands in the line of those who wait for tokens: once for each message that was told to wait. */
  readonly places: PlaceInLine[];
  readonly messages: string[];
}

/**
 * Step 3 of the posting protocol: coalesces messages, runs `post-transactions` synchronously, and reports which messages failed (they
 * come back). For a transaction that is busy, or that there was no time for, a new message is sent before the old one is acknowledged; a
 * double is harmless.
 */
export function createHandler({ workflows, queue, clock, metrics }: DispatchPostingsDependencies) {
  return async function dispatchPostings(input: DispatchPostingsInput): Promise<WorkedMessages> {
    const { sources, unreadable } = readMessages(input);
    const waiting = [...sources.keys()];
    const failed: string[] = [];
    while (waiting.length > 0 && isTimeForARun(input.deadline))
      failed.push(...(await run(input, waiting.splice(0, transactionsPerRunMax), sources)));
    if (waiting.length > 0) failed.push(...(await sendUnrun(input, waiting, sources)));
    return { failures: [...new Set(failed.flatMap((transaction) => sources.get(transaction)?.messages ?? []))], unreadable };
  };

  function isTimeForARun(deadline: string | undefined): boolean {
    return deadline === undefined || millisecondsBetween(clock.now(), deadline) >= secondsPerRunMax * 1000;
  }

  /** Returns the transactions whose messages must come back. */
  async function run(
    input: DispatchPostingsInput,
    part: readonly string[],
    sources: ReadonlyMap<string, Source>,
  ): Promise<readonly string[]> {
    const answer = await answerTo(postingRun(input.connection, part, askersOf(part, sources)));
    if (answer.status === "succeeded") return leftAfter(input, part, (answer.output as PostingRun).answers, sources);
    metrics.record("PostingRunFailed", 1, "count", { connection: input.connection, error: answer.error });
    return part;
  }

  /** A run that cannot be started, or of which nothing was heard, concerns its own transactions; the next part may fare better. */
  async function answerTo(postings: PostingRun): Promise<WorkflowAnswer> {
    try {
      return await workflows.runSynchronously("post-transactions", postings);
    } catch (error) {
      if (error instanceof Unavailable || error instanceof UnknownOutcome)
        return { status: "failed", error: error.name, cause: error.message };
      throw error;
    }
  }

  /** Sends new messages for what is busy; returns the transactions without an answer, and those whose new message was not taken. */
  async function leftAfter(
    { connection, queue: name }: DispatchPostingsInput,
    asked: readonly string[],
    answers: readonly PostingAnswer[],
    sources: ReadonlyMap<string, Source>,
  ): Promise<string[]> {
    for (const { answer } of answers) metrics.record("PostingAnswers", 1, "count", { connection, answer });
    const answered = new Set(answers.map(({ transaction }) => transaction));
    const unanswered = asked.filter((transaction) => !answered.has(transaction));
    const busy = answers.filter(({ answer }) => answer === "busy");
    if (busy.length === 0) return unanswered;
    const now = clock.now();
    const messages = busy.map(({ transaction, until, place }): QueueMessage => {
      const { shop, busyCount } = sources.get(transaction) ?? { shop: "*", busyCount: 0 };
      const transactions = [{ id: transaction, connections: [connection], ...(place === undefined ? {} : { place }) }];
      const body = { shop, transactions, busyCount: busyCount + 1 };
      return { body, delaySeconds: delayFor(busyCount, until, now), group: shop };
    });
    const sent = await queue.send(name, messages);
    return [...unanswered, ...busy.filter((_, index) => sent[index] !== "accepted").map(({ transaction }) => transaction)];
  }

  /** New messages for what there was no time for: a message that only waited its turn must not come nearer to the dead letters. */
  async function sendUnrun(
    { connection, queue: name }: DispatchPostingsInput,
    waiting: readonly string[],
    sources: ReadonlyMap<string, Source>,
  ): Promise<string[]> {
    metrics.record("PostingsPutOff", waiting.length, "count", { connection });
    const parts = partsOf(waiting, sources);
    const messages = parts.map(({ shop, busyCount, transactions }): QueueMessage => {
      const body = { shop, transactions: transactions.flatMap((id) => placedTransactions(id, connection, sources)), busyCount };
      return { body, delaySeconds: delaySecondsMin, group: shop };
    });
    const sent = await queue.send(name, messages);
    return parts.filter((_, index) => sent[index] !== "accepted").flatMap(({ transactions }) => transactions);
  }
}

/** 2 … 900 s: until the lease is out where that is known, else longer each time. */
export function delayFor(busyCount: number, until: string | undefined, now: string): number {
  const seconds = until === undefined ? 2 ** Math.min(busyCount + 1, 10) : Math.ceil(millisecondsBetween(now, until) / 1000);
  return Math.min(Math.max(seconds, delaySecondsMin), delaySecondsMax);
}

function readMessages(input: DispatchPostingsInput): { sources: Map<string, Source>; unreadable: UnreadableMessage[] } {
  const sources = new Map<string, Source>();
  const unreadable: UnreadableMessage[] = [];
  for (const { id, body } of input.messages) {
    const parsed = messageSchema.safeParse(body);
    if (!parsed.success) unreadable.push(unreadableMessage(id, parsed.error));
    else
      for (const transaction of parsed.data.transactions)
        if (transaction.connections.includes(input.connection)) note(sources, transaction, parsed.data, id);
  }
  return { sources, unreadable };
}

function note(
  sources: Map<string, Source>,
  { id: transaction, place }: { readonly id: string; readonly place?: PlaceInLine },
  { shop, busyCount = 0 }: { shop: string; busyCount?: number | undefined },
  message: string,
): void {
  const known = sources.get(transaction) ?? { shop, busyCount, places: [], messages: [] };
  sources.set(transaction, known);
  if (known.messages.at(-1) !== message) known.messages.push(message);
  known.busyCount = Math.max(known.busyCount, busyCount);
  if (place === undefined || known.places.length === placesPerTransactionMax) return;
  if (!known.places.some(({ line, mark }) => line === place.line && mark === place.mark)) known.places.push(place);
}

function askersOf(transactions: readonly string[], sources: ReadonlyMap<string, Source>): PostingAsker[] {
  return transactions.flatMap((transaction) => {
    const { shop, places } = sources.get(transaction) ?? { shop: "*", places: [] };
    return places.length === 0 ? [{ transaction, shop }] : places.map((place) => ({ transaction, shop, place }));
  });
}

/** Named once for each of its places, or once. */
function placedTransactions(id: string, connection: string, sources: ReadonlyMap<string, Source>) {
  const places = sources.get(id)?.places ?? [];
  const transaction = { id, connections: [connection] };
  return places.length === 0 ? [transaction] : places.map((place) => ({ ...transaction, place }));
}

/** Transactions of one shop that were busy equally often, at most 100 together. */
function partsOf(transactions: readonly string[], sources: ReadonlyMap<string, Source>) {
  const parts: { shop: string; busyCount: number; transactions: string[] }[] = [];
  for (const transaction of transactions) {
    const { shop, busyCount } = sources.get(transaction) ?? { shop: "*", busyCount: 0 };
    const open = parts.findLast((part) => part.shop === shop && part.busyCount === busyCount);
    if (open !== undefined && open.transactions.length < transactionsPerMessageMax) open.transactions.push(transaction);
    else parts.push({ shop, busyCount, transactions: [transaction] });
  }
  return parts;
}
