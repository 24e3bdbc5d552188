import type { Template } from "./template.ts";

/** A machine file, checked and compiled. */
export interface Machine {
  readonly name: string;
  readonly flow: Flow;
  readonly timeoutSeconds?: number;
}

/** The states of a machine, or of a Map's ItemProcessor: one scope of variables. */
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

/** What Task and Map have in common: they can fail, and have a result. */
interface Fallible extends Outcome, Transition {
  readonly name: string;
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

/** How the resource of a Task is called. */
export type Resource =
  /** `arn:aws:states:::lambda:invoke`: Arguments name the function; the result is an envelope around the payload. */
  | { readonly kind: "lambda-invoke" }
  /** A function itself: Arguments are its payload, its answer is the result. */
  | { readonly kind: "function"; readonly functionName: string };

export interface TaskState extends Fallible {
  readonly type: "Task";
  readonly resource: Resource;
  readonly arguments?: Template;
  readonly timeoutSeconds?: Template;
}

export interface MapState extends Fallible {
  readonly type: "Map";
  readonly items?: Template;
  readonly itemSelector?: Template;
  readonly maxConcurrency?: Template;
  readonly toleratedFailureCount?: Template;
  readonly toleratedFailurePercentage?: Template;
  readonly flow: Flow;
}

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

export type State = TaskState | MapState | ChoiceState | PassState | WaitState | SucceedState | FailState;
