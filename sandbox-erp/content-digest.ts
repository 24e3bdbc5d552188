import { hash } from "node:crypto";
import type { Step } from "./request-schemas.ts";

/**
 * SHA-256 of a step as the schemas give it: members in the order of the schema and dimensions in order of their names, so that the order in
 * which a caller wrote them does not count.
 */
export function contentDigest(step: Step): string {
  return hash("sha256", JSON.stringify(step));
}
