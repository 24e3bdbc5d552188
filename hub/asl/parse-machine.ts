import { InvalidMachine } from "./errors.ts";
import type { Flow, Machine, MachineType, State } from "./machine.ts";
import { parseState } from "./parse-state.ts";
import { substitute } from "./placeholders.ts";
import { Problems } from "./problems.ts";
import { KNOWN_ACTIONS } from "./resources.ts";
import { BRANCH_FIELDS, ITEM_PROCESSOR_FIELDS, MACHINE_FIELDS } from "./state-fields.ts";

/** The longest name of a state, in Unicode characters (specification, "States"). */
const STATE_NAME_LENGTH_MAX = 80;

export interface ParseOptions {
  /** The file's name without `.asl.json`, such as "post-transactions". */
  readonly name: string;
  /** Default: STANDARD. An Express machine waits for no job and no token. */
  readonly type?: MachineType;
  /** Actions of services that the host runs, such as "sqs:sendMessage"; others are refused. Default: every one that is known. */
  readonly actions?: readonly string[];
  /** Placeholder → function name or ARN: `{ DecidePostingsArn: "decide-postings" }`. */
  readonly substitutions: Readonly<Record<string, string>>;
}

/**
 * Reads a machine file: JSON text in the Amazon States Language with the query language JSONata. Everything is checked and every
 * expression compiled here, once. Throws InvalidMachine, which names every problem with its place.
 */
export function parseMachine(text: string, options: ParseOptions): Machine {
  const { name, type = "STANDARD", actions = KNOWN_ACTIONS, substitutions } = options;
  const problems = new Problems();
  const definition = readJson(text, name);
  const bound = bindPlaceholders(definition, substitutions, problems);
  const fields = problems.object(bound, "the machine");
  problems.unknownFields(fields, MACHINE_FIELDS, "the machine");
  if (fields.QueryLanguage !== "JSONata") problems.add('the machine: QueryLanguage must be "JSONata"');
  if (fields.Version !== undefined && fields.Version !== "1.0") problems.add('the machine: Version must be "1.0"');
  const timeoutSeconds = problems.positiveInteger(fields.TimeoutSeconds, "the machine: TimeoutSeconds");
  const scope: ParseScope = { problems, machineType: type, actions, stateNames: new Set(), outerVariables: new Set() };
  const flow = parseFlow(fields, "the machine", scope);
  if (problems.sentences.length > 0) throw new InvalidMachine(name, problems.sentences);
  return { name, type, flow, ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }) };
}

/** What the whole machine has in common while it is parsed, and the variables that belong to scopes further out. */
interface ParseScope {
  readonly problems: Problems;
  readonly machineType: MachineType;
  readonly actions: readonly string[];
  readonly stateNames: Set<string>;
  readonly outerVariables: ReadonlySet<string>;
}

/** The "States" and "StartAt" of a machine, of an ItemProcessor or of a branch. */
function parseFlow(fields: Readonly<Record<string, unknown>>, where: string, scope: ParseScope): Flow {
  const { problems, stateNames, outerVariables } = scope;
  const definitions = problems.object(fields.States, `${where}: States`);
  const names = Object.keys(definitions);
  if (names.length === 0) problems.add(`${where}: States has no state`);
  const startAt = fields.StartAt;
  if (typeof startAt !== "string" || !Object.hasOwn(definitions, startAt)) {
    problems.add(`${where}: StartAt names no state of States: ${JSON.stringify(startAt)}`);
  }
  const variables = assignedVariables(definitions);
  for (const variable of variables) {
    if (outerVariables.has(variable)) {
      problems.add(`${where}: the variable ${variable} belongs to an outer scope, and states in inner scopes must not assign to it`);
    }
  }
  const states = new Map<string, State>();
  for (const name of names) {
    if ([...name].length > STATE_NAME_LENGTH_MAX) problems.add(`${name}: the name is longer than ${STATE_NAME_LENGTH_MAX} characters`);
    if (stateNames.has(name)) problems.add(`${name}: the name is used twice, and it must be unique within the whole machine`);
    stateNames.add(name);
  }
  const inner: ParseScope = { ...scope, outerVariables: new Set([...outerVariables, ...variables]) };
  for (const name of names) {
    const state = parseState(name, definitions[name], {
      problems,
      machineType: scope.machineType,
      actions: scope.actions,
      isState: (target) => Object.hasOwn(definitions, target),
      parseItemProcessor: (value, place) => parseItemProcessor(value, place, inner),
      parseBranch: (value, place) => parseBranch(value, place, inner),
    });
    if (state !== undefined) states.set(name, state);
  }
  return { startAt: typeof startAt === "string" ? startAt : "", states };
}

function parseItemProcessor(value: unknown, where: string, scope: ParseScope): Flow {
  const { problems } = scope;
  const fields = problems.object(value, where);
  problems.unknownFields(fields, ITEM_PROCESSOR_FIELDS, where);
  if (fields.ProcessorConfig !== undefined) {
    const config = problems.object(fields.ProcessorConfig, `${where}: ProcessorConfig`);
    problems.unknownFields(config, ["Mode"], `${where}: ProcessorConfig`);
    if (config.Mode === "DISTRIBUTED") problems.add(`${where}: the Distributed Map is not supported: use Mode "INLINE"`);
    else if (config.Mode !== "INLINE") problems.add(`${where}: ProcessorConfig needs the Mode "INLINE"`);
  }
  return parseFlow(fields, where, scope);
}

function parseBranch(value: unknown, where: string, scope: ParseScope): Flow {
  const fields = scope.problems.object(value, where);
  scope.problems.unknownFields(fields, BRANCH_FIELDS, where);
  return parseFlow(fields, where, scope);
}

/** Every name that a state of this flow assigns, itself, in a choice rule or in a catcher; states inside its Maps and branches are other scopes. */
function assignedVariables(definitions: Readonly<Record<string, unknown>>): Set<string> {
  const names = new Set<string>();
  const collect = (holder: unknown): void => {
    if (typeof holder !== "object" || holder === null) return;
    const { Assign, Choices, Catch } = holder as Record<string, unknown>;
    if (typeof Assign === "object" && Assign !== null) for (const name of Object.keys(Assign)) names.add(name);
    if (Array.isArray(Choices)) Choices.forEach(collect);
    if (Array.isArray(Catch)) Catch.forEach(collect);
  };
  Object.values(definitions).forEach(collect);
  return names;
}

function readJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidMachine(name, [`the file is not JSON: ${(error as Error).message}`]);
  }
}

/** Replaces placeholders in every string, as CDK and CloudFormation do with definition substitutions. */
function bindPlaceholders(value: unknown, substitutions: Readonly<Record<string, string>>, problems: Problems): unknown {
  if (typeof value === "string") {
    return substitute(value, substitutions, (placeholder) => {
      problems.add(`the placeholder \${${placeholder}} has no substitution. Known: ${Object.keys(substitutions).join(", ") || "none"}`);
    });
  }
  if (Array.isArray(value)) return value.map((item) => bindPlaceholders(item, substitutions, problems));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, bindPlaceholders(member, substitutions, problems)]));
}
