import type { TaskTokens } from "#adapters/embedded";
import type { CallbackTasks } from "#asl";

/** The tasks of this process's executions that wait for a callback: they learn of one that another process took as well. */
export interface WaitingTasks extends CallbackTasks {
  /** Wakes whoever waits for a task that a callback has ended since the last look. */
  look(): Promise<void>;
}

const endedPerLook = 1_000;

export function createWaitingTasks(tokens: TaskTokens): WaitingTasks {
  const waiting = new Map<string, () => void>();
  let cursor = 0;
  return {
    open: (task) => tokens.open(task),
    read: (token) => tokens.read(token),
    expire: (token, why) => tokens.expire(token, why),
    close: (token) => tokens.close(token),
    changed(token, signal) {
      return new Promise((resolve) => {
        const wake = () => {
          waiting.delete(token);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        waiting.set(token, wake);
        signal.addEventListener("abort", wake);
        if (signal.aborted) wake();
      });
    },
    async look() {
      for (;;) {
        const ended = await tokens.endedAfter(cursor, endedPerLook);
        for (const each of ended) {
          cursor = each.cursor;
          waiting.get(each.token)?.();
        }
        if (ended.length < endedPerLook) return;
      }
    },
  };
}
