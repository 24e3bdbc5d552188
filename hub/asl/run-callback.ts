import type { TimeOut } from "./callback-tasks.ts";
import { Cancelled } from "./cancellation.ts";
import { ERROR, StateError } from "./errors.ts";
import { LET_GO } from "./time.ts";
import type { Visit } from "./visit.ts";

/** Until when a callback is waited for. */
export interface CallbackLimits {
  /** ISO 8601: both limits count from here. */
  readonly startedAt: string;
  readonly timeoutSeconds: number | undefined;
  /** The longest gap between two heartbeats. */
  readonly heartbeatSeconds: number | undefined;
}

/** What whoever holds the token answers. Throws StateError for a failure that was sent, and for a time-out. */
export async function awaitCallback(token: string, limits: CallbackLimits, visit: Visit): Promise<unknown> {
  const { tasks, now } = visit.execution.host;
  const { cancellation } = visit;
  visit.execution.activity.waits += 1;
  try {
    for (;;) {
      const task = await tasks.read(token);
      if (cancellation.cancelled) throw new Cancelled();
      switch (task.status) {
        case "succeeded":
          return task.output;
        case "failed":
          throw new StateError(task.error, task.cause);
        case "timed-out":
          throw timeOut(task.why);
        // "closed": the branch was cut before a crash, and is about to be cut again; if it is not, the limit holds.
        case "closed":
        case "waiting": {
          const limit = nextLimit(limits, task.status === "waiting" ? task.lastHeartbeatAt : undefined);
          const remaining = limit === undefined ? undefined : limit.at - Date.parse(now());
          if (limit !== undefined && remaining !== undefined && remaining <= 0) {
            if ((await tasks.expire(token, limit.why)) || task.status === "closed") throw timeOut(limit.why);
          } else await changeOrLimit(token, remaining, visit);
        }
      }
    }
  } finally {
    visit.execution.activity.waits -= 1;
  }
}

/** AWS reports a missed heartbeat as States.Timeout, too, and gives no cause. */
function timeOut(why: TimeOut): StateError {
  return new StateError(ERROR.timeout, "", { heartbeat: why === "heartbeat" });
}

/** Which limit strikes first, and when (milliseconds since 1970). */
function nextLimit(
  { startedAt, timeoutSeconds, heartbeatSeconds }: CallbackLimits,
  lastHeartbeatAt = startedAt,
): { readonly at: number; readonly why: TimeOut } | undefined {
  const timeout = timeoutSeconds && { at: Date.parse(startedAt) + timeoutSeconds * 1000, why: "timeout" as const };
  const heartbeat = heartbeatSeconds && { at: Date.parse(lastHeartbeatAt) + heartbeatSeconds * 1000, why: "heartbeat" as const };
  if (!timeout) return heartbeat || undefined;
  return heartbeat && heartbeat.at < timeout.at ? heartbeat : timeout;
}

/** Waits until the task has changed, the limit strikes, or the branch is cut. */
async function changeOrLimit(token: string, remaining: number | undefined, visit: Visit): Promise<void> {
  const { tasks, sleep } = visit.execution.host;
  const waiting = new AbortController();
  const forget = visit.cancellation.onCancel(() => waiting.abort(LET_GO));
  try {
    const change = tasks.changed(token, waiting.signal);
    await (remaining === undefined ? change : Promise.race([change, sleep(remaining, waiting.signal)]));
  } catch (error) {
    if (!visit.cancellation.cancelled) throw error;
  } finally {
    waiting.abort(LET_GO);
    forget();
  }
  if (visit.cancellation.cancelled) throw new Cancelled();
}
