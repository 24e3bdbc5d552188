import type { HubDatabase } from "./database.ts";

/** One row of a queue, as the queue and the bus write it. */
export interface QueuedMessage {
  readonly queue: string;
  readonly group: string;
  /** JSON text. */
  readonly body: string;
  readonly delaySeconds: number;
}

/** A prepared insert of messages, to be called inside a transaction of the caller. `sentAt` in milliseconds since 1970. */
export function prepareEnqueue(database: HubDatabase): (messages: readonly QueuedMessage[], sentAt: number) => void {
  const insert = database.connection.prepare("INSERT INTO message (queue, grp, body, sent_at, visible_at) VALUES (?, ?, ?, ?, ?)");
  return (messages, sentAt) => {
    for (const message of messages) {
      insert.run(message.queue, message.group, message.body, sentAt, sentAt + message.delaySeconds * 1_000);
    }
  };
}
