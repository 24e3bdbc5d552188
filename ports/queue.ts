/** A message only says "look at these transactions". */
export interface QueueMessage {
  readonly body: unknown;
  /** 0 … 900. */
  readonly delaySeconds: number;
  /** Fairness: messages of one group do not hold up the others. */
  readonly group: string;
}

export interface Queue {
  /** At least once, in any order. An answer per message. */
  send(queue: string, messages: readonly QueueMessage[]): Promise<readonly ("accepted" | "failed")[]>;
}
