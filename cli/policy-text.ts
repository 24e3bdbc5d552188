import { policyErrorLine } from "#adapters/policy-files";
import type { PolicyError } from "#domain/policy";
import type { CommandInput } from "./command.ts";
import { wrap } from "./table.ts";

/** What a statement says, for people: 4010 "Sales, web shop"; capture; windowDays 30, channels shopify + pos. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return value.map(valueText).join(" + ") || "none";
  const fields = Object.entries(value as Readonly<Record<string, unknown>>);
  const account = fields.length === 2 && "account" in value && "name" in value;
  if (account) return `${String(value.account)} "${String(value.name)}"`;
  return fields.map(([name, field]) => `${name} ${isPlain(field) ? valueText(field) : `{${valueText(field)}}`}`).join(", ") || "nothing";
}

function isPlain(value: unknown): boolean {
  return typeof value !== "object" || value === null || Array.isArray(value);
}

/** "accounts.sales {channel web}". */
export function thingText(key: string, when: Readonly<Record<string, string>>): string {
  const narrowed = Object.entries(when).map(([name, value]) => `${name} ${value}`);
  return narrowed.length === 0 ? key : `${key} {${narrowed.join(", ")}}`;
}

/** "from 2027-01-01 on", "from 2026-01-01 to 2026-12-31", "" for what has no dates. */
export function spanText(from: string | null, to: string | null): string {
  if (from === null) return to === null ? "" : `to ${to}`;
  return to === null ? `from ${from} on` : `from ${from} to ${to}`;
}

export function indentedProse(text: string, columns: number): string[] {
  return wrap(text, Math.max(columns - 4, 20)).map((line) => `    ${line}`);
}

/** Prints faults of policy files, and answers the exit status of a check that failed. */
export function refuse(input: CommandInput, faults: readonly PolicyError[]): 1 {
  if (input.json) input.terminal.print(JSON.stringify({ ok: false, faults }));
  else for (const fault of faults) input.terminal.print(policyErrorLine(fault));
  input.terminal.note(`the policies have ${faults.length} fault${faults.length === 1 ? "" : "s"}`);
  return 1;
}
