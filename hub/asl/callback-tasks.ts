/** How a task stands that was handed out under a token. Its first end stays. */
export type CallbackTask =
  | { readonly status: "waiting" /** ISO 8601; absent before the first heartbeat. */; readonly lastHeartbeatAt?: string }
  | { readonly status: "succeeded"; readonly output: unknown }
  | { readonly status: "failed"; readonly error: string; readonly cause: string }
  | { readonly status: "timed-out"; readonly why: TimeOut }
  /** Nobody waits for it any more. */
  | { readonly status: "closed" };

export type TimeOut = "timeout" | "heartbeat";

/** Where tasks that wait for a callback are kept. Every answer is durable, so that a token outlives the process that handed it out. */
export interface CallbackTasks {
  /** Opens the task of an attempt and answers its token: the same one however often it is asked. */
  open(task: { readonly machine: string; readonly execution: string; readonly place: string }): Promise<string>;
  read(token: string): Promise<CallbackTask>;
  /** Ends a task that still waits. False when it does not: somebody was quicker. */
  expire(token: string, why: TimeOut): Promise<boolean>;
  /** Ends a task that still waits and that nobody waits for any more. */
  close(token: string): Promise<void>;
  /** Resolves when the task may have ended (it is read again then), or when the signal aborts. */
  changed(token: string, signal: AbortSignal): Promise<void>;
}
