import * as z from "zod/mini";
import { addSeconds, millisecondsBetween } from "#domain/calendar";
import type { Clock } from "#ports/clock";
import type { DeadLetter, DeadLetters } from "#ports/dead-letters";
import type { BusEntry, EventBus } from "#ports/event-bus";
import type { LineageStore } from "#ports/lineage-store";
import type { Metrics } from "#ports/metrics";
import type { PolicyStore } from "#ports/policy-store";
import type { References } from "#ports/references";
import type { WorkLists } from "#ports/work-lists";
import type { Workflows } from "#ports/workflows";
import { publishAll } from "./bus-entries.ts";
import { type DeadLetterCause, deadLetterProblem, transactionsIn } from "./dead-letter-problem.ts";
import { createHandler as createRecord } from "./record-exception.ts";
import { createHandler as createReplay } from "./replay-lineage.ts";
import { createHandler as createWake } from "./wake-held.ts";

/** A queue of messages that say what to look at. */
export interface WorkedQueue {
  readonly name: string;
  readonly connection?: string;
  readonly waitsFor: DeadLetterCause;
  readonly receivesMax: number;
}

export interface RedriveDeadLettersDependencies {
  readonly deadLetters: DeadLetters;
  readonly lineage: LineageStore;
  readonly references: References;
  readonly workLists: WorkLists;
  readonly bus: EventBus;
  readonly policies: PolicyStore;
  readonly workflows: Workflows;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Asked for each run: a release of the policies may bring another connection. */
  readonly queues: () => Promise<readonly WorkedQueue[]>;
  readonly deadLettersOf: (queue: string) => string;
  /** Where the streams put what they could not announce, and where rules of the bus put what they could not deliver. */
  readonly streamLetters: readonly string[];
  readonly busLetters: string;
}

/** Of one run, by what became of them. */
export interface RedrivenDeadLetters {
  /** Transactions that are at the desk now, or were already. */
  readonly atDesk: number;
  /** Bus entries that were published once more. */
  readonly published: number;
  /** Windows of the record that were announced once more. */
  readonly replayed: number;
  /** What nothing can be done with here: it stays, and its alarm with it. */
  readonly left: number;
}

/** No letter is begun later than this after the start; the next run goes on. */
const beginsWithinMilliseconds = 240_000;
/** An item's time is that of its writer's clock, before it was inserted. */
const windowSlackSeconds = 900;

const entrySchema = z.object({
  source: z.literal("throughline"),
  "detail-type": z.string().check(z.minLength(1)),
  detail: z.object({
    shop: z.string().check(z.minLength(1)),
    connections: z.array(z.string()),
    transactions: z.array(z.object({ id: z.string(), connections: z.array(z.string()) })).check(z.minLength(1), z.maxLength(100)),
  }),
});
/** What a stream's event source tells of a batch that it gave up: where it stood, and none of its content. */
const batchSchema = z.object({
  DDBStreamBatchInfo: z.object({ approximateArrivalOfFirstRecord: z.string(), approximateArrivalOfLastRecord: z.string() }),
});

/** Four runs of every five minutes. */
const wakesWithinMilliseconds = 1_200_000;

/**
 * Empties the dead-letter queues of looks, so that none is lost when they expire. What a message pointed at goes to the desk, where a person
 * sends it once more, or the next look that goes well closes it; what the bus did not deliver is published again; and what the stream did not
 * announce is announced again out of the record; what is held is looked at again when a release that was pending came into force. Each is recorded or sent before its letter is removed: whatever happens twice looks twice.
 */
export function createHandler(dependencies: RedriveDeadLettersDependencies) {
  const { deadLetters, lineage, bus, policies, clock, metrics, streamLetters, busLetters } = dependencies;
  const record = createRecord({ lineage, clock });
  const replay = createReplay(dependencies);
  const wake = createWake(dependencies);

  return async function redriveDeadLetters(): Promise<RedrivenDeadLetters> {
    const startedAt = clock.now();
    const counts = { atDesk: 0, published: 0, replayed: 0, left: 0 };
    for (const queue of await dependencies.queues())
      await work(dependencies.deadLettersOf(queue.name), "desk", async (letter) => {
        const transactions = transactionsIn(bodyOf(letter.text));
        for (const transaction of transactions) await bringToDesk(queue, transaction, letter);
        counts.atDesk += transactions.length;
        return transactions.length > 0;
      });
    await work(busLetters, "bus", async (letter) => {
      const entry = entrySchema.safeParse(jsonOf(letter.text));
      if (!entry.success) return false;
      const { shop, connections, transactions } = entry.data.detail;
      const name = entry.data["detail-type"] as BusEntry["name"];
      await publishAll(bus, [{ name, shop, connections, transactions }], "its dead letter is looked at again");
      counts.published += 1;
      return true;
    });
    for (const stream of streamLetters)
      await work(stream, "stream", async (letter) => {
        const window = windowOf(letter.text);
        if (window === undefined) return false;
        const { next } = await replay(window);
        // A record that is too long for one call is for a person to replay, call by call.
        if (next === undefined) counts.replayed += 1;
        return next === undefined;
      });
    if (await aPendingReleaseCameIntoForce(startedAt)) await wake();
    return counts;

    async function work(queue: string, kind: string, redrive: (letter: DeadLetter) => Promise<boolean>): Promise<void> {
      while (millisecondsBetween(startedAt, clock.now()) < beginsWithinMilliseconds) {
        const letters = await deadLetters.receive(queue);
        if (letters.length === 0) return;
        for (const letter of letters) {
          const done = await redrive(letter);
          if (done) await deadLetters.remove(queue, letter);
          else counts.left += 1;
          metrics.record("DeadLetters", 1, "count", { kind, became: done ? "redriven" : "left" });
        }
      }
    }
  };

  /** Nobody woke what is held at its instant. Within some runs, as one may not come; waking more than once looks more than once. */
  async function aPendingReleaseCameIntoForce(now: string): Promise<boolean> {
    const { at, wasPending } = await policies.lastRelease();
    return wasPending === true && millisecondsBetween(at, now) <= wakesWithinMilliseconds;
  }

  /** Not again what a person, or a look that went well, has ended since the message was sent. */
  async function bringToDesk(queue: WorkedQueue, transaction: string, { sentAt }: DeadLetter): Promise<void> {
    const { name, connection, waitsFor, receivesMax } = queue;
    await record({ ...deadLetterProblem({ queue: name, waitsFor, connection }, transaction, receivesMax), after: sentAt });
  }
}

/** The bus wraps its entries, our own messages are bare. */
function bodyOf(text: string): unknown {
  const body = jsonOf(text);
  return typeof body === "object" && body !== null && "detail-type" in body && "detail" in body ? body.detail : body;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No letter of ours: it is left where it is.
    return undefined;
  }
}

function windowOf(text: string): { readonly from: string; readonly to: string } | undefined {
  const parsed = batchSchema.safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  const { approximateArrivalOfFirstRecord: first, approximateArrivalOfLastRecord: last } = parsed.data.DDBStreamBatchInfo;
  const [from, to] = [instantOf(first), instantOf(last)];
  if (from === undefined || to === undefined) return undefined;
  return { from: addSeconds(from, -windowSlackSeconds), to: addSeconds(to, windowSlackSeconds) };
}

/** AWS leaves the milliseconds away where there are none. */
function instantOf(text: string): string | undefined {
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?Z$/.exec(text);
  return match === null ? undefined : `${match[1]}.${(match[2] ?? "").slice(0, 3).padEnd(3, "0")}Z`;
}
