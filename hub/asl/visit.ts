import type { CallbackTasks } from "./callback-tasks.ts";
import type { Cancellation } from "./cancellation.ts";
import { ERROR, StateError } from "./errors.ts";
import { type Bindings, NOT_PLAIN } from "./expression.ts";
import { type ExpressionHost, HOST_BINDING } from "./expression-functions.ts";
import type { Chain, History } from "./history.ts";
import type { Integration } from "./integration.ts";
import type { Assignments, Flow } from "./machine.ts";
import { payloadText, VARIABLES_BYTES_MAX } from "./payload.ts";
import type { Template } from "./template.ts";
import type { Sleep } from "./time.ts";

/** Variables of a scope and of the scopes around it. Never changed: an assignment makes a new record. */
export type Variables = Readonly<Record<string, unknown>>;

/** What an expression sees as $states.context.Map inside a Map. */
export interface MapItem {
  readonly Item: { readonly Index: number; readonly Value: unknown };
}

export interface Host extends ExpressionHost {
  readonly sleep: Sleep;
  readonly region: string;
  readonly integrations: Readonly<Record<string, Integration>>;
  readonly tasks: CallbackTasks;
  invoke(functionName: string, payload: unknown): Promise<unknown>;
}

/** What an execution is doing: one that only rests need take no place among those at work. */
export class Activity {
  /** Calls that were made and have not answered. */
  effects = 0;
  /** Tokens, jobs and points in time that are waited for. */
  waits = 0;
  /** Told, before a Wait state begins to wait, until when it does: milliseconds since 1970. */
  readonly onRest: (until: number) => Promise<void>;

  constructor(onRest: (until: number) => Promise<void> = async () => {}) {
    this.onRest = onRest;
  }

  get resting(): boolean {
    return this.waits > 0 && this.effects === 0;
  }
}

/** One run of a machine: what all its states share. */
export interface Execution {
  readonly host: Host;
  readonly machine: string;
  readonly name: string;
  /** The members of the Context Object that do not change. */
  readonly context: { readonly Execution: object; readonly StateMachine: object };
  readonly history: History;
  readonly activity: Activity;
  /** Bytes of each variable, by the record that holds it. */
  readonly sizes: WeakMap<Variables, Readonly<Record<string, number>>>;
  /** Counts an attempt of a state; throws States.Runtime above a bound. */
  countTransition(): void;
  /** Runs a flow to its end: the output of its terminal state. Throws StateError. */
  runFlow(flow: Flow, input: unknown, variables: Variables, scope: FlowScope): Promise<unknown>;
}

/** Where a flow runs: the whole execution, a branch of a Parallel, or an iteration of a Map. */
export interface FlowScope {
  readonly cancellation: Cancellation;
  readonly chain: Chain;
  /** What the places of its events begin with: "" for the execution, "Each#1.0[2]/" for an iteration. */
  readonly prefix: string;
  readonly mapItem?: MapItem;
}

/** One attempt of a state: everything that its expressions and effects need. */
export interface Visit {
  readonly execution: Execution;
  readonly cancellation: Cancellation;
  readonly chain: Chain;
  readonly stateName: string;
  /** The place of the attempt: "Each#1.0[2]/Send#1.0". */
  readonly place: string;
  readonly enteredEventId: number;
  readonly enteredTime: string;
  readonly input: unknown;
  /** As they were when the state was entered. */
  readonly variables: Variables;
  /** $states.context */
  readonly context: Readonly<Record<string, unknown>>;
}

/** What a state leaves behind: its output, what it assigned, and which state comes after it (absent: the flow ends). */
export interface StateOutcome {
  readonly output: unknown;
  readonly assigned: Readonly<Record<string, unknown>> | undefined;
  readonly next: string | undefined;
}

/** What expressions of a field see: variables as they were on entry, and $states with the members that the field has. */
export function bindings(visit: Visit, members?: { readonly result?: unknown; readonly errorOutput?: unknown }): Bindings {
  return {
    ...visit.variables,
    states: { input: visit.input, context: visit.context, ...members },
    [HOST_BINDING]: visit.execution.host,
  };
}

/** The value of a compiled field. Throws StateError with States.QueryEvaluationError. */
export async function evaluate(template: Template, scope: Bindings, visit: Visit): Promise<unknown> {
  switch (template.kind) {
    case "constant":
      return template.value;
    case "expression":
      return evaluateExpression(template, scope, visit);
    case "array": {
      const items: unknown[] = [];
      for (const item of template.items) items.push(await evaluate(item, scope, visit));
      return items;
    }
    case "object": {
      const entries: [string, unknown][] = [];
      for (const [key, member] of template.members) entries.push([key, await evaluate(member, scope, visit)]);
      return Object.fromEntries(entries);
    }
  }
}

async function evaluateExpression(template: Template & { kind: "expression" }, scope: Bindings, visit: Visit): Promise<unknown> {
  const { expression } = template;
  let value = expression.read(scope);
  if (value === NOT_PLAIN) {
    try {
      value = await expression.evaluate(scope);
    } catch (error) {
      throw queryError(template, visit, `threw an error during evaluation. ${describe(error)}`);
    }
  }
  if (value === undefined) throw queryError(template, visit, "returned nothing (undefined).");
  return value;
}

