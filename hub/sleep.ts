import { setTimeout as sleepOnce } from "node:timers/promises";

/** The longest time that a timer of Node takes: with more it fires at once. */
const timerMillisecondsMax = 2_147_483_647;

/** Resolves after so many milliseconds, however many they are; rejects when the signal aborts. Does not keep the process alive. */
export async function sleepFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  for (let left = milliseconds; left > 0; left -= timerMillisecondsMax) {
    await sleepOnce(Math.min(left, timerMillisecondsMax), undefined, { signal, ref: false });
  }
}
