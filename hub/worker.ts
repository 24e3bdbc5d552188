import type { Cursors, EmbeddedLineageStore, EmbeddedQueue, ReceivedMessage } from "#adapters/embedded";
import { type Policy, statesBegan } from "#domain/policy";
import { deadLetterProblem, transactionsIn } from "#functions/dead-letter-problem";
import type { WorkedMessages } from "#functions/unreadable-message";
import type { Clock } from "#ports/clock";
import type { PolicyStore } from "#ports/policy-store";
import { announced, connectionQueue, onPolicyRelease, type QueueWiring, queues } from "#wiring";
import type { EmbeddedWorkflows } from "./embedded-workflows.ts";
import { type Handlers, handlerOf } from "./handlers.ts";

export interface WorkerDependencies {
  readonly handlers: Handlers;
  readonly lineage: EmbeddedLineageStore;
  readonly cursors: Cursors;
  readonly queue: EmbeddedQueue;
  readonly workflows: EmbeddedWorkflows;
  readonly policies: PolicyStore;
  readonly connections: readonly string[];
  readonly clock: Clock;
  /** Called with a policy that was not followed yet, before what is held is woken. */
  readonly follow: (policy: Policy) => Promise<void>;
}

/** What is still to be done. */
export interface Backlog {
  /** Lineage items above the cursor of a stream: "some" or none. */
  readonly unannounced: boolean;
  readonly visibleMessages: number;
  /** Delayed, or being worked on. */
  readonly hiddenMessages: number;
  readonly deadMessages: number;
}

export interface Worker {
  /**
   * Does one round: streams, then queues. Unfinished executions of Standard machines and readings of sources run beside it: a long file or
   * a silent shop stops nothing else. False when there was nothing to do.
   */
  step(): Promise<boolean>;
  backlog(): Promise<Backlog>;
  /** True while messages are worked on beside the rounds: they are hidden, and not waiting. */
  isReadingBeside(): boolean;
  /** Puts dead letters back into their queues, as if never received: all, or those of these transactions; answers how many. */
  redrive(transactions?: ReadonlySet<string>): Promise<number>;
  /** When the next delayed message becomes visible, milliseconds since 1970. */
  nextVisibleAt(): Promise<number | undefined>;
}

/** One queue, and the ERP connection that it is for where it is one of several. */
interface Source {
  readonly wired: QueueWiring;
  readonly connection?: string;
  readonly name: string;
}

/** The last policy release that this data folder's worker has followed. */
const releaseCursor = "policy release";
const executionsAtWork = 4;
/** The last hour since 1970 in which the worker looked whether a period had opened or closed. */
const hourCursor = "policy hour";
const hourMilliseconds = 3_600_000;
const deadLettersPerLook = 100;
/** Looked through for those of some transactions; what lies behind them waits for the next call, or for the redrive of all. */
const deadLettersPerRedrive = 10_000;
/** A message that failed comes back after this, longer each time. */
const failureDelaySeconds = 2;

/**
 * The embedded hub's event sources: reads streams above their cursor, and queues by their batch size, and calls the function that wiring/
 * names for each. All that it acknowledges was answered; whatever a crash interrupts comes again.
 */
