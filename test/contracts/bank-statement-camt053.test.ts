import { describe, expect, test } from "vitest";
import { camt053 } from "#adapters/banks/camt053";
import { bankFixture, bankStatementContract, readBankFile } from "./bank-statement-contract.ts";

const settings = { account: "DE02120300000000202051" };

bankStatementContract({
  format: camt053,
  golden: [
    { file: "camt053-v02.xml", settings },
    { file: "camt053-v08.xml", settings: {} },
  ],
  foreign: ["one.mt940", "statements.mt940"],
  unbalance: (text) => text.replace('<Amt Ccy="EUR">39.15</Amt>', '<Amt Ccy="EUR">39.16</Amt>'),
  showsItsEnd: true,
  namesAccount: true,
});

const text = new TextDecoder().decode(bankFixture("camt053-v02.xml"));
const read = (content: string) => readBankFile(camt053, settings, new TextEncoder().encode(content));

describe("a hostile or odd camt.053", () => {
  test("with a DOCTYPE is refused, so that no entity of its own is ever expanded", () => {
    const bomb = text.replace("<Document", '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>\n<Document');
    expect(read(bomb).error).toMatchObject({ code: "doctype", line: 2 });
  });

  test("with an unknown entity is refused with the line", () => {
    expect(read(text.replace("Shopify payout<", "&xxe;<")).error).toMatchObject({ code: "malformed", line: 21 });
  });

  test("nested too deep is refused", () => {
    expect(read(text.replace("<GrpHdr>", `<GrpHdr>${"<a>".repeat(60)}${"</a>".repeat(60)}`)).error?.code).toBe("too-deep");
  });

  test("with an endless text is refused before it fills the memory", () => {
    const huge = `<Document><BkToCstmrStmt><!-- ${"x".repeat(3_000_000)} --></BkToCstmrStmt></Document>`;
    expect(read(huge).error?.code).toBe("too-large");
    expect(read(text.replace("Shopify payout", "y".repeat(30_000))).error?.code).toBe("too-large");
  });

  test("of another message is refused by name", () => {
    expect(read("<Document><BkToCstmrDbtCdtNtfctn/></Document>").error?.message).toContain("no camt.053");
  });

  test("whose batch states parts that do not come to it is one line, and says so", () => {
    // The second part is 1.00 lower: the entry still books 150.00.
    const { lines, problems, summary } = read(text.replace('<TxAmt><Amt Ccy="EUR">50.00</Amt>', '<TxAmt><Amt Ccy="EUR">49.00</Amt>'));
    expect(lines.map(({ amount }) => amount)).toEqual([3915, 15000, -1500]);
    expect(problems.map(({ holds, problem }) => [holds, problem.code])).toEqual([["nothing", "batch"]]);
    expect(summary?.held).toBe(false);
  });

  test("without balances is held: nothing proves it whole", () => {
    const { problems, summary } = read(text.replace(/<Bal>.*<\/Bal>\n/g, ""));
    expect(summary?.held).toBe(true);
    expect(problems[0]?.problem.message).toContain("no opening (OPBD) balance");
  });

  test("states a line under the same id in a statement that is issued again", () => {
    const ids = (content: string) => read(content).lines.map(({ id }) => id);
    const again = text.replace("<Id>STMT-2026-11-05</Id>", "<Id>STMT-2026-11-05-B</Id>");
    // The entry without a reference of the bank's own is known by its statement only.
    expect(ids(again).slice(0, 3)).toEqual(ids(text).slice(0, 3));
  });
});
