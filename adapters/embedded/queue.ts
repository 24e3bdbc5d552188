import { Invalid, Unavailable, UnknownOutcome } from "#domain/failures";
import type { Clock } from "#ports/clock";
import type { Queue, QueueMessage } from "#ports/queue";
import type { HubDatabase } from "./database.ts";
import { prepareEnqueue } from "./enqueue.ts";
import { createFairOrder, dealInTurn, type FairOrder } from "./fair-order.ts";
import { nowMilliseconds } from "./instant.ts";
import { assertPageLimit } from "./page-limit.ts";

export interface QueueSettings {
  /** A message received this often without being acknowledged becomes a dead letter. */
  readonly maxReceives: number;
}

export interface ReceivedMessage {
  readonly id: number;
  readonly body: unknown;
  readonly group: string;
  /** 1 on the first delivery. */
  readonly receives: number;
}

export interface DeadLetter extends ReceivedMessage {
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  readonly deadAt: number;
}

export interface QueueDepth {
  /** Ready to be received. */
  readonly visible: number;
  /** Delayed, or received and not yet acknowledged. */
  readonly hidden: number;
  readonly dead: number;
  /** Age of the oldest message that is not dead; 0 when there is none. */
  readonly oldestAgeSeconds: number;
}

/** ports/queue, and what the hub's dispatch loop needs beside it. All of it durable when answered. */
export interface EmbeddedQueue extends Queue {
  /**
   * Up to `max` visible messages, hidden for `visibilitySeconds`: one of each group in turn, the group that has waited longest first, and
   * within a group the longest visible first. Messages received too often become dead letters instead.
   */
  receive(queue: string, max: number, visibilitySeconds: number): Promise<readonly ReceivedMessage[]>;
  /** Done: removes them. An id that is gone is no error. */
  acknowledge(ids: readonly number[]): Promise<void>;
  /** Not done: visible again after `delaySeconds` (0 … 900). */
  release(ids: readonly number[], delaySeconds: number): Promise<void>;
  /**
   * Makes every message visible that was received and neither acknowledged nor released: for a new worker, whose predecessor died with
   * them. Delayed messages stay so. A death is no failure of the message, and that receive is not counted, up to twenty times: one that kills
   * its worker each time becomes a dead letter too. Answers how many.
   */
  releaseReceived(): Promise<number>;
  /** When the next message becomes visible, milliseconds since 1970 (perhaps in the past); undefined when none waits. */
  nextVisibleAt(queue: string): Promise<number | undefined>;
  depth(queue: string): Promise<QueueDepth>;
  deadLetters(queue: string, limit: number): Promise<readonly DeadLetter[]>;
  /** Puts dead letters back, as if never received: those named, or all. Answers how many. */
  redrive(queue: string, ids?: readonly number[]): Promise<number>;
}

const delaySecondsMax = 900;
const messagesPerReceiveMax = 1_000;
const bodyBytesMax = 1_048_576;
/** A receive buries at most this many times `max` messages of a group before it answers with what it has. */
const buryPassesMax = 10;
const interruptionsMax = 20;

