import { ERROR } from "./errors.ts";
import type { StatesMember } from "./expression-rules.ts";
import type { Assignments, Catcher, ChoiceRule, Flow, MachineType, Retrier, State, TaskState } from "./machine.ts";
import { parseResource, refuseArguments } from "./parse-resource.ts";
import type { Problems } from "./problems.ts";
import { CATCHER_FIELDS, CHOICE_RULE_FIELDS, RETRIER_FIELDS, STATE_FIELDS } from "./state-fields.ts";
import { compileTemplate, type Template } from "./template.ts";
import { parseTimestamp } from "./time.ts";

type Fields = Readonly<Record<string, unknown>>;

export interface StateSurroundings {
  readonly problems: Problems;
  readonly machineType: MachineType;
  /** Actions of services that the host runs. */
  readonly actions: readonly string[];
  /** Whether a state of this name is in the same "States". */
  isState(name: string): boolean;
  parseItemProcessor(value: unknown, where: string): Flow;
  parseBranch(value: unknown, where: string): Flow;
}

/** A variable name: ID_Start, then ID_Continue (Unicode Standard Annex 31), at most 80 characters. */
const VARIABLE_NAME = /^\p{ID_Start}\p{ID_Continue}{0,79}$/u;

/** One state of a machine file. Undefined when its type is none that can be run; whatever is wrong is told to `problems`. */
export function parseState(name: string, value: unknown, surroundings: StateSurroundings): State | undefined {
  const { problems } = surroundings;
  const fields = problems.object(value, name);
  const type = fields.Type;
  const known = typeof type === "string" && Object.hasOwn(STATE_FIELDS, type) ? STATE_FIELDS[type] : undefined;
  if (known === undefined) {
    problems.add(`${name}: Type must be one of ${Object.keys(STATE_FIELDS).join(", ")}: ${JSON.stringify(type)}`);
    return undefined;
  }
  problems.unknownFields(fields, known, name);
  if (fields.QueryLanguage !== undefined && fields.QueryLanguage !== "JSONata") {
    problems.add(`${name}: QueryLanguage must be "JSONata"`);
  }
  return new StateReader(name, fields, surroundings).read(type as State["type"]);
}

class StateReader {
  readonly #name: string;
  readonly #fields: Fields;
  readonly #surroundings: StateSurroundings;
  readonly #problems: Problems;

  constructor(name: string, fields: Fields, surroundings: StateSurroundings) {
    this.#name = name;
    this.#fields = fields;
    this.#surroundings = surroundings;
    this.#problems = surroundings.problems;
  }

