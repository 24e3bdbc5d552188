import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { poslogDialectSchema } from "#domain/pos-dialects";
import { readText, settings, ticketOf } from "../channels/poslog/read-tickets.ts";

const page = readFileSync(new URL("../../docs/pos.md", import.meta.url), "utf8");

function block(language: string, after: string): string {
  const from = page.indexOf(`\`\`\`${language}\n`, page.indexOf(after));
  return page.slice(page.indexOf("\n", from) + 1, page.indexOf("\n```", from + 3));
}

const outlet = poslogDialectSchema.parse(JSON.parse(block("json", "### Worked example")).outlet);
const file = block("xml", "### Worked example");

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
