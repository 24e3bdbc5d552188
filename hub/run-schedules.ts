import { setTimeout as sleep } from "node:timers/promises";
import { schedules } from "#wiring";
import type { Hub } from "./open-hub.ts";

/** Does what wiring/ schedules, each at once and then again and again, until the signal aborts. What fails is told, and tried at its next time. */
export async function runSchedules(hub: Hub, signal: AbortSignal, onError: (error: unknown) => void): Promise<void> {
  await Promise.all(
    schedules
      .filter(({ onAwsAlone }) => onAwsAlone !== true)
      .map(async ({ function: name, everyMinutes }) => {
        const handler = hub.handlers.get(name) as ((input: unknown) => Promise<unknown>) | undefined;
        if (handler === undefined) throw new Error(`the hub has no function ${name}`);
        while (!signal.aborted) {
          try {
            await handler({});
          } catch (error) {
            onError(error);
          }
          await sleep(everyMinutes * 60_000, undefined, { signal }).catch(() => {});
        }
      }),
  );
}
