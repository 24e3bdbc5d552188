import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { eventNames, eventSchema } from "#domain/events";
import { costDocs } from "../../scripts/cost-docs.ts";
import { eventDocs } from "../../scripts/event-docs.ts";
import { eventExamples } from "../../scripts/event-examples.ts";
import { exceptionDocs } from "../../scripts/exception-docs.ts";
import { masterDataDocs } from "../../scripts/master-data-docs.ts";
import { permissionDocs } from "../../scripts/permission-docs.ts";

const committed = readDocs("events.md");

function readDocs(name: string): string {
  return readFileSync(resolve(import.meta.dirname, "../../docs", name), "utf8");
}

test("docs/events.md is what domain/events says (npm run docs writes it)", () => {
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

test.each(eventNames)("the example of %s is of its schema, and stands in its section", (name) => {
  const example = eventExamples[name];
  expect(eventSchema.safeParse(example)).toMatchObject({ success: true, data: example });
  const section = committed.split(`## ${name}\n`)[1]?.split("\n## ")[0] ?? "";
  expect(section).toContain(`"key": "${example.key}"`);
  expect(section).toContain('"$schema": "https://json-schema.org/draft/2020-12/schema"');
  expect(section).toMatch(/^\*\*Stated by:\*\* .+\.$/m);
});

test.each([
  "**Stated by:** Shopify `orders/edited`; `POST /v1/events`.",
  "**Stated by:** `fetch-source-document`, from Shopify: a return; `POST /v1/events`.",
  "**Stated by:** `POST /v1/events`.",
])("the catalogue says who states an event: %s", (line) => {
  expect(committed.split("\n")).toContain(line);
});

test("docs/cost.md is what the recorded operations cost (npm run docs writes it)", () => {
  expect(readDocs("cost.md")).toBe(costDocs());
});

test("docs/exceptions.md is what domain/exceptions says (npm run docs writes it)", () => {
  expect(readDocs("exceptions.md")).toBe(exceptionDocs());
});

test("docs/master-data.md is what domain/policy/master-data says (npm run docs writes it)", () => {
  expect(readDocs("master-data.md")).toBe(masterDataDocs());
});

test.each([
  "| *key* | `item-master` | text like `^[\\x21-\\x7e]{1,120}$` | the SKU, as web shop, tills and ERP all know it |",
  "| `kind` | `erp` | `distribution-centre` or `store` | what it is |",
  "| `cash` | `policies` | yes or no, optional | whether amounts are rounded to coins |",
])("a field of a canonical record is shown with its owner and shape: %s", (row) => {
  expect(readDocs("master-data.md").split("\n")).toContain(row);
});

test("docs/aws-permissions.md is what the synthesized stacks grant (npm run docs writes it)", () => {
  expect(readDocs("aws-permissions.md")).toBe(permissionDocs());
});

test.each([
  "| `dynamodb:GetItem`, `dynamodb:PutItem`, `dynamodb:Query` | `Lineage.Arn` | not `?#` |",
  "| `states:StartSyncExecution` | `PostingPostTransactionsMachine` |  |",
])("a permission is shown with its resource and its rows: %s", (row) => {
  expect(readDocs("aws-permissions.md").split("\n")).toContain(row);
});

test.each([
  "| `data.unmapped` | error | integration | 4 h | one document | the hub | news | Add the mapping to the policy files, and release them where releases are made by name: a running hub notices within seconds, and the document posts by itself. | integration | operations-lead |",
  "| `policy.restatement` | warning | finance | 48 h | one document | a decision | nothing | New rules would change posted history. Review by account and period; a second person decides: exceptions approve or reject. | finance | controller |",
])("an exception class is shown with its owner, due time, effect, advice, and whose it is when nobody ended it in time: %s", (row) => {
  expect(readDocs("exceptions.md").split("\n")).toContain(row);
});
