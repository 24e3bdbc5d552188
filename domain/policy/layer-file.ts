import * as z from "zod/mini";
import { type BrandLayer, type EntityLayer, type GlobalLayer, type LayerKind, layerSchemas, type RegionLayer } from "./policy-schema.ts";

/** One file of the policies folder: its path below that folder with "/" and its text. */
export interface PolicyFile {
  readonly path: string;
  readonly content: string;
}

/** What is wrong with a policy: `path` is the place within the file such as "accounts[3].role"; `value` is shortened JSON. */
export interface PolicyError {
  readonly file: string;
  readonly path: string;
  readonly value: string;
  readonly message: string;
}

export type Layer =
  | { readonly kind: "global"; readonly file: string; readonly id: "global"; readonly data: GlobalLayer }
  | { readonly kind: "region"; readonly file: string; readonly id: string; readonly data: RegionLayer }
  | { readonly kind: "brand"; readonly file: string; readonly id: string; readonly data: BrandLayer }
  | { readonly kind: "entity"; readonly file: string; readonly id: string; readonly data: EntityLayer };

const places: readonly { kind: LayerKind; pattern: RegExp }[] = [
  { kind: "global", pattern: /^(global)\.json$/ },
  { kind: "region", pattern: /^regions\/([A-Za-z0-9][A-Za-z0-9._-]{0,39})\.json$/ },
  { kind: "brand", pattern: /^brands\/([A-Za-z0-9][A-Za-z0-9._-]{0,39})\.json$/ },
  { kind: "entity", pattern: /^entities\/([A-Za-z0-9][A-Za-z0-9._-]{0,39})\.json$/ },
];

/** Reads one file as the layer that its path says it is; every fault of the file is listed. */
export function parseLayerFile(file: PolicyFile): Layer | readonly PolicyError[] {
  const place = places.find(({ pattern }) => pattern.test(file.path));
  if (place === undefined) {
    const allowed = "ownership.json, global.json, regions/<id>.json, brands/<id>.json or entities/<id>.json";
    return [policyError(file.path, [], file.path, `no layer has this path; allowed: ${allowed}`)];
  }
  const parsed = parsePolicyJson(file, layerSchemas[place.kind]);
  if ("errors" in parsed) return parsed.errors;
  const id = place.pattern.exec(file.path)?.[1] ?? "";
  return { kind: place.kind, file: file.path, id, data: parsed.data } as Layer;
}

/** A file's content by a schema; every fault of it is named by its place in the file. */
export function parsePolicyJson(
  file: PolicyFile,
  schema: z.core.$ZodType,
): { readonly data: unknown } | { readonly errors: readonly PolicyError[] } {
  let content: unknown;
  try {
    content = JSON.parse(file.content);
  } catch (error) {
    return { errors: [policyError(file.path, [], undefined, `is not JSON: ${error instanceof Error ? error.message : String(error)}`)] };
  }
  const parsed = z.safeParse(schema as z.ZodMiniType, content, { reportInput: true });
  if (parsed.success) return { data: parsed.data };
  return { errors: parsed.error.issues.flatMap((issue) => describe(file.path, issue, schema, content)) };
}

export function policyError(file: string, path: readonly PropertyKey[], value: unknown, message: string): PolicyError {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return { file, path: pathText(path), value: text.length > 120 ? `${text.slice(0, 119)}…` : text, message };
}

function describe(file: string, issue: z.core.$ZodIssue, schema: z.core.$ZodType, content: unknown): readonly PolicyError[] {
  const value = valueAt(content, issue.path);
  switch (issue.code) {
    case "unrecognized_keys": {
      const allowed = keysAllowedAt(schema, issue.path).join(", ");
      return issue.keys.map((key) =>
        policyError(file, [...issue.path, key], valueAt(content, [...issue.path, key]), `unknown key; allowed here: ${allowed}`),
      );
    }
    case "invalid_type": {
      const expected = issue.expected === "int" ? "whole number" : issue.expected;
      return [policyError(file, issue.path, value, value === undefined ? `is missing: ${expected} expected` : `not a ${expected}`)];
    }
    case "invalid_value":
      return [policyError(file, issue.path, value, `not allowed; allowed: ${issue.values.map(String).join(", ")}`)];
    case "invalid_key":
      return issue.issues.map((inner) =>
        policyError(file, issue.path, issue.path.at(-1), `not allowed as a key; allowed: ${inner.message}`),
      );
    case "too_big":
    case "too_small":
    case "invalid_format":
    case "not_multiple_of":
    case "invalid_union":
    case "invalid_element":
    case "custom":
      return [policyError(file, issue.path, value, `not allowed; allowed: ${issue.message}`)];
  }
}

/** A place within a file: accounts[3].role. */
export function pathText(path: readonly PropertyKey[]): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (/^[A-Za-z][A-Za-z0-9]*$/.test(String(part))) text += `${text === "" ? "" : "."}${String(part)}`;
    else text += `[${JSON.stringify(String(part))}]`;
  }
  return text;
}

function valueAt(content: unknown, path: readonly PropertyKey[]): unknown {
  let value = content;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

function keysAllowedAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  let at: z.core.$ZodType | undefined = schema;
  for (const part of [...path, undefined]) {
    while (at instanceof z.core.$ZodOptional) at = at._zod.def.innerType;
    if (part === undefined || at === undefined) break;
    if (at instanceof z.core.$ZodObject) at = at._zod.def.shape[String(part)];
    else if (at instanceof z.core.$ZodRecord) at = at._zod.def.valueType;
    else if (at instanceof z.core.$ZodArray) at = at._zod.def.element;
  }
  return at instanceof z.core.$ZodObject ? Object.keys(at._zod.def.shape) : [];
}
