import { Invalid } from "#domain/failures";

export type JsonObject = Readonly<Record<string, unknown>>;

/** A number of 16 digits or more may not survive as a double; seen only after ":", "," or "[", so that ids inside strings do not count. */
const longNumber = /[:,[]\s*-?\d[\d.]{15}/;
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * The JSON object of a webhook body, with every number that a double cannot hold kept exact as a string (ids exceed 2^53).
 * Throws Invalid when the body is not UTF-8, not JSON, or not an object. The message never quotes the body.
 */
export function parseBody(body: Uint8Array | string): JsonObject {
  let value: unknown;
  try {
    const text = typeof body === "string" ? body : decoder.decode(body);
    value = parseText(text, "string");
  } catch (cause) {
    throw new Invalid("the webhook body is not JSON text in UTF-8: send the body as the channel made it", { cause });
  }
  if (isJsonObject(value)) return value;
  throw new Invalid(
    `the webhook body is JSON but not an object: ${Array.isArray(value) ? "an array" : value === null ? "null" : typeof value}`,
  );
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * JSON.parse, with every number that a double cannot hold kept exact: as a string to read, or raw, which JSON.stringify writes as the
 * number that it was. Throws SyntaxError, whose message quotes the text.
 */
export function parseText(text: string, longNumbersAs: "string" | "raw"): unknown {
  return longNumber.test(text) ? parseExactly(text, longNumbersAs === "raw" ? rawJson : (source) => source) : JSON.parse(text);
}

/** Not in TypeScript's library yet. */
const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown };

type ReviverWithSource = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

function parseExactly(text: string, kept: (source: string) => unknown): unknown {
  const keepExact: ReviverWithSource = (_key, value, context) =>
    typeof value === "number" && context.source !== undefined && digitCount(context.source) >= 16 ? kept(context.source) : value;
  return JSON.parse(text, keepExact as (key: string, value: unknown) => unknown);
}

function digitCount(source: string): number {
  return source.replace(/\D/g, "").length;
}