  read(type: State["type"]): State {
    const name = this.#name;
    switch (type) {
      case "Task":
        return this.#task(type);
      case "Map":
        return {
          type,
          name,
          ...present("items", this.#items()),
          ...present("itemSelector", this.#template("ItemSelector", [])),
          ...present("maxConcurrency", this.#numeric("MaxConcurrency", NON_NEGATIVE_INTEGER)),
          flow: this.#surroundings.parseItemProcessor(this.#fields.ItemProcessor, `${name}: ItemProcessor`),
          ...this.#fallible(),
        };
      case "Parallel":
        return {
          type,
          name,
          ...present("arguments", this.#template("Arguments", [])),
          branches: this.#problems
            .nonEmptyArray(this.#fields.Branches, `${name}: Branches`)
            .map((branch, index) => this.#surroundings.parseBranch(branch, `${name}: Branches[${index}]`)),
          ...this.#fallible(),
        };
      case "Choice":
        return {
          type,
          name,
          choices: this.#choiceRules(),
          ...present("default", this.#target(this.#fields.Default, `${name}: Default`)),
          ...this.#outcome(this.#fields, []),
        };
      case "Pass":
        return { type, name, ...this.#outcome(this.#fields, []), ...this.#transition() };
      case "Wait":
        return { type, name, until: this.#until(), ...this.#outcome(this.#fields, []), ...this.#transition() };
      case "Succeed":
        return { type, name, ...present("output", this.#template("Output", [])) };
      case "Fail":
        return { type, name, ...present("error", this.#text("Error")), ...present("causeText", this.#text("Cause")) };
    }
  }

  #task(type: "Task"): TaskState {
    const name = this.#name;
    const resource = parseResource(this.#fields.Resource, name, this.#surroundings);
    refuseArguments(this.#fields.Arguments, name, resource, this.#problems);
    const { HeartbeatSeconds, TimeoutSeconds } = this.#fields;
    if (HeartbeatSeconds !== undefined && !(resource.kind === "integration" && resource.pattern === "waitForTaskToken")) {
      this.#problems.add(`${name}: HeartbeatSeconds is for a task that waits for its token, and this one does not: use TimeoutSeconds`);
    }
    if (typeof HeartbeatSeconds === "number" && typeof TimeoutSeconds === "number" && HeartbeatSeconds >= TimeoutSeconds) {
      this.#problems.add(`${name}: HeartbeatSeconds must be smaller than TimeoutSeconds`);
    }
    return {
      type,
      name,
      resource,
      ...present("arguments", this.#template("Arguments", [])),
      ...present("timeoutSeconds", this.#numeric("TimeoutSeconds", POSITIVE_INTEGER)),
      ...present("heartbeatSeconds", this.#numeric("HeartbeatSeconds", POSITIVE_INTEGER)),
      ...this.#fallible(),
    };
  }

  /** What Task, Map and Parallel have in common. */
  #fallible() {
    return {
      ...this.#outcome(this.#fields, ["result"]),
      ...this.#transition(),
      retry: this.#retriers(),
      catch: this.#catchers(),
    };
  }

  #template(field: string, allowed: readonly StatesMember[]): Template | undefined {
    const value = this.#fields[field];
    return value === undefined ? undefined : this.#compile(value, field, allowed);
  }

  /** `field` as AWS names it in the cause of an evaluation that fails: "Output", "Choices[1]/Condition". */
  #compile(value: unknown, field: string, allowed: readonly StatesMember[]): Template {
    return compileTemplate(value, field, allowed, (place, sentence) => this.#problems.add(`${this.#name}: ${place}: ${sentence}`));
  }

  /** Output and Assign of the state itself, or of a choice rule or catcher ("Choices[1]/"). */
  #outcome(fields: Fields, allowed: readonly StatesMember[], within = ""): { assign?: Assignments; output?: Template } {
    const { Output, Assign } = fields;
    return {
      ...(Output === undefined ? {} : { output: this.#compile(Output, `${within}Output`, allowed) }),
      ...(Assign === undefined ? {} : { assign: this.#assignments(Assign, `${within}Assign`, allowed) }),
    };
  }

  #assignments(value: unknown, field: string, allowed: readonly StatesMember[]): Assignments {
    const where = `${this.#name}: ${field}`;
    const fields = this.#problems.object(value, where);
    return Object.entries(fields).map(([variable, definition]) => {
      if (variable === "states") this.#problems.add(`${where}: a state must not assign a value to "states"`);
      else if (!VARIABLE_NAME.test(variable)) this.#problems.add(`${where}: ${JSON.stringify(variable)} is not a variable name`);
      return [variable, this.#compile(definition, `${field}/${variable}`, allowed)];
    });
  }

  #transition(): { next?: string } {
    const { Next, End } = this.#fields;
    if (End !== undefined && typeof End !== "boolean") this.#problems.add(`${this.#name}: End must be a boolean`);
    if ((Next !== undefined) === (End === true)) {
      this.#problems.add(`${this.#name}: needs exactly one of Next and "End": true`);
      return {};
    }
    return present("next", this.#target(Next, `${this.#name}: Next`));
  }

  #target(value: unknown, where: string): string | undefined {
    if (value === undefined) return undefined;
    if (typeof value === "string" && this.#surroundings.isState(value)) return value;
    this.#problems.add(`${where} names no state of the same States: ${JSON.stringify(value)}`);
    return undefined;
  }

  #requiredTarget(value: unknown, where: string): string {
    if (value === undefined) this.#problems.add(`${where} is missing`);
    return this.#target(value, where) ?? "";
  }

  /** A number, or a JSONata string that will have to give one. */
  #numeric(field: string, rule: NumberRule): Template | undefined {
    const value = this.#fields[field];
    if (typeof value !== "string") this.#problems.number(value, `${this.#name}: ${field}`, rule.what, rule.fits);
    else if (this.#template(field, [])?.kind !== "expression") this.#problems.add(`${this.#name}: ${field} must be ${rule.what}`);
    return this.#template(field, []);
  }

  #text(field: string): Template | undefined {
    const value = this.#fields[field];
    if (value !== undefined && typeof value !== "string") this.#problems.add(`${this.#name}: ${field} must be a string`);
    return this.#template(field, []);
  }

  #items(): Template | undefined {
    const template = this.#template("Items", []);
    if (template?.kind === "object" || (template?.kind === "constant" && !Array.isArray(template.value))) {
      this.#problems.add(`${this.#name}: Items must be an array or a JSONata string`);
    }
    return template;
  }

  #until(): { kind: "seconds" | "timestamp"; template: Template } {
    const { Seconds, Timestamp } = this.#fields;
    if ((Seconds === undefined) === (Timestamp === undefined)) {
      this.#problems.add(`${this.#name}: needs exactly one of Seconds and Timestamp`);
    }
    const nothing: Template = { kind: "constant", value: 0 };
    if (Timestamp === undefined) return { kind: "seconds", template: this.#numeric("Seconds", NON_NEGATIVE_INTEGER) ?? nothing };
    const template = this.#text("Timestamp") ?? nothing;
    if (template.kind === "constant" && parseTimestamp(String(template.value)) === undefined) {
      this.#problems.add(`${this.#name}: Timestamp must be a timestamp such as 2016-03-14T01:59:00Z: ${JSON.stringify(Timestamp)}`);
    }
    return { kind: "timestamp", template };
  }

  #choiceRules(): readonly ChoiceRule[] {
    return this.#problems.nonEmptyArray(this.#fields.Choices, `${this.#name}: Choices`).map((value, index) => {
      const where = `${this.#name}: Choices[${index}]`;
      const fields = this.#problems.object(value, where);
      this.#problems.unknownFields(fields, CHOICE_RULE_FIELDS, where);
      const condition = this.#compile(fields.Condition, `Choices[${index}]/Condition`, []);
      if (condition.kind !== "expression" && !(condition.kind === "constant" && typeof condition.value === "boolean")) {
        this.#problems.add(`${where}: Condition must be a boolean or a JSONata string`);
      }
      return { condition, next: this.#requiredTarget(fields.Next, `${where}: Next`), ...this.#outcome(fields, [], `Choices[${index}]/`) };
    });
  }

  #retriers(): readonly Retrier[] {
    const value = this.#fields.Retry;
    if (value === undefined) return [];
    const retriers = this.#problems.nonEmptyArray(value, `${this.#name}: Retry`);
    return retriers.map((retrier, index) => {
      const where = `${this.#name}: Retry[${index}]`;
      const fields = this.#problems.object(retrier, where);
      this.#problems.unknownFields(fields, RETRIER_FIELDS, where);
      const jitter = fields.JitterStrategy ?? "NONE";
      if (jitter !== "FULL" && jitter !== "NONE") this.#problems.add(`${where}: JitterStrategy must be "FULL" or "NONE"`);
      const read = (field: string, { what, fits }: NumberRule) => this.#problems.number(fields[field], `${where}: ${field}`, what, fits);
      return {
        errorEquals: this.#errorEquals(fields.ErrorEquals, where, index === retriers.length - 1),
        intervalSeconds: read("IntervalSeconds", POSITIVE_INTEGER) ?? 1,
        maxAttempts: read("MaxAttempts", NON_NEGATIVE_INTEGER) ?? 3,
        backoffRate: read("BackoffRate", BACKOFF_RATE) ?? 2,
        ...present("maxDelaySeconds", read("MaxDelaySeconds", POSITIVE_INTEGER)),
        jitter: jitter === "FULL" ? "FULL" : "NONE",
      };
    });
  }

  #catchers(): readonly Catcher[] {
    const value = this.#fields.Catch;
    if (value === undefined) return [];
    const catchers = this.#problems.nonEmptyArray(value, `${this.#name}: Catch`);
    return catchers.map((catcher, index) => {
      const where = `${this.#name}: Catch[${index}]`;
      const fields = this.#problems.object(catcher, where);
      this.#problems.unknownFields(fields, CATCHER_FIELDS, where);
      return {
        errorEquals: this.#errorEquals(fields.ErrorEquals, where, index === catchers.length - 1),
        next: this.#requiredTarget(fields.Next, `${where}: Next`),
        ...this.#outcome(fields, ["errorOutput"], `Catch[${index}]/`),
      };
    });
  }

  #errorEquals(value: unknown, where: string, last: boolean): readonly string[] {
    const names = this.#problems.nonEmptyArray(value, `${where}: ErrorEquals`);
    if (!names.every((name) => typeof name === "string")) {
      this.#problems.add(`${where}: ErrorEquals must be an array of strings`);
      return [];
    }
    if (names.includes(ERROR.all) && (names.length > 1 || !last)) {
      this.#problems.add(`${where}: States.ALL must appear alone, and in the last element`);
    }
    if (names.includes(ERROR.runtime)) {
      this.#problems.add(`${where}: States.Runtime always fails the execution and cannot be retried or caught`);
    }
    return names;
  }
}

interface NumberRule {
  readonly what: string;
  fits(number: number): boolean;
}

const POSITIVE_INTEGER: NumberRule = { what: "a positive integer", fits: (number) => Number.isInteger(number) && number > 0 };
const NON_NEGATIVE_INTEGER: NumberRule = { what: "a non-negative integer", fits: (number) => Number.isInteger(number) && number >= 0 };
const BACKOFF_RATE: NumberRule = { what: "a number of at least 1", fits: (number) => number >= 1 };

/** `{ [key]: value }`, or nothing when the value is undefined. */
function present<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}
