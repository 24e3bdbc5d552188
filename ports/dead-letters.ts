/** What a hop could not hand on, as it lies in its dead-letter queue. */
export interface DeadLetter {
  /** Names this reading of it: it is gone, or comes again under another one. */
  readonly id: string;
  readonly text: string;
  /** When it was first sent, an instant. */
  readonly sentAt: string;
}

export interface DeadLetters {
  /** Some of a queue, hidden from the next reading for some minutes; empty when none is there now. Throws Unavailable. */
  receive(queue: string): Promise<readonly DeadLetter[]>;
  /** Takes it away for good. Throws Unavailable when it may still be there: it comes again. */
  remove(queue: string, letter: DeadLetter): Promise<void>;
}
