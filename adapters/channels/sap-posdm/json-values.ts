export type Json = null | boolean | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

type ReviverWithSource = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** JSON.parse with every number as it is written: an amount is no float, and an id may exceed 2^53. Throws SyntaxError. */
export function parseWithTexts(text: string): Json {
  const keep: ReviverWithSource = (_key, value, { source }) => (typeof value === "number" ? (source ?? String(value)) : value);
  return JSON.parse(text, keep as (key: string, value: unknown) => unknown) as Json;
}

/** The text of the first of these fields that has one; "" when none has. */
export function textOf(object: JsonObject, ...names: readonly string[]): string {
  for (const name of names) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    if (typeof value === "string" && value.trim() !== "") return value.trim();
  }
  return "";
}

/** What may be there once, several times, or not at all: an object, an array of them, or nothing. */
export function listOf(object: JsonObject, ...names: readonly string[]): readonly JsonObject[] {
  return names.flatMap((name) => {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    const values = Array.isArray(value) ? (value as readonly Json[]) : [value];
    return values.filter((each): each is JsonObject => typeof each === "object" && each !== null && !Array.isArray(each));
  });
}
