import type * as z from "zod/mini";

/** Which field of what was sent is wrong, and what is allowed there; nothing of its content. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

const errorsMax = 20;

/** A schema's complaints in words, for the fields below `at`. */
export function fieldErrors(issues: readonly z.core.$ZodIssue[], at: string): FieldError[] {
  return issues.slice(0, errorsMax).map((issue) => ({ field: fieldAt(at, issue.path), message: allowedBy(issue) }));
}

/** `events[0].lines[1].gross` below `documents[3]`. */
export function fieldAt(at: string, path: readonly PropertyKey[]): string {
  let field = at;
  for (const part of path) field += typeof part === "number" ? `[${part}]` : field === "" ? String(part) : `.${String(part)}`;
  return field;
}

/** Fields of what was given that reading it did not keep; an optional one that is misspelt would be lost without a word. */
export function lostFields(given: unknown, kept: unknown, at: string): FieldError[] {
  if (typeof given !== "object" || given === null || typeof kept !== "object" || kept === null) return [];
  return Object.entries(given).flatMap(([name, value]) => {
    const field = fieldAt(at, [Array.isArray(given) ? Number(name) : name]);
    if (!Object.hasOwn(kept, name))
      return [{ field: field.slice(0, 200), message: "is no field of this event: compare it with docs/events.md" }];
    return lostFields(value, (kept as Readonly<Record<string, unknown>>)[name], field);
  });
}

function allowedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `needs a value of type ${issue.expected}`;
    case "invalid_value":
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    case "invalid_format":
      return issue.pattern === undefined ? `must be a ${issue.format}` : `must be text like ${issue.pattern}`;
    case "too_big":
      return `may be or have at most ${issue.maximum}`;
    case "too_small":
      return `must be or have at least ${issue.minimum}`;
    case "unrecognized_keys":
      return `has fields that are not known: ${issue.keys
        .slice(0, 5)
        .map((key) => key.slice(0, 40))
        .join(", ")}`;
    default:
      return "is not of the form that docs/openapi.json states";
  }
}
