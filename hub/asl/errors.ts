/** Error Names that the States Language reserves and this interpreter can report (specification, appendix A, and the AWS developer guide). */
export const ERROR = {
  all: "States.ALL",
  dataLimitExceeded: "States.DataLimitExceeded",
  heartbeatTimeout: "States.HeartbeatTimeout",
  queryEvaluationError: "States.QueryEvaluationError",
  runtime: "States.Runtime",
  taskFailed: "States.TaskFailed",
  timeout: "States.Timeout",
} as const;

/** What is known of an error beside its name and cause. */
interface ErrorTraits {
  /** A time-out because of a missed heartbeat: AWS reports it as States.Timeout, and lets States.HeartbeatTimeout match it. */
  readonly heartbeat?: boolean;
  /** States.ALL does not reach it. */
  readonly terminal?: boolean;
  /** The field whose expression failed, such as "Output/total": recorded as EvaluationFailed. */
  readonly location?: string;
}

/** An error that a state reports: what Retry and Catch match on, and what a failed execution answers. */
export class StateError extends Error {
  override readonly name = "StateError";
  /** The Error Name, such as "States.Timeout" or the name of the error that a function threw; "" when a Fail state gives none. */
  readonly error: string;
  /** Human-readable text, or for a function the JSON text of its error; "" when there is none, as for a time-out. */
  readonly causeText: string;
  readonly traits: ErrorTraits;
  /** Whether its EvaluationFailed is on record: the states around the one that failed do not record it again. */
  evaluationRecorded = false;

  constructor(error: string, causeText: string, traits: ErrorTraits = {}) {
    super(`${error}: ${causeText}`);
    this.error = error;
    this.causeText = causeText;
    this.traits = traits;
  }
}

/** The failure of an integration, under the name that AWS gives it ("SQS.QueueDoesNotExistException"). Thrown by the host's integrations. */
export class TaskError extends Error {
  override readonly name = "TaskError";
  readonly error: string;

  constructor(error: string, cause: string) {
    super(cause);
    this.error = error;
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
 * Whether an "ErrorEquals" list matches an error. States.Runtime "will always cause the execution to fail", so nothing matches it;
 * States.ALL does not reach what is terminal; States.TaskFailed "acts as a wildcard that matches any known error name except for
 * States.Timeout" (AWS developer guide, "Handling errors in Step Functions workflows").
 */
export function errorEquals(names: readonly string[], { error, traits }: StateError): boolean {
  if (error === ERROR.runtime) return false;
  return names.some((name) => {
    switch (name) {
      case error:
        return true;
      case ERROR.all:
        return traits.terminal !== true;
      case ERROR.taskFailed:
        return error !== ERROR.timeout;
      case ERROR.heartbeatTimeout:
        return traits.heartbeat === true;
      default:
        return false;
    }
  });
}
