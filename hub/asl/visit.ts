import type { Cancellation } from "./cancellation.ts";
import { ERROR, StateError } from "./errors.ts";
import { type Bindings, NOT_PLAIN } from "./expression.ts";
import { type ExpressionHost, HOST_BINDING } from "./expression-functions.ts";
import type { Assignments, Flow } from "./machine.ts";
import { payloadText } from "./payload.ts";
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
  invoke(functionName: string, payload: unknown): Promise<unknown>;
}

/** One run of a machine: what all its states share. */
export interface Execution {
  readonly host: Host;
  /** The members of the Context Object that do not change. */
  readonly context: { readonly Execution: object; readonly StateMachine: object };
  /** Counts an attempt of a state; throws States.Runtime above the bound. */
  countTransition(): void;
  /** Runs a flow to its end: the output of its terminal state. Throws StateError. */
  runFlow(flow: Flow, input: unknown, variables: Variables, cancellation: Cancellation, mapItem?: MapItem): Promise<unknown>;
}

/** One state being executed: everything that its expressions and effects need. */
export interface Visit {
  readonly execution: Execution;
  readonly cancellation: Cancellation;
  readonly stateName: string;
  readonly input: unknown;
  /** As they were when the state was entered. */
  readonly variables: Variables;
  /** $states.context */
  readonly context: Readonly<Record<string, unknown>>;
}

/** What a state leaves behind: its output, the variables for the states after it, and which state that is (absent: the flow ends). */
export interface StateOutcome {
  readonly output: unknown;
  readonly variables: Variables;
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
      throw queryError(template, visit, `threw an error during evaluation: ${describe(error)}`);
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
  const subject =
    template.kind === "expression"
      ? `The JSONata expression '${template.expression.text}' specified for the field '${template.field}'`
      : "The value of a field";
  return new StateError(ERROR.queryEvaluationError, `An error occurred while executing the state '${visit.stateName}'. ${subject} ${what}`);
}

/** The value of a field that must have a certain type; anything else is a States.QueryEvaluationError. */
export async function evaluateTo<T>(
  template: Template,
  scope: Bindings,
  visit: Visit,
  expected: string,
  fits: (value: unknown) => value is T,
): Promise<T> {
  const value = await evaluate(template, scope, visit);
  if (fits(value)) return value;
  const actual = Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
  throw queryError(template, visit, `returned an unexpected result. Expected ${expected}, but was ${actual}.`);
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
): Promise<{ output: unknown; variables: Variables }> {
  const variables = outcome.assign === undefined ? visit.variables : await assign(outcome.assign, scope, visit);
  if (outcome.output === undefined) return { output: fallback, variables };
  const output = await evaluate(outcome.output, scope, visit);
  if (!isPartOfCounted(outcome.output, output, scope, visit)) payloadText(output, `the output of the state '${visit.stateName}'`);
  return { output, variables };
}

/** Constants come from the machine file; a plain path gives a part of an input, result or variable, which were counted when they arose. */
function isPartOfCounted(template: Template, value: unknown, scope: Bindings, visit: Visit): boolean {
  if (template.kind === "constant") return true;
  return (
    template.kind === "expression" && template.expression.read(scope) !== NOT_PLAIN && value !== scope.states && value !== visit.context
  );
}

async function assign(assignments: Assignments, scope: Bindings, visit: Visit): Promise<Variables> {
  const assigned: Record<string, unknown> = {};
  for (const [name, template] of assignments) assigned[name] = await evaluate(template, scope, visit);
  payloadText(assigned, `what the state '${visit.stateName}' assigns`);
  return { ...visit.variables, ...assigned };
}
