import { ERROR, StateError } from "./errors.ts";
import { dataDetails, failureDetails, type RecordedEvent } from "./history.ts";
import { eventNames, type Resource } from "./resources.ts";
import type { TaskRequest } from "./run-task.ts";
import type { Visit } from "./visit.ts";

/** How an attempt of a Task ended, as it is on record. */
export type RecordedEnd = { readonly id: number; readonly timestamp: string } & (
  | { readonly kind: "succeeded"; readonly output: unknown }
  | { readonly kind: "failed"; readonly error: StateError }
);

/** The events of one attempt of a Task: a function called by itself has names of its own on AWS. */
export class TaskEvents {
  readonly #resource: Resource;
  readonly #visit: Visit;
  readonly #family: "LambdaFunction" | "Task";
  /** What every event of a service integration names. */
  readonly #names: Readonly<Record<string, unknown>>;
  #startedAt: string | undefined;

  constructor(resource: Resource, visit: Visit) {
    this.#resource = resource;
    this.#visit = visit;
    this.#family = resource.kind === "function" ? "LambdaFunction" : "Task";
    this.#names = resource.kind === "function" ? {} : eventNames(resource);
  }

  /** How the attempt ended before a crash; undefined when it had not. */
  ended(): RecordedEnd | undefined {
    const succeeded = this.#find("Succeeded");
    if (succeeded !== undefined) {
      const { id, timestamp } = succeeded;
      return { id, timestamp, kind: "succeeded", output: JSON.parse(String(succeeded.details?.output)) };
    }
    const failed = this.#find("Failed") ?? this.#find("TimedOut");
    if (failed === undefined) return undefined;
    const { error = "", cause = "" } = failed.details as { error?: string; cause?: string };
    const traits = failed.memo as StateError["traits"] | undefined;
    return { id: failed.id, timestamp: failed.timestamp, kind: "failed", error: new StateError(error, cause, traits) };
  }

  /** The request as it went out before a crash. */
  scheduled(): Omit<TaskRequest, "token"> | undefined {
    const details = this.#find("Scheduled")?.details as
      | { parameters?: string; input?: string; timeoutInSeconds?: number; heartbeatInSeconds?: number }
      | undefined;
    if (details === undefined) return undefined;
    return {
      args: JSON.parse(String(details.parameters ?? details.input)),
      timeoutSeconds: details.timeoutInSeconds,
      heartbeatSeconds: details.heartbeatInSeconds,
    };
  }

  wasScheduled(): boolean {
    return this.#find("Scheduled") !== undefined;
  }

  schedule({ args, timeoutSeconds, heartbeatSeconds }: TaskRequest): void {
    const resource = this.#resource;
    this.#publish("Scheduled", () => ({
      ...(resource.kind === "function"
        ? { ...dataDetails("input", args), resource: resource.resource }
        : { parameters: JSON.stringify(args), region: this.#visit.execution.host.region }),
      ...this.#names,
      ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
      ...(heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds }),
    }));
    this.#publish("Started", resource.kind === "function" ? undefined : () => this.#names);
    this.#startedAt = this.#visit.chain.lastAt;
  }

  /** When the attempt was started: just now, or before a crash. */
  startedAt(): string {
    return this.#startedAt ?? this.#visit.execution.host.now();
  }

  /** What the call answered that started a job or handed out a token, if that was before a crash. */
  submitted(): { readonly output: unknown } | undefined {
    const found = this.#find("Submitted");
    return found && { output: JSON.parse(String(found.details?.output)) };
  }

  submit(output: unknown): void {
    this.#publish("Submitted", () => ({ ...dataDetails("output", output), ...this.#names }));
  }

  succeed(output: unknown): void {
    this.#publish("Succeeded", () => ({ ...dataDetails("output", output), ...this.#names }));
  }

  fail(error: StateError): void {
    if (error.error === ERROR.runtime) return;
    const { execution, chain, place } = this.#visit;
    const type = error.error === ERROR.timeout && error.causeText === "" ? "TimedOut" : "Failed";
    execution.history.publish(chain, {
      type: `${this.#family}${type}`,
      place,
      details: () => ({ ...failureDetails(error), ...this.#names }),
      memo: () => (Object.keys(error.traits).length > 0 ? error.traits : undefined),
    });
  }

  #find(suffix: string): RecordedEvent | undefined {
    return this.#visit.execution.history.find(`${this.#family}${suffix}`, this.#visit.place);
  }

  #publish(suffix: string, details?: () => Readonly<Record<string, unknown>>): void {
    const { execution, chain, place } = this.#visit;
    execution.history.publish(chain, { type: `${this.#family}${suffix}`, place, ...(details === undefined ? {} : { details }) });
  }
}
