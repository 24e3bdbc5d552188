import type * as z from "zod/mini";

/** What became of a batch of messages; the others are done. */
export interface WorkedMessages {
  /** Ids of the messages that must come again. */
  readonly failures: readonly string[];
  /** Those that nobody can read, now or later. */
  readonly unreadable: readonly UnreadableMessage[];
}

export interface UnreadableMessage {
  readonly id: string;
  readonly class: "transport.parse";
  /** What, which and what next; nothing of the content. */
  readonly reason: string;
}

const placesMax = 3;

/** Names places and rules only: what stands there may be anything. */
export function unreadableMessage(id: string, error: z.core.$ZodError): UnreadableMessage {
  const places = error.issues.slice(0, placesMax).map(({ path, code }) => `${path.join(".") || "the message"} (${code})`);
  const reason = `not a list of transactions to look at, { shop, transactions: [{ id }] }: ${places.join(", ")}. Find its sender; what it was to bring about is found by replay`;
  return { id, class: "transport.parse", reason };
}