export function createWorker(dependencies: WorkerDependencies): Worker {
  const { handlers, lineage, cursors, queue, workflows, policies, connections, clock, follow } = dependencies;
  const sources = queues.flatMap((wired): Source[] =>
    wired.perConnection
      ? connections.map((connection) => ({ wired, connection, name: connectionQueue(wired.name, connection) }))
      : [{ wired, name: wired.name }],
  );
  const broughtToDesk = new Set<number>();

  const readingBeside = new Set<string>();
  /** Of what runs beside the rounds: told by the next one. */
  let failureBeside: unknown;

  return {
    async step() {
      let busy = await followPolicyRelease();
      for (const { name, function: announcer, batchItemsMax } of announced())
        if (await readStream(name, announcer, batchItemsMax)) busy = true;
      for (const source of sources) {
        // A source outside may take long to answer, or not answer at all: postings do not wait for it.
        if (source.wired.waitsFor === "source") readBeside(source);
        else if (await readQueue(source)) busy = true;
      }
      await workflows.takeUnfinished(executionsAtWork);
      const failure = failureBeside;
      failureBeside = undefined;
      if (failure !== undefined) throw failure;
      return busy;
    },
    async backlog() {
      const unannounced = await Promise.all(
        announced().map(async ({ name }) => (await lineage.readAfter(await cursors.get(name), 1)).length > 0),
      );
      const depths = await Promise.all(sources.map(({ name }) => queue.depth(name)));
      return {
        unannounced: unannounced.includes(true),
        visibleMessages: depths.reduce((count, depth) => count + depth.visible, 0),
        hiddenMessages: depths.reduce((count, depth) => count + depth.hidden, 0),
        deadMessages: depths.reduce((count, depth) => count + depth.dead, 0),
      };
    },
    isReadingBeside: () => readingBeside.size > 0,
    async redrive(transactions) {
      const counts = await Promise.all(
        sources.map(async ({ name }) => queue.redrive(name, transactions && (await lettersOf(name, transactions)))),
      );
      broughtToDesk.clear();
      return counts.reduce((total, count) => total + count, 0);
    },
    async nextVisibleAt() {
      const times = await Promise.all(sources.map(({ name }) => queue.nextVisibleAt(name)));
      const known = times.filter((time) => time !== undefined);
      return known.length === 0 ? undefined : Math.min(...known);
    },
  };

  function readBeside(source: Source): void {
    if (readingBeside.has(source.name)) return;
    readingBeside.add(source.name);
    const done = (failure?: unknown) => {
      readingBeside.delete(source.name);
      failureBeside ??= failure;
    };
    readQueue(source).then(() => done(), done);
  }

  /**
   * A release that was not seen yet, or a period that opened or closed since, wakes what is held; it is marked as seen after that, so that a
   * crash wakes once more.
   */
  async function followPolicyRelease(): Promise<boolean> {
    const policy = await policies.current();
    const hour = Math.floor(Date.parse(clock.now()) / hourMilliseconds);
    const seenHour = await cursors.get(hourCursor);
    const released = policy.release !== (await cursors.get(releaseCursor));
    const turned = seenHour > 0 && seenHour !== hour && statesBegan(policy.entities, hourText(seenHour), hourText(hour));
    if (released || turned) {
      await follow(policy);
      await handlerOf(handlers, onPolicyRelease.function)({});
      await cursors.set(releaseCursor, policy.release);
    }
    if (seenHour !== hour) await cursors.set(hourCursor, hour);
    return released || turned;
  }

  async function readStream(name: string, announcer: string, itemsMax: number): Promise<boolean> {
    const records = await lineage.readAfter(await cursors.get(name), itemsMax);
    const last = records.at(-1);
    if (last === undefined) return false;
    await handlerOf(handlers, announcer)({ items: records.map(({ item }) => item) });
    await cursors.set(name, last.seq);
    return true;
  }

  async function readQueue(source: Source): Promise<boolean> {
    const { wired, connection, name } = source;
    const messages = await queue.receive(name, wired.batchMessagesMax, wired.visibilitySeconds);
    await bringDeadLettersToDesk(source);
    if (messages.length === 0) return false;
    const listed = messages.map(({ id, body }) => ({ id: String(id), body }));
    const input = { ...(connection === undefined ? {} : { connection }), queue: name, messages: listed };
    const { failures, unreadable } = (await handlerOf(handlers, wired.function)(input)) as WorkedMessages;
    // One that nobody can read is a dead letter in the end, like one that fails.
    await settle(messages, new Set([...failures, ...unreadable.map(({ id }) => id)]));
    return true;
  }

  async function settle(messages: readonly ReceivedMessage[], failures: ReadonlySet<string>): Promise<void> {
    const done = messages.filter(({ id }) => !failures.has(String(id)));
    if (done.length > 0) await queue.acknowledge(done.map(({ id }) => id));
    for (const { id, receives } of messages)
      if (failures.has(String(id))) await queue.release([id], Math.min(failureDelaySeconds ** receives, 900));
  }

  async function lettersOf(name: string, transactions: ReadonlySet<string>): Promise<number[]> {
    const letters = await queue.deadLetters(name, deadLettersPerRedrive);
    return letters.filter(({ body }) => transactionsIn(body).some((id) => transactions.has(id))).map(({ id }) => id);
  }

  /** A dead letter opens one exception on each of its transactions, once; perhaps a worker before this one did, and a decision has closed it since. */
  async function bringDeadLettersToDesk({ wired, connection, name }: Source): Promise<void> {
    for (const letter of await queue.deadLetters(name, deadLettersPerLook)) {
      if (broughtToDesk.has(letter.id)) continue;
      for (const transaction of transactionsIn(letter.body)) {
        const problem = deadLetterProblem({ queue: name, waitsFor: wired.waitsFor, connection }, transaction, letter.receives);
        await handlerOf(handlers, "record-exception")({ ...problem, after: new Date(letter.deadAt).toISOString() });
      }
      broughtToDesk.add(letter.id);
    }
  }
}

function hourText(hour: number): string {
  return new Date(hour * hourMilliseconds).toISOString();
}
