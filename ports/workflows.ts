export type WorkflowAnswer =
  | { readonly status: "succeeded"; readonly output: unknown }
  | { readonly status: "failed" | "timed-out"; readonly error: string; readonly cause: string };

export interface Workflows {
  /** Runs an Express machine to its end. A failed execution is an answer, not a thrown error. */
  runSynchronously(machine: string, input: unknown): Promise<WorkflowAnswer>;
  /** Starts a Standard machine under a deterministic name: a name that was used before is "already-started". */
  start(machine: string, name: string, input: unknown): Promise<"started" | "already-started">;
}

/**
 * What became of a callback. A task ends once: "too-late" is one that has ended before, by an earlier callback, a time-out, or the end of its
 * execution (TaskTimedOut on AWS), and the callback changed nothing. "unknown-token" was never given out here (InvalidToken, TaskDoesNotExist).
 */
export type CallbackAnswer = "accepted" | "too-late" | "unknown-token";

/**
 * Answers for tasks of Standard machines that wait under a task token. Each call is one durable effect. The same callback sent twice is
 * "accepted" once: whoever is not sure that the first one arrived sends it again, and takes "too-late" for an answer.
 */
export interface TaskCallbacks {
  /** `output` is the task's result: JSON, at most 262,144 bytes. Throws Invalid above that. */
  completeTask(token: string, output: unknown): Promise<CallbackAnswer>;
  /** `error` is the Error Name that Retry and Catch match on (at most 256 characters), `cause` its text (at most 32,768). */
  failTask(token: string, error: string, cause: string): Promise<CallbackAnswer>;
  /** Says that the task is being worked on: its HeartbeatSeconds count from now. */
  heartbeatTask(token: string): Promise<CallbackAnswer>;
}
