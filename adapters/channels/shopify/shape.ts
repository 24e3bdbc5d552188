import type * as z from "zod/mini";
import type { Problem } from "#domain/exceptions";
import type { Facts } from "./facts.ts";

/** Of a body that does not have the shape of its resource; more would repeat the same trouble. */
const shapeProblemsMax = 20;

/** Parses once, at the edge: behind it the types hold. A body of another shape becomes named problems and no events. */
export function readShape<Parsed>(
  resource: { readonly name: string; readonly id: string },
  schema: z.ZodMiniType<Parsed>,
  json: unknown,
  read: (parsed: Parsed) => Facts,
): Facts {
  const { name, id } = resource;
  const result = schema.safeParse(json);
  if (result.success) return read(result.data);
  const problems = result.error.issues.slice(0, shapeProblemsMax).map((issue): Problem => {
    const value = valueAt(json, issue.path);
    const absent = value === undefined || value === null;
    const place = pathText(issue.path);
    return {
      class: absent ? "data.missing" : "data.value",
      code: place.replaceAll(/\[\d+\]/g, "[]"),
      cause: `shopify ${name} ${id} ${place}`,
      message: `Shopify ${name} ${id}: ${place} ${absent ? "is not stated" : "has another shape than Shopify documents"}. Compare it with the source.`,
    };
  });
  return { events: [], references: [], problems };
}

export function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  let value = json;
  for (const key of path) value = typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
  return value;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`)).join("");
}