/** A durable queue per name of `queues`; any other name is Invalid. */
export function createQueue(options: {
  readonly database: HubDatabase;
  readonly clock: Clock;
  readonly queues: Readonly<Record<string, QueueSettings>>;
}): EmbeddedQueue {
  const { database, clock, queues } = options;
  const { connection } = database;
  const enqueue = prepareEnqueue(database);
  const nextGroup = connection.prepare("SELECT grp FROM message WHERE queue = ? AND dead_at IS NULL AND grp > ? ORDER BY grp LIMIT 1");
  const visibleOfGroup = connection.prepare(
    "SELECT id, grp, body, receives FROM message WHERE queue = ? AND dead_at IS NULL AND grp = ? AND visible_at <= ? ORDER BY visible_at, id LIMIT ?",
  );
  const bury = connection.prepare("UPDATE message SET dead_at = ? WHERE id = ?");
  const hide = connection.prepare("UPDATE message SET receives = receives + 1, in_hand = 1, visible_at = ? WHERE id = ?");
  const remove = connection.prepare("DELETE FROM message WHERE id = ? AND dead_at IS NULL");
  const showReceived = connection.prepare(
    `UPDATE message SET visible_at = min(visible_at, ?), in_hand = 0, interruptions = interruptions + 1,
            receives = receives - (interruptions < ${interruptionsMax})
      WHERE dead_at IS NULL AND in_hand = 1`,
  );
  const show = connection.prepare("UPDATE message SET visible_at = ?, in_hand = 0 WHERE id = ? AND dead_at IS NULL");
  const firstOfGroup = connection.prepare(
    "SELECT visible_at FROM message WHERE queue = ? AND dead_at IS NULL AND grp = ? ORDER BY visible_at LIMIT 1",
  );
  const count = connection.prepare(
    `SELECT count(*) FILTER (WHERE dead_at IS NULL AND visible_at <= ?) AS visible, count(*) FILTER (WHERE dead_at IS NULL AND visible_at > ?) AS hidden,
            count(*) FILTER (WHERE dead_at IS NOT NULL) AS dead, min(sent_at) FILTER (WHERE dead_at IS NULL) AS oldest
       FROM message WHERE queue = ?`,
  );
  const readDead = connection.prepare(
    "SELECT id, grp, body, receives, sent_at, dead_at FROM message WHERE queue = ? AND dead_at IS NOT NULL ORDER BY id LIMIT ?",
  );
  const reviveAll = connection.prepare(
    "UPDATE message SET dead_at = NULL, receives = 0, in_hand = 0, interruptions = 0, visible_at = ? WHERE queue = ? AND dead_at IS NOT NULL",
  );
  const reviveOne = connection.prepare(
    "UPDATE message SET dead_at = NULL, receives = 0, in_hand = 0, interruptions = 0, visible_at = ? WHERE queue = ? AND id = ? AND dead_at IS NOT NULL",
  );
  const fairOrders = new Map<string, FairOrder>();

  function settingsOf(queue: string): QueueSettings {
    const settings = queues[queue];
    if (!settings) throw new Invalid(`there is no queue "${queue}": the known ones are ${Object.keys(queues).join(", ") || "none"}`);
    return settings;
  }

  function fairOrderOf(queue: string): FairOrder {
    let order = fairOrders.get(queue);
    if (!order) fairOrders.set(queue, (order = createFairOrder()));
    return order;
  }

  /** Names of the groups with messages: one probe of the index per group, however long their backlogs are. */
  function groupsOf(queue: string): readonly string[] {
    const groups: string[] = [];
    for (let row = nextGroup.get(queue, ""); row; row = nextGroup.get(queue, groups.at(-1)!)) groups.push(String(row.grp));
    return groups;
  }

  /** Up to `max` visible messages of one group; those received too often are buried on the way. Runs inside a write. */
  function liveOfGroup(queue: string, group: string, now: number, max: number, maxReceives: number): readonly ReceivedMessage[] {
    let live: readonly ReceivedMessage[] = [];
    for (let pass = 0; pass < buryPassesMax; pass += 1) {
      const found = visibleOfGroup.all(queue, group, now, max).map(messageOf);
      live = found.filter(({ receives }) => receives < maxReceives);
      if (live.length === found.length) break;
      for (const { id, receives } of found) if (receives >= maxReceives) bury.run(now, id);
    }
    return live;
  }

  return {
    async send(queue, messages) {
      settingsOf(queue);
      const rows = messages.map((message) => ({ queue, ...checked(queue, message) }));
      try {
        await database.write(() => enqueue(rows, nowMilliseconds(clock)));
        return messages.map(() => "accepted" as const);
      } catch (error) {
        if (error instanceof Unavailable || error instanceof UnknownOutcome) return messages.map(() => "failed" as const);
        throw error;
      }
    },

    async receive(queue, max, visibilitySeconds) {
      const { maxReceives } = settingsOf(queue);
      assertPageLimit(max, messagesPerReceiveMax);
      const order = fairOrderOf(queue);
      const received = await database.write(() => {
        const now = nowMilliseconds(clock);
        const lists: (readonly ReceivedMessage[])[] = [];
        for (const group of order.arrange(groupsOf(queue))) {
          const live = liveOfGroup(queue, group, now, max, maxReceives);
          if (live.length > 0) lists.push(live);
          if (lists.length === max) break;
        }
        const dealt = dealInTurn(lists, max);
        for (const message of dealt) hide.run(now + visibilitySeconds * 1_000, message.id);
        return dealt.map((message) => ({ ...message, receives: message.receives + 1 }));
      });
      for (const message of received) order.served(message.group);
      return received;
    },

    async acknowledge(ids) {
      await database.write(() => {
        for (const id of ids) remove.run(id);
      });
    },

    async release(ids, delaySeconds) {
      assertDelay(delaySeconds);
      await database.write(() => {
        const visibleAt = nowMilliseconds(clock) + delaySeconds * 1_000;
        for (const id of ids) show.run(visibleAt, id);
      });
    },

    async releaseReceived() {
      return database.write(() => Number(showReceived.run(nowMilliseconds(clock)).changes));
    },

    async nextVisibleAt(queue) {
      settingsOf(queue);
      const times = database.read(() => groupsOf(queue).map((group) => Number(firstOfGroup.get(queue, group)?.visible_at)));
      return times.length === 0 ? undefined : Math.min(...times);
    },

    async depth(queue) {
      settingsOf(queue);
      const now = nowMilliseconds(clock);
      const row = database.read(() => count.get(now, now, queue)) ?? {};
      const oldest = row.oldest;
      return {
        visible: Number(row.visible),
        hidden: Number(row.hidden),
        dead: Number(row.dead),
        oldestAgeSeconds: typeof oldest === "number" ? Math.max(0, Math.floor((now - oldest) / 1_000)) : 0,
      };
    },

    async deadLetters(queue, limit) {
      settingsOf(queue);
      assertPageLimit(limit);
      return database
        .read(() => readDead.all(queue, limit))
        .map((row) => ({ ...messageOf(row), sentAt: Number(row.sent_at), deadAt: Number(row.dead_at) }));
    },

    async redrive(queue, ids) {
      settingsOf(queue);
      return database.write(() => {
        const now = nowMilliseconds(clock);
        if (ids === undefined) return Number(reviveAll.run(now, queue).changes);
        let revived = 0;
        for (const id of ids) revived += Number(reviveOne.run(now, queue, id).changes);
        return revived;
      });
    },
  };
}

function checked(queue: string, message: QueueMessage): { group: string; body: string; delaySeconds: number } {
  assertDelay(message.delaySeconds);
  if (message.group.length === 0 || message.group.length > 128) {
    throw new Invalid(`a message for queue "${queue}" has a group of ${message.group.length} characters: 1 to 128 are allowed`);
  }
  const body = JSON.stringify(message.body);
  if (body === undefined || Buffer.byteLength(body) > bodyBytesMax) {
    throw new Invalid(`a message for queue "${queue}" has no JSON body of at most ${bodyBytesMax} bytes: point at the content instead`);
  }
  return { group: message.group, body, delaySeconds: message.delaySeconds };
}

function assertDelay(delaySeconds: number): void {
  if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > delaySecondsMax) {
    throw new Invalid(`a delay is a whole number of seconds from 0 to ${delaySecondsMax}, not ${delaySeconds}`);
  }
}

function messageOf(row: Record<string, unknown>): ReceivedMessage {
  return { id: Number(row.id), group: String(row.grp), body: JSON.parse(String(row.body)), receives: Number(row.receives) };
}
