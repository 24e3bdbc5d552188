import type { Resource } from "./resources.ts";
import type { Template } from "./template.ts";

export type MachineType = "STANDARD" | "EXPRESS";

/** A machine file, checked and compiled. */
export interface Machine {
  readonly name: string;
  readonly type: MachineType;
  readonly flow: Flow;
  readonly timeoutSeconds?: number;
}

/** The states of a machine, of a Map's ItemProcessor or of a branch of a Parallel: one scope of variables. */
export interface Flow {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

/** Variable name → value. */
export type Assignments = readonly (readonly [string, Template])[];

interface Outcome {
  readonly assign?: Assignments;
  readonly output?: Template;
}

interface Transition {
  /** Absent: the state ends its flow. */
  readonly next?: string;
}

export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds?: number;
  readonly jitter: "FULL" | "NONE";
}

export interface Catcher extends Outcome {
  readonly errorEquals: readonly string[];
  readonly next: string;
}

/** What Task, Map and Parallel have in common: they can fail, and have a result. */
interface Fallible extends Outcome, Transition {
  readonly name: string;
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

export interface TaskState extends Fallible {
  readonly type: "Task";
  readonly resource: Resource;
  readonly arguments?: Template;
  readonly timeoutSeconds?: Template;
  /** Only where a task token is waited for. */
  readonly heartbeatSeconds?: Template;
}

export interface MapState extends Fallible {
  readonly type: "Map";
  readonly items?: Template;
  readonly itemSelector?: Template;
  readonly maxConcurrency?: Template;
  readonly flow: Flow;
}

export interface ParallelState extends Fallible {
  readonly type: "Parallel";
  readonly arguments?: Template;
  readonly branches: readonly Flow[];
}

/** The states that run branches. */
export type BranchingState = MapState | ParallelState;

export interface ChoiceRule extends Outcome {
  readonly condition: Template;
  readonly next: string;
}

export interface ChoiceState extends Outcome {
  readonly type: "Choice";
  readonly name: string;
  readonly choices: readonly ChoiceRule[];
  readonly default?: string;
}

export interface PassState extends Outcome, Transition {
  readonly type: "Pass";
  readonly name: string;
}

export interface WaitState extends Outcome, Transition {
  readonly type: "Wait";
  readonly name: string;
  readonly until: { readonly kind: "seconds" | "timestamp"; readonly template: Template };
}

export interface SucceedState {
  readonly type: "Succeed";
  readonly name: string;
  readonly output?: Template;
}

export interface FailState {
  readonly type: "Fail";
  readonly name: string;
  readonly error?: Template;
  readonly causeText?: Template;
}

export type State = TaskState | MapState | ParallelState | ChoiceState | PassState | WaitState | SucceedState | FailState;
