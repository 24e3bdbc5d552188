import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { mappedBankCsv } from "#adapters/banks/mapped-csv";
import { mappedCsvSource } from "#adapters/settlements/mapped-csv";
import { rowClasses, rowNatures } from "#domain/settlement";
import { readBankFile } from "../contracts/bank-statement-contract.ts";
import { readSettlement } from "../contracts/settlement-source-contract.ts";

const text = readFileSync(resolve(import.meta.dirname, "../../docs/settlements.md"), "utf8");

/** The fenced blocks of a section, by language. */
function blocksOf(heading: string): { readonly csv: string; readonly json: unknown } {
  const section = text.slice(text.indexOf(`\n## ${heading}\n`)).split(/\n## /)[1] ?? "";
  const block = (language: string) => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(section)?.[1] ?? "";
  return { csv: block("csv"), json: JSON.parse(block("json")) };
}

test("the worked example of a gateway's CSV reads the file beside it", () => {
  const { csv, json } = blocksOf("Describe another gateway's CSV");
  const { rows, payouts, problems, error } = readSettlement(
    mappedCsvSource(json),
    { account: "pay-later-de", timeZone: "Europe/Berlin", currencies: ["EUR"] },
    new TextEncoder().encode(csv),
  );
  expect([error?.message, problems]).toEqual([undefined, []]);
  expect(rows.map(({ class: rowClass, nature, gross, fees, net, references }) => [rowClass, nature, gross, fees, net, references])).toEqual(
    [
      [
        "sale_refund",
        "charge",
        100000,
        [
          { name: "commission", amount: 2000 },
          { name: "vat", amount: 380 },
        ],
        97620,
        { orderName: "#1001", pspReference: "B-1" },
      ],
      ["sale_refund", "refund", -10000, [], -10000, { orderName: "#1001", pspReference: "B-2" }],
      ["payout_movement", "payout", -87620, [], -87620, { pspReference: "B-4" }],
    ],
  );
  expect(payouts).toMatchObject([{ id: "A-77", net: 87620, netFrom: "stated", issuedOn: "2026-11-05" }]);
});

test("the worked example of a bank's CSV reads the file beside it", () => {
  const { csv, json } = blocksOf("Describe a bank's CSV");
  const { lines, statements, problems, error } = readBankFile(mappedBankCsv(json), { account: "4471" }, new TextEncoder().encode(csv));
  expect([error?.message, problems]).toEqual([undefined, []]);
  expect(lines.map(({ bookedOn, amount, remittance, counterparty }) => [bookedOn, amount, remittance, counterparty])).toEqual([
    ["2026-11-06", -1000, "Entgelt", undefined],
    ["2026-11-05", 4915, "Shopify payout", "Shopify International Ltd"],
  ]);
  expect(statements.map(({ id, opening, closing }) => [id, opening?.amount, closing?.amount])).toEqual([
    ["2026-11-06", 104915, 103915],
    ["2026-11-05", 100000, 104915],
  ]);
});

test("the page names every class and every nature", () => {
  for (const name of [...rowClasses, ...rowNatures]) expect(text).toContain(`\`${name}\``);
});
