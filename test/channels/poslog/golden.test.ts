import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { eventSchema } from "#domain/events";
import type { PosReadSettings, PosTransaction } from "#ports/pos-format";
import { readPieces, settings } from "./read-tickets.ts";

const folder = new URL("../../fixtures/poslog/golden/", import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".xml"))
  .map((file) => file.slice(0, -4));

/** Store 401 runs GK tills, which no namespace tells; every other file says by itself what it is. */
const house: PosReadSettings = { ...settings, dialectOf: (store) => (store === "401" ? "gk-omnipos" : undefined) };

test.each(names)("%s: each transaction becomes what stands beside it", async (name) => {
  const { transactions, error } = readPieces(readFileSync(new URL(`${name}.xml`, folder)), [], house);
  expect(error).toBeUndefined();
  await expect(transactions.map(shown).join("\n")).toMatchFileSnapshot(new URL(`${name}.txt`, folder).pathname);
});

/** A transaction as a person would check it: nothing is left out but the fields that are the same in every event. */
function shown({ document, ignored, issues, total }: PosTransaction): string {
  const lines = [`${document?.source} in ${document?.transaction}`];
  for (const { type, value } of document?.references ?? []) lines.push(`  called ${type} ${value}`);
  if (ignored !== undefined) lines.push(`  ignored: ${ignored}`);
  for (const { class: name, code, message } of issues) lines.push(`  held: ${name}/${code}: ${message}`);
  if (total !== undefined) lines.push(`  total ${total.amount} ${total.currency}`);
  // As the reader made them, in the order of its own fields; the schema may add nothing and take nothing away.
  for (const each of document?.events ?? []) {
    expect(eventSchema.parse(each)).toEqual(each);
    const { name, schema: _, ...event } = each;
    lines.push(`  ${name}`);
    for (const [field, value] of Object.entries(event)) {
      if (Array.isArray(value) && value.length > 0) lines.push(...value.map((each) => `    ${field}: ${plain(each)}`));
      else lines.push(`    ${field}: ${plain(value)}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plain).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([name, each]) => `${name} ${typeof each === "object" ? `(${plain(each)})` : plain(each)}`)
    .join(", ");
}
