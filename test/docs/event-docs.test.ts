import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { eventNames } from "#domain/events";
import { eventDocs } from "../../scripts/event-docs.ts";

const committed = readFileSync(resolve(import.meta.dirname, "../../docs/events.md"), "utf8");

test("docs/events.md is what domain/events says (npm run event-docs writes it)", () => {
  expect(committed).toBe(eventDocs());
});

test("docs/events.md has a section for every event", () => {
  const sections = [...committed.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
  expect(sections.sort()).toEqual([...eventNames].sort());
});

test.each([
  "| `occurredAt` | text like `^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$` | An instant: ISO 8601 in UTC with milliseconds, so that text order is time order: 2026-11-27T14:03:22.000Z. |",
  "| `lines[].gross` | whole number | price × quantity, before discounts; includes tax when `taxesIncluded`. |",
  "| `lines[].taxes[].channelLiable` | boolean, optional | True when the channel remits this tax itself (marketplace facilitator), per line. |",
  "| `amount` | whole number, not negative |  |",
])("a field is shown with its shape and its docstring: %s", (row) => {
  expect(committed.split("\n")).toContain(row);
});
