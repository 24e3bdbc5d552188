import type * as z from "zod/mini";
import { type BusinessEvent, eventSchema } from "./events.ts";

type Schema = z.core.$ZodType;
type Fits = (value: unknown) => boolean;

/**
 * An event as its schema has it. A reader of files builds one event per ticket and builds nearly all of them right, so one that fits as it
 * stands is taken as it stands; whatever does not goes through the schema itself, which says what is wrong and drops what it does not know.
 */
export function readEvent(built: unknown): z.core.util.SafeParseResult<BusinessEvent> {
  const name = (built as { readonly name?: unknown } | undefined)?.name;
  return typeof name === "string" && fitsEvent(name, built)
    ? { success: true, data: built as BusinessEvent }
    : eventSchema.safeParse(built);
}

/** True when the schema of this event would answer an equal value. False says nothing: the schema decides. */
export function fitsEvent(name: string, value: unknown): boolean {
  let fits = fitsByName.get(name);
  if (fits === undefined) {
    const option = eventSchema.def.options.find(({ def }) => (def.shape.name as z.ZodMiniLiteral<string>).def.values[0] === name);
    if (option === undefined) return false;
    fitsByName.set(name, (fits = fitsOf(option)));
  }
  return fits(value);
}

// A memo of what the schemas say, made when an event is first read: it changes what a call costs and never what it answers.
const fitsByName = new Map<string, Fits>();

/** The question whether a value fits a schema, made once out of the schema. Kinds that it does not know fit nothing. */
function fitsOf(schema: Schema): Fits {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "string":
      return "format" in def ? never : checked((value) => typeof value === "string", def.checks);
    case "number":
      return "format" in def && def.format === "safeint" ? checked(Number.isSafeInteger, def.checks) : never;
    case "boolean":
      return checked((value) => typeof value === "boolean", def.checks);
    case "literal":
    case "enum": {
      const { values } = schema._zod;
      return values === undefined || (def.checks?.length ?? 0) > 0 ? never : (value) => values.has(value as z.core.util.Primitive);
    }
    case "optional": {
      const inner = fitsOf(def.innerType);
      return (value) => value === undefined || inner(value);
    }
    case "array": {
      const element = fitsOf(def.element);
      return checked((value) => {
        if (!Array.isArray(value)) return false;
        for (const each of value) if (!element(each)) return false;
        return true;
      }, def.checks);
    }
    case "object":
      return def.catchall === undefined ? checked(fitsObject(def.shape), def.checks) : never;
    default:
      return never;
  }
}

/** No part missing, none that the shape does not know, none that is there without a value. */
function fitsObject(shape: Readonly<Record<string, Schema>>): Fits {
  const parts = Object.entries(shape).map(([name, schema]) => ({ name, fits: fitsOf(schema) }));
  return (value) => {
    if (typeof value !== "object" || value === null) return false;
    const object = value as Readonly<Record<string, unknown>>;
    let present = 0;
    for (const { name, fits } of parts) {
      const part = object[name];
      if (part !== undefined) present++;
      if (!fits(part)) return false;
    }
    for (const _ in object) present--;
    return present === 0;
  };
}

function checked(fits: Fits, checks: readonly z.core.$ZodCheck[] | undefined): Fits {
  if (checks === undefined || checks.length === 0) return fits;
  return (value) => {
    if (!fits(value)) return false;
    const payload = { value, issues: [] };
    for (const { _zod } of checks) {
      void _zod.check(payload as never);
      // A check may put another value in the place of the one that it was given.
      if (payload.issues.length > 0 || payload.value !== value) return false;
    }
    return true;
  };
}

function never(): boolean {
  return false;
}
