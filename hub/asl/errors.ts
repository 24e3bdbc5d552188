/** Error Names that the States Language reserves and this interpreter can report (specification, appendix A, and the AWS developer guide). */
export const ERROR = {
  all: "States.ALL",
  dataLimitExceeded: "States.DataLimitExceeded",
  exceedToleratedFailureThreshold: "States.ExceedToleratedFailureThreshold",
  heartbeatTimeout: "States.HeartbeatTimeout",
  noChoiceMatched: "States.NoChoiceMatched",
  queryEvaluationError: "States.QueryEvaluationError",
  runtime: "States.Runtime",
  taskFailed: "States.TaskFailed",
  timeout: "States.Timeout",
} as const;

/** An error that a state reports: what Retry and Catch match on, and what a failed execution answers. */
export class StateError extends Error {
  override readonly name = "StateError";
  /** The Error Name, such as "States.Timeout" or the name of the error that a function threw. */
  readonly error: string;
  /** Human-readable text, or for a function the JSON text of its error. */
  readonly causeText: string;

  constructor(error: string, causeText: string) {
    super(`${error}: ${causeText}`);
    this.error = error;
    this.causeText = causeText;
  }
}

/** A machine file that cannot be run. `problems` names each of them with the path of its field. */
export class InvalidMachine extends Error {
  override readonly name = "InvalidMachine";
  readonly problems: readonly string[];

  constructor(machine: string, problems: readonly string[]) {
    super(`the state machine ${machine} cannot be run:\n${problems.map((problem) => `- ${problem}`).join("\n")}`);
    this.problems = problems;
  }
}

/**
 * Whether an "ErrorEquals" list matches an Error Name. States.Runtime "will always cause the execution to fail", so nothing matches it;
 * States.ALL does not reach States.DataLimitExceeded; States.TaskFailed "acts as a wildcard that matches any known error name except for
 * States.Timeout"; a missed heartbeat is a time-out (AWS developer guide, "Handling errors in Step Functions workflows").
 */
export function errorEquals(names: readonly string[], error: string): boolean {
  if (error === ERROR.runtime) return false;
  return names.some((name) => {
    switch (name) {
      case error:
        return true;
      case ERROR.all:
        return error !== ERROR.dataLimitExceeded;
      case ERROR.taskFailed:
        return error !== ERROR.timeout && error !== ERROR.heartbeatTimeout;
      case ERROR.timeout:
        return error === ERROR.heartbeatTimeout;
      default:
        return false;
    }
  });
}