/** The code and message of a jsonata error, without the value that the message may quote: it may be anybody's data. */
function describe(error: unknown): string {
  const { code, message = "", value } = error as { code?: string; message?: string; value?: unknown };
  const quoted = value === undefined ? undefined : JSON.stringify(value);
  const text = quoted === undefined ? message : message.replaceAll(quoted, "(a value)");
  return code === undefined ? text : `${code}: ${text}`;
}

/** States.QueryEvaluationError about one field of a state. */
function queryError(template: Template, visit: Visit, what: string): StateError {
  const expression = template.kind === "expression";
  const subject = expression
    ? `The JSONata expression '${template.expression.text}' specified for the field '${template.field}'`
    : "The value of a field";
  const cause = `${executing(visit)} ${subject} ${what}`;
  return new StateError(ERROR.queryEvaluationError, cause, { location: expression ? template.field : "" });
}

/** How AWS begins the cause of a failure that is not a task's own. */
function executing({ stateName, enteredEventId }: Visit): string {
  return `An error occurred while executing the state '${stateName}' (entered at the event id #${enteredEventId}).`;
}

/** A failure that nothing catches. */
export function runtimeError(visit: Visit, what: string): StateError {
  return new StateError(ERROR.runtime, `${executing(visit)} ${what}`);
}

/** What a field takes: a JSON type, and perhaps a rule about its values. */
export interface FieldType<T> {
  readonly type: "array" | "boolean" | "number" | "string";
  /** What the value must be, for the cause: "a positive integer". */
  readonly what: string;
  fits(value: unknown): value is T;
}

const isInteger = (value: unknown): value is number => Number.isInteger(value);

export const BOOLEAN: FieldType<boolean> = { type: "boolean", what: "a boolean", fits: (value) => typeof value === "boolean" };
export const TEXT: FieldType<string> = { type: "string", what: "a string", fits: (value) => typeof value === "string" };
export const ARRAY: FieldType<readonly unknown[]> = { type: "array", what: "an array", fits: (value) => Array.isArray(value) };
export const POSITIVE: FieldType<number> = {
  type: "number",
  what: "a positive integer",
  fits: (value): value is number => isInteger(value) && value > 0,
};
export const NON_NEGATIVE: FieldType<number> = {
  type: "number",
  what: "a non-negative integer",
  fits: (value): value is number => isInteger(value) && value >= 0,
};

/** The value of a field that takes one type only; anything else is a States.QueryEvaluationError. */
export async function evaluateTo<T>(template: Template, scope: Bindings, visit: Visit, field: FieldType<T>): Promise<T> {
  const value = await evaluate(template, scope, visit);
  if (field.fits(value)) return value;
  const actual = Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
  // AWS quotes the value here; it may be anybody's data.
  if (actual !== field.type) {
    throw queryError(template, visit, `returned an unexpected result type. Expected '${field.type}', but was '${actual}'.`);
  }
  throw queryError(template, visit, `returned a ${field.type} that is not ${field.what}.`);
}

/**
 * The output and the new variables of a state, a choice rule or a catcher. All expressions see the variables as they were on entry.
 * What a template builds is held to the payload quota.
 */
export async function conclude(
  outcome: { readonly assign?: Assignments; readonly output?: Template },
  fallback: unknown,
  scope: Bindings,
  visit: Visit,
): Promise<{ output: unknown; assigned: Readonly<Record<string, unknown>> | undefined }> {
  const assigned = outcome.assign === undefined ? undefined : await assign(outcome.assign, scope, visit);
  if (outcome.output === undefined) return { output: fallback, assigned };
  const output = await evaluate(outcome.output, scope, visit);
  if (!isPartOfCounted(outcome.output, output, scope, visit)) payloadText(output, visit.stateName);
  return { output, assigned };
}

/** A plain path gives a part of an input, result or variable, which were counted when they arose. */
function isPartOfCounted(template: Template, value: unknown, scope: Bindings, visit: Visit): boolean {
  return (
    template.kind === "expression" && template.expression.read(scope) !== NOT_PLAIN && value !== scope.states && value !== visit.context
  );
}

async function assign(assignments: Assignments, scope: Bindings, visit: Visit): Promise<Readonly<Record<string, unknown>>> {
  const assigned: Record<string, unknown> = {};
  for (const [name, template] of assignments) assigned[name] = await evaluate(template, scope, visit);
  payloadText(assigned, visit.stateName);
  const { execution, variables } = visit;
  const bytes = Object.values(sizesWith(execution, variables, assigned)).reduce((sum, size) => sum + size, 0);
  if (bytes > VARIABLES_BYTES_MAX) {
    const cause = `${executing(visit)} The variables have a total size exceeding the maximum of ${VARIABLES_BYTES_MAX} bytes.`;
    throw new StateError(ERROR.dataLimitExceeded, cause, { terminal: true });
  }
  return assigned;
}

/** The variables after an assignment. */
export function withAssigned(execution: Execution, variables: Variables, assigned: StateOutcome["assigned"]): Variables {
  if (assigned === undefined) return variables;
  const after = { ...variables, ...assigned };
  execution.sizes.set(after, sizesWith(execution, variables, assigned));
  return after;
}

function sizesWith(execution: Execution, variables: Variables, assigned: Readonly<Record<string, unknown>>): Record<string, number> {
  const sizes = { ...execution.sizes.get(variables) };
  for (const [name, value] of Object.entries(assigned)) sizes[name] = Buffer.byteLength(JSON.stringify(value) ?? "null");
  return sizes;
}
