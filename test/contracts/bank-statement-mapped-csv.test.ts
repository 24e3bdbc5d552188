import { expect, test } from "vitest";
import { mappedBankCsv } from "#adapters/banks/mapped-csv";
import { bankFixture, bankStatementContract, readBankFile } from "./bank-statement-contract.ts";

const mapping = JSON.parse(new TextDecoder().decode(bankFixture("house-bank.mapping.json")));

bankStatementContract({
  format: mappedBankCsv(mapping),
  golden: [{ file: "house-bank.csv", settings: { account: "DE02120300000000202051" } }],
  foreign: ["camt053-v02.xml", "one.mt940"],
  unbalance: (text) => text.replace("-10,00", "-11,00"),
  showsItsEnd: false,
  namesAccount: true,
});

test("a bank export without accounts, currencies and balances is read for the account that the settings name", () => {
  const format = mappedBankCsv({
    name: "plain",
    numbers: { decimal: ".", group: "," },
    dates: "month-first",
    columns: { bookedOn: "Date", amount: { credit: "In", debit: "Out" } },
    remittance: ["Text", "More"],
  });
  const bytes = new TextEncoder().encode('Date,Text,More,In,Out\n11/05/2026,SHOPIFY,PAYOUT,"1,039.15",\n11/05/2026,FEE,,,9.00\n');
  const { lines, statements, summary } = readBankFile(format, { account: "4471", currency: "USD" }, bytes);
  expect(summary).toMatchObject({ lines: 2, held: false });
  expect(lines.map(({ account, bookedOn, amount, currency, remittance }) => [account, bookedOn, amount, currency, remittance])).toEqual([
    ["4471", "2026-11-05", 103915, "USD", "SHOPIFY PAYOUT"],
    ["4471", "2026-11-05", -900, "USD", "FEE"],
  ]);
  expect(statements).toEqual([
    { source: "plain", account: "4471", id: "2026-11-05", currency: "USD", from: "2026-11-05", to: "2026-11-05", lines: 2 },
  ]);
  expect(readBankFile(format, { currency: "USD" }, bytes).problems[0]?.problem.message).toContain(
    "neither the file nor its settings name the account",
  );
});

test("two exports that overlap state the same line under one id, and two equal lines of a day under two", () => {
  const format = mappedBankCsv({
    name: "plain",
    numbers: { decimal: ".", group: "," },
    dates: "year-first",
    columns: { bookedOn: "Date", amount: "Amount" },
    currency: "USD",
  });
  const ids = (text: string) => readBankFile(format, { account: "4471" }, new TextEncoder().encode(text)).lines.map(({ id }) => id);
  const [one, two, three] = ids("Date,Amount\n2026-11-04,5.00\n2026-11-05,5.00\n2026-11-05,5.00\n");
  expect(ids("Date,Amount\n2026-11-05,5.00\n2026-11-05,5.00\n2026-11-06,7.00\n").slice(0, 2)).toEqual([two, three]);
  expect(new Set([one, two, three]).size).toBe(3);
});
