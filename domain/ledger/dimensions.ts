import { roles } from "#domain/policy";
import type { Dimensions } from "./documents.ts";

/** The role's own dimensions out of `values`, in the order of the list of roles; those that the facts do not give are absent. */
export function dimensionsOf(role: string, values: Readonly<Record<string, string | undefined>>): Dimensions {
  const dimensions: Record<string, string> = {};
  for (const name of roles[role]?.dimensions ?? []) {
    const value = values[name];
    if (value !== undefined && value !== "") dimensions[name] = value;
  }
  return dimensions;
}
