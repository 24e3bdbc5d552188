import type { ExceptionClass } from "#domain/exceptions";
import type { Queue } from "#ports/queue";
import { unreadableQueue } from "#wiring";

/** A dead letter: what nobody can read, with class and reason, for the person who looks at the queue. */
export interface UnreadableLetter {
  readonly class: ExceptionClass;
  /** What, which and what next; nothing of the content. */
  readonly reason: string;
  /** Where it came from: ids and keys by which it is found again. */
  readonly from: Readonly<Record<string, string>>;
  /** The thing itself, only where it is kept nowhere else and carries pointers alone. */
  readonly content?: string;
}

/** Of a letter: far below what a queue takes, whatever came. */
const contentCharactersMax = 100_000;

/** Puts letters on the queue for unreadable things; an answer per letter: one that was not taken must be brought again. */
export async function sendUnreadable(
  queue: Queue,
  name: string,
  letters: readonly UnreadableLetter[],
): Promise<readonly ("accepted" | "failed")[]> {
  if (letters.length === 0) return [];
  const messages = letters.map(({ content, ...letter }) => {
    const kept = content === undefined ? {} : { content: content.slice(0, contentCharactersMax) };
    return { body: { function: name, ...letter, ...kept }, delaySeconds: 0, group: name };
  });
  return queue.send(unreadableQueue, messages);
}
