import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { posTableFormat } from "#adapters/channels/pos-table";
import { posFormats } from "#adapters/pos-formats";
import { readDeliveryManifest } from "#domain/archives";
import { roles, tender } from "#domain/policy";
import { poslogDialectSchema } from "#domain/pos-dialects";
import { openInPosTable, posTableMappingSchema } from "#domain/pos-tables";
import { readText, settings, ticketOf } from "../channels/poslog/read-tickets.ts";
import { readPos } from "../contracts/pos-format-contract.ts";

const text = readFileSync(resolve(import.meta.dirname, "../../docs/pos.md"), "utf8");

function block(heading: string, language: string): string {
  const section = text.slice(text.indexOf(`\n## ${heading}\n`)).split(/\n## /)[1] ?? "";
  return new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(section)?.[1] ?? "";
}

test("the worked example of a till's table reads the file beside it", () => {
  const mapping = posTableMappingSchema.parse(JSON.parse(block("Describe the table of a till", "json")));
  expect(openInPosTable(mapping)).toEqual([]);
  const { transactions, problems, failure } = readPos(
    posTableFormat("pop-up", mapping),
    new TextEncoder().encode(block("Describe the table of a till", "csv")),
  );
  expect([problems, failure?.message]).toEqual([[], undefined]);
  expect(transactions.flatMap(({ issues }) => issues)).toEqual([]);
  expect(transactions.map(({ document, ignored, total }) => [document?.transaction, ignored, total?.amount])).toEqual([
    ["sale:pos:101:4:2026-11-27:881", undefined, 106250],
    ["sale:pos:101:4:2026-11-27:882", "Drawer", undefined],
    ["sale:pos:101:4:2026-11-27:883", undefined, -1376],
  ]);
  const [sale] = transactions[0]?.document?.events ?? [];
  expect(sale).toMatchObject({
    occurredAt: "2026-11-27T21:20:00.000Z",
    lines: [{ quantityMillionths: 2_000_000, gross: 102590, discounts: [{ amount: 2590 }], taxes: [{ amount: 6250 }] }],
    tenders: [
      { type: "Cash", amount: 110000 },
      { type: "Cash", amount: -3750 },
    ],
  });
});

test("the manifest that is shown is one", () => {
  expect(readDeliveryManifest(block("Archives and manifests", "json"))?.files).toMatchObject([{ name: "0101.xml", transactions: 214 }]);
});

test("both tenders of Square are mapped as the page advises, and neither goes into a drawer or stays unmapped", () => {
  const rules: unknown[] = JSON.parse(block("Square", "json"));
  const mapped = rules.map((rule) => tender.schema.parse(rule)).map(({ match, role }) => [match, role, roles[role]?.class]);
  expect(mapped).toEqual([
    ["square card", "acquirer-clearing", "clearing"],
    ["square", "payment-clearing", "clearing"],
  ]);
  expect(text).not.toContain("leave it unmapped");
});

test("every format of the hub is in the table", () => {
  for (const { name } of posFormats) expect(text).toContain(`\n| \`${name}\` |`);
});

const outlet = poslogDialectSchema.parse(JSON.parse(block("A POSLog dialect profile", "json")).outlet);
const file = block("A POSLog dialect profile", "xml");

test("the ticket of the worked example is held as the standard alone reads it", () => {
  expect(readText(file).transactions[0]?.issues.map(({ code }) => code)).toContain("unknown-money");
});

test("the profile of the worked example makes it the ticket that the page says", () => {
  const [found] = readText(file, { ...settings, dialects: { outlet }, dialectOf: () => "outlet" }).transactions;
  expect(found?.issues).toEqual([]);
  expect(found?.total).toEqual({ amount: 800, currency: "EUR" });
  expect(ticketOf(found!)).toMatchObject({
    offline: true,
    lines: [
      { item: "WATER", gross: 490 },
      { item: "CRATE", collects: "bottle-deposit", gross: 310 },
    ],
    tenders: [{ type: "CreditDebit", amount: 800 }],
  });
});
