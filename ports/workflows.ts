export type WorkflowAnswer =
  | { readonly status: "succeeded"; readonly output: unknown }
  | { readonly status: "failed" | "timed-out"; readonly error: string; readonly cause: string };

export interface Workflows {
  /** Runs an Express machine to its end. A failed execution is an answer, not a thrown error. */
  runSynchronously(machine: string, input: unknown): Promise<WorkflowAnswer>;
  /** Starts a Standard machine under a deterministic name: a name that was used before is "already-started". */
  start(machine: string, name: string, input: unknown): Promise<"started" | "already-started">;
}
