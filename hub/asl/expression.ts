import jsonata from "jsonata";
import { addFunctions } from "./expression-functions.ts";
import { expressionProblems, plainPath, type StatesMember, type SyntaxNode } from "./expression-rules.ts";

/** Variables by name (without "$"), `states`, and the host under HOST_BINDING. */
export type Bindings = Readonly<Record<string, unknown>>;

export interface Expression {
  /** The text between "{%" and "%}", trimmed. */
  readonly text: string;
  /** The value of a plain path, read without jsonata; NOT_PLAIN when only jsonata can tell. */
  read(bindings: Bindings): unknown;
  /** The value by jsonata, as plain JSON; undefined for "returned nothing". Throws what jsonata throws, and NotJson. */
  evaluate(bindings: Bindings): Promise<unknown>;
}

/** The value is a function: JSON has none. */
class NotJson extends Error {
  override readonly name = "NotJson";
}

export const NOT_PLAIN = Symbol("not plain");

/** The bound of AWS on nested evaluations: 1+1+… has at most 100 terms, and a function that is not tail-recursive calls itself 31 times. */
const EVALUATION_DEPTH_MAX = 100;
/** A guard of jsonata: items of a sequence that it builds. */
const SEQUENCE_ITEMS_MAX = 262_144;

/** "JSONata expressions are written inside strings that start with {% and end with %}": the whole string or nothing. */
export function isExpression(text: string): boolean {
  return text.length >= 4 && text.startsWith("{%") && text.endsWith("%}");
}

/** Compiles the text of a JSONata string. Throws an Error with a sentence when it is not JSONata or does what the States Language forbids. */
export function compileExpression(jsonataString: string, allowed: readonly StatesMember[]): Expression {
  const text = jsonataString.slice(2, -2).trim();
  const compiled = parseExpression(text);
  const syntax = compiled.ast() as unknown as SyntaxNode;
  const problems = expressionProblems(syntax, allowed);
  if (problems.length > 0) throw new Error(problems.join("; "));
  addFunctions(compiled);
  const path = plainPath(syntax);
  return {
    text,
    read: path === undefined ? () => NOT_PLAIN : (bindings) => readPath(path, bindings),
    evaluate: async (bindings) => plainJson(await compiled.evaluate(undefined, bindings)),
  };
}

function parseExpression(text: string): jsonata.Expression {
  try {
    return jsonata(text, { stack: EVALUATION_DEPTH_MAX, sequence: SEQUENCE_ITEMS_MAX });
  } catch (error) {
    const { message, position } = error as { message: string; position?: number };
    throw new Error(`is not JSONata: ${message}${position === undefined ? "" : ` (at character ${position})`}`);
  }
}

/** Follows objects by their own members. Arrays on the way (over which JSONata maps) and unknown variables are left to jsonata. */
function readPath(path: readonly string[], bindings: Bindings): unknown {
  let value: unknown = bindings;
  for (let index = 0; index < path.length; index++) {
    if (Array.isArray(value)) return NOT_PLAIN;
    if (typeof value !== "object" || value === null) return undefined;
    const name = path[index] as string;
    if (!Object.hasOwn(value, name)) return index === 0 ? NOT_PLAIN : undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** Marks that jsonata leaves on arrays; they would change what a later expression makes of them. */
const ARRAY_MARKS = ["sequence", "cons", "keepSingleton", "outerWrapper", "tupleStream"] as const;

/** The same value as plain JSON, without jsonata's marks on arrays; parts that need no change are shared. */
function plainJson(value: unknown): unknown {
  if (typeof value === "function") throw new NotJson("the value is a function");
  // JSON has no Infinity and no NaN: AWS writes their names.
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    let plain = ARRAY_MARKS.some((mark) => mark in value) ? value.slice() : value;
    for (let index = 0; index < plain.length; index++) {
      const item: unknown = plain[index];
      const clean = plainJson(item);
      if (clean === item) continue;
      if (plain === value) plain = value.slice();
      plain[index] = clean;
    }
    return plain;
  }
  if ("_jsonata_function" in value || "_jsonata_lambda" in value) throw new NotJson("the value is a function");
  const record = value as Record<string, unknown>;
  let plain = record;
  for (const key of Object.keys(record)) {
    const member = record[key];
    const clean = plainJson(member);
    if (clean === member) continue;
    if (plain === record) plain = { ...record };
    plain[key] = clean;
  }
  return plain;
}
