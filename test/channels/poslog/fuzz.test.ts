import { readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UnreadablePosFile } from "#domain/store-day";
import type { PosTransaction } from "#ports/pos-format";
import { readPieces, readText } from "./read-tickets.ts";

const folder = new URL("../../fixtures/poslog/golden/", import.meta.url);
const files = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith(".xml"))
    .map((name) => [name, readFileSync(new URL(name, folder))]),
);
/** By name, so that a counterexample can be read. */
const file = fc.constantFrom(...files.keys());
const bytesOf = (name: string): Buffer => files.get(name) as Buffer;
const share = fc.double({ min: 0, max: 1, noNaN: true });

function accepted({ transactions }: { transactions: readonly PosTransaction[] }) {
  return transactions.filter(({ issues, ignored }) => issues.length === 0 && ignored === undefined);
}

describe("files of every dialect, damaged", () => {
  test("cut anywhere: what stood whole before the cut comes out as it would, and nothing else does", () => {
    fc.assert(
      fc.property(file, share, (name, at) => {
        const bytes = bytesOf(name);
        const whole = readPieces(bytes).transactions;
        const { transactions, error } = readPieces(bytes.subarray(0, Math.floor(at * bytes.lastIndexOf(">"))));
        expect(error).toBeInstanceOf(UnreadablePosFile);
        expect(transactions).toEqual(whole.slice(0, transactions.length));
      }),
      { numRuns: 150 },
    );
  });

  test("with bytes changed, nothing but the typed error ends the reading, and every transaction says what became of it", () => {
    fc.assert(
      fc.property(file, fc.array(fc.tuple(share, fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 12 }), (name, changes) => {
        const changed = Uint8Array.from(bytesOf(name));
        for (const [at, value] of changes) changed[Math.floor(at * (changed.length - 1))] = value;
        const { transactions, error } = readPieces(changed);
        expect(error === undefined || error instanceof UnreadablePosFile).toBe(true);
        for (const { document, issues, ignored } of transactions) {
          expect((document?.events.length ?? 0) > 0 || issues.length > 0 || ignored !== undefined).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("with any element left out, no amount is made up: what is accepted was stated so, or less of it was", () => {
    const elements = /<([\w:]+)(?:\s[^<>]*)?>(?:<!\[CDATA\[[^\]]*\]\]>|[^<>]*)<\/\1>/g;
    fc.assert(
      fc.property(file, share, (name, at) => {
        const bytes = bytesOf(name);
        const text = new TextDecoder().decode(bytes);
        const found = [...text.matchAll(elements)];
        const gone = found[Math.floor(at * (found.length - 1))];
        if (gone === undefined) return;
        const { transactions, error } = readText(text.slice(0, gone.index) + text.slice(gone.index + gone[0].length));
        expect(error).toBeUndefined();
        const whole = readPieces(bytes).transactions;
        expect(transactions).toHaveLength(whole.length);
        for (const { ordinal, total } of accepted({ transactions })) {
          const before = whole[ordinal]?.total?.amount;
          if (total !== undefined && before !== undefined)
            expect(Math.abs(total.amount)).toBeLessThanOrEqual(Math.abs(before) + largest(whole[ordinal]));
        }
      }),
      { numRuns: 200 },
    );
  });

  /** The largest amount of a transaction: a line that goes may take a return's opposite with it, and no more. */
  function largest(transaction: PosTransaction | undefined): number {
    const amounts = [...JSON.stringify(transaction?.document?.events ?? []).matchAll(/"(?:gross|amount|total)":(-?\d+)/g)];
    return Math.max(0, ...amounts.map(([, amount]) => Math.abs(Number(amount))));
  }

  test("with the lines of a ticket in any order, the ticket comes to the same", () => {
    const retail = /(<RetailTransaction[^>]*>)([\s\S]*?)(<\/RetailTransaction>)/g;
    fc.assert(
      fc.property(file, fc.infiniteStream(fc.nat(1_000)), (name, dice) => {
        const bytes = bytesOf(name);
        const text = new TextDecoder().decode(bytes).replace(retail, (_, open: string, inner: string, close: string) => {
          const parts = inner.split("\n");
          const shuffled = parts.map((part) => ({ part, at: dice.next().value as number })).sort((a, b) => a.at - b.at);
          return `${open}${shuffled.map(({ part }) => part).join("\n")}${close}`;
        });
        const outcome = ({ total, issues, ignored, document }: PosTransaction) => ({
          total,
          issues: issues.map(({ code }) => code).sort(),
          ignored,
          transaction: document?.transaction,
        });
        expect(readText(text).transactions.map(outcome)).toEqual(readPieces(bytes).transactions.map(outcome));
      }),
      { numRuns: 100 },
    );
  });
});

describe("hostile files", () => {
  test.each([
    [
      "entities that multiply",
      '<!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><POSLog><Transaction>&b;</Transaction></POSLog>',
      "doctype",
    ],
    [
      "an entity of the disk",
      '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><POSLog><Transaction>&a;</Transaction></POSLog>',
      "doctype",
    ],
    ["an entity of a parameter", '<!DOCTYPE l [<!ENTITY % a SYSTEM "http://example.com/a"> %a;]><POSLog/>', "doctype"],
    ["an entity that nothing defines", "<POSLog><Transaction>&a;</Transaction></POSLog>", "malformed"],
    ["nesting inside of a ticket", `<POSLog><Transaction><RetailTransaction>${"<LineItem>".repeat(100)}`, "too-deep"],
    ["an attribute without end", `<POSLog><Transaction a="${"x".repeat(1_200_000)}`, "too-large"],
  ])("%s: refused by name, and nothing is fetched or expanded", (_, text, code) => {
    const { error, transactions } = readText(text);
    expect(error).toMatchObject({ code });
    expect(transactions).toEqual([]);
  });

  test.each([
    ["movements", `<TenderControlTransaction>${"<TenderLoan><Amount>1.00</Amount></TenderLoan>".repeat(101)}</TenderControlTransaction>`],
    [
      "tenders of a movement",
      `<TenderControlTransaction><TenderPickup>${"<TenderAmount>1.00</TenderAmount>".repeat(501)}</TenderPickup></TenderControlTransaction>`,
    ],
    ["stock documents", `<InventoryControlTransaction>${"<InventoryCount/>".repeat(21)}</InventoryControlTransaction>`],
    [
      "lines of a stock document",
      `<InventoryControlTransaction><InventoryCount>${"<LineItem/>".repeat(5_001)}</InventoryCount></InventoryControlTransaction>`,
    ],
  ])("more %s than a till has: held by name", (_, content) => {
    const head =
      "<RetailStoreID>101</RetailStoreID><WorkstationID>2</WorkstationID><SequenceNumber>7</SequenceNumber><BusinessDayDate>2026-11-27</BusinessDayDate><EndDateTime>2026-11-27T13:00:00</EndDateTime>";
    const [found] = readText(`<POSLog><Transaction>${head}${content}</Transaction></POSLog>`).transactions;
    expect(found?.document?.events).toEqual([]);
    expect(found?.issues).toMatchObject([{ class: "transport.too-large", code: "ticket" }]);
  });

  test("a property pair and a vendor's words are texts like any other, and fill no field that is not theirs", () => {
    const xml =
      '<POSLog xmlns:dtv="http://www.datavantagecorp.com/xstore/"><Transaction dtv:TransactionType="__proto__"><dtv:PosTransactionProperties><dtv:PosTransactionPropertyCode>constructor</dtv:PosTransactionPropertyCode><dtv:PosTransactionPropertyValue>x</dtv:PosTransactionPropertyValue></dtv:PosTransactionProperties><constructor/><__proto__/></Transaction></POSLog>';
    const { transactions, error } = readText(xml);
    expect(error).toBeUndefined();
    expect(transactions.map(({ issues }) => issues.map(({ code }) => code))).toEqual([["identity"]]);
  });
});
