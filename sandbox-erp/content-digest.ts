import { hash } from "node:crypto";

/** SHA-256 of JSON with sorted keys: two texts of one content have one digest. */
export function contentDigest(value: unknown): string {
  return hash("sha256", sortedJson(value));
}

function sortedJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(",")}]`;
  const record = value as Record<string, unknown>;
  const members: string[] = [];
  for (const key of Object.keys(record).sort()) {
    if (record[key] !== undefined) members.push(`${JSON.stringify(key)}:${sortedJson(record[key])}`);
  }
  return `{${members.join(",")}}`;
}
