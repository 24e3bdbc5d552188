/** Who asks for an integration's action. */
export interface IntegrationCaller {
  readonly machine: string;
  /** The execution's name. */
  readonly execution: string;
  /** Names this attempt within the execution, and is the same when a crash makes it ask again: ids of effects are derived from it. */
  readonly place: string;
  /** A crash came between asking and recording the answer, so the effect may have happened. */
  readonly again: boolean;
}

/**
 * An action of a service, as the host runs it. A failure is thrown as TaskError, under the name that AWS gives it. Arguments and answers are
 * plain JSON data.
 */
export interface Integration {
  call(args: Readonly<Record<string, unknown>>, caller: IntegrationCaller): Promise<unknown>;
  /** For ".sync": answers when the job that `call` answered for has ended, with its description, whether it went well or not. */
  ended?(submitted: unknown, signal: AbortSignal): Promise<EndedJob>;
}

/** The description of a job that ended: the members that AWS's DescribeExecution has. */
export interface EndedJob {
  readonly Status: "SUCCEEDED" | "FAILED" | "TIMED_OUT";
  /** JSON values, given as text to ".sync" and as they are to ".sync:2". */
  readonly Input: unknown;
  readonly Output?: unknown;
  readonly [member: string]: unknown;
}
