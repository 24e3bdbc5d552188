import * as z from "zod/mini";
import { millisecondsBetween } from "#domain/calendar";
import type { Clock } from "#ports/clock";
import type { Metrics } from "#ports/metrics";
import type { Queue, QueueMessage } from "#ports/queue";
import type { Workflows } from "#ports/workflows";
import { type PostingAnswer, type PostingRun, postingRun } from "./decide-postings.ts";

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
}

/** A message says "look at these transactions": a bus entry, or what was busy before. */
const messageSchema = z.object({
  shop: z.string(),
  transactions: z
    .array(z.object({ id: z.string().check(z.minLength(1), z.maxLength(512)), connections: z.array(z.string()) }))
    .check(z.maxLength(1000)),
  busyCount: z.optional(z.int()),
});

const transactionsPerRunMax = 50;
const delaySecondsMax = 900;

/**
 * Step 3 of the posting protocol: coalesces messages, runs `post-transactions` synchronously, and reports which messages failed (they
 * come back). For a transaction that is busy a new message is sent before the old one is acknowledged; a double is harmless.
 */
export function createHandler({ workflows, queue, clock, metrics }: DispatchPostingsDependencies) {
  return async function dispatchPostings(input: DispatchPostingsInput): Promise<{ failures: readonly string[] }> {
    const failures = new Set<string>();
    const sources = new Map<string, { shop: string; busyCount: number; messages: string[] }>();
    for (const message of input.messages) {
      const parsed = messageSchema.safeParse(message.body);
      if (!parsed.success) failures.add(message.id);
      else
        for (const { id, connections } of parsed.data.transactions)
          if (connections.includes(input.connection)) note(sources, id, parsed.data, message.id);
    }
    const transactions = [...sources.keys()];
    for (let start = 0; start < transactions.length; start += transactionsPerRunMax) {
      const part = transactions.slice(start, start + transactionsPerRunMax);
      const answer = await workflows.runSynchronously("post-transactions", postingRun(input.connection, part));
      const failed = answer.status === "succeeded" ? await leftAfter(input, part, (answer.output as PostingRun).answers, sources) : part;
      for (const transaction of failed) for (const message of sources.get(transaction)?.messages ?? []) failures.add(message);
      if (answer.status !== "succeeded")
        metrics.record("PostingRunFailed", 1, "count", { connection: input.connection, error: answer.error });
    }
    return { failures: [...failures] };
  };

  /** Sends new messages for what is busy; returns the transactions without an answer, and those whose new message was not taken. */
  async function leftAfter(
    { connection, queue: name }: DispatchPostingsInput,
    asked: readonly string[],
    answers: readonly PostingAnswer[],
    sources: ReadonlyMap<string, { shop: string; busyCount: number }>,
  ): Promise<string[]> {
    for (const { answer } of answers) metrics.record("PostingAnswers", 1, "count", { connection, answer });
    const answered = new Set(answers.map(({ transaction }) => transaction));
    const unanswered = asked.filter((transaction) => !answered.has(transaction));
    const busy = answers.filter(({ answer }) => answer === "busy");
    if (busy.length === 0) return unanswered;
    const now = clock.now();
    const messages = busy.map(({ transaction, until }): QueueMessage => {
      const { shop, busyCount } = sources.get(transaction) ?? { shop: "*", busyCount: 0 };
      const body = { shop, transactions: [{ id: transaction, connections: [connection] }], busyCount: busyCount + 1 };
      return { body, delaySeconds: delayFor(busyCount, until, now), group: shop };
    });
    const sent = await queue.send(name, messages);
    return [...unanswered, ...busy.filter((_, index) => sent[index] !== "accepted").map(({ transaction }) => transaction)];
  }
}

/** 2 … 900 s: until the lease is out where that is known, else longer each time. */
export function delayFor(busyCount: number, until: string | undefined, now: string): number {
  const seconds = until === undefined ? 2 ** Math.min(busyCount + 1, 10) : Math.ceil(millisecondsBetween(now, until) / 1000);
  return Math.min(Math.max(seconds, 2), delaySecondsMax);
}

function note(
  sources: Map<string, { shop: string; busyCount: number; messages: string[] }>,
  transaction: string,
  { shop, busyCount = 0 }: { shop: string; busyCount?: number | undefined },
  message: string,
): void {
  const known = sources.get(transaction);
  if (known === undefined) sources.set(transaction, { shop, busyCount, messages: [message] });
  else {
    known.messages.push(message);
    known.busyCount = Math.max(known.busyCount, busyCount);
  }
}
