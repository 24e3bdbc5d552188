import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { posTableFormat } from "#adapters/channels/pos-table";
import { sapPosdmFormat } from "#adapters/channels/sap-posdm";
import { squareItemsFormat } from "#adapters/channels/square-items";
import { posTableMappingSchema } from "#domain/pos-tables";
import type { PosFormat, PosTransaction } from "#ports/pos-format";
import { readPos } from "../../contracts/pos-format-contract.ts";

const fixtures = join(import.meta.dirname, "..", "..", "fixtures");
const golden = (name: string) => readFileSync(join(fixtures, name), "utf8");
const kasse = posTableFormat("kasse", posTableMappingSchema.parse(JSON.parse(golden("pos-tables/mapping.json"))));
const read = (format: PosFormat, text: string) => readPos(format, new TextEncoder().encode(text));

/** What a ticket comes to, whichever of its rows came first. */
function outcome({ document, issues, ignored, total }: PosTransaction): string {
  const event = document?.events[0];
  const rows =
    event?.name === "ticket.completed" ? [...event.lines, ...event.tenders].map(({ id: _, ...row }) => JSON.stringify(row)).sort() : [];
  return JSON.stringify([document?.transaction, total, ignored, issues.map(({ code }) => code), rows]);
}

const isAccepted = ({ issues, ignored }: PosTransaction) => issues.length === 0 && ignored === undefined;

/** Each item with its place in the new order. */
function inOrder<Item>(items: readonly Item[], order: readonly number[]): Item[] {
  return items
    .map((item, index) => ({ item, at: order[index] ?? 0 }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

const order = fc.array(fc.nat(10_000), { minLength: 60, maxLength: 60 });

describe("tables in another order", () => {
  // As far as the header that comes again: rows may not change the header that they stand under.
  const lines = golden("square-items/items.csv").split("\n");
  const square = lines.slice(
    0,
    lines.findLastIndex((line) => line.startsWith("Date,")),
  );
  const tables = [
    { name: "Square", format: squareItemsFormat, lines: square },
    { name: "a table that policy describes", format: kasse, lines: golden("pos-tables/kasse.csv").split("\r\n") },
  ];

  test.each(tables)("$name: with its rows in any order, a ticket comes to what it did, or the file is held", ({ format, lines }) => {
    const [header = "", ...rows] = lines.filter((line) => line !== "");
    const whole = new Set(
      read(format, `${[header, ...rows].join("\n")}\n`)
        .transactions.filter(isAccepted)
        .map(outcome),
    );
    expect(whole.size).toBeGreaterThan(2);
    fc.assert(
      fc.property(order, (places) => {
        const { transactions, problems, failure } = read(format, `${[header, ...inOrder(rows, places)].join("\n")}\n`);
        const isHeld = problems.includes("scattered") || failure !== undefined;
        if (!isHeld) for (const each of transactions.filter(isAccepted)) expect(whole).toContain(outcome(each));
      }),
      { numRuns: 150, seed: 5 },
    );
  });
});

describe("SAP's transactions in another order", () => {
  const list = JSON.parse(golden("sap-posdm/transactions.json")) as object[];
  const reordered = (value: unknown, places: readonly number[]): unknown => {
    if (Array.isArray(value)) return value.map((each) => reordered(each, places));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(inOrder(Object.entries(value), places).map(([name, each]) => [name, reordered(each, places)]));
  };

  test("objects in any order, and the members of each in any order, come to the same tickets", () => {
    const outcomes = (text: string) => read(sapPosdmFormat, text).transactions.map(outcome).sort();
    const whole = outcomes(JSON.stringify(list));
    expect(whole.length).toBeGreaterThan(3);
    fc.assert(
      fc.property(order, (places) => {
        expect(outcomes(JSON.stringify(inOrder(reordered(list, places) as object[], places)))).toEqual(whole);
      }),
      { numRuns: 100, seed: 5 },
    );
  });
});

describe("hostile files", () => {
  const head = "Filiale;Kasse;Bon;Datum;Uhrzeit;Art;Artikel;Menge;Brutto;Rabatt;MwSt;Satz;Zahlart;Betrag\n";
  const row = (number: number, item = "TAB") => `0101;2;${number};27.11.2026;10:15;Verkauf;${item};1;10,00;;;;;\n`;
  const paid = (number: number) => `0101;2;${number};27.11.2026;10:15;Zahlung;;;;;;;Bar;10,00\n`;
  const sap = (more: string) =>
    `{"RETAILSTOREID":101,"BUSINESSDAYDATE":20261127,"TRANSTYPECODE":1001,"WORKSTATIONID":7,"TRANSNUMBER":1,"ENDTIMESTAMP":"20261127122346",${more}"RETAILLINEITEM":{"RETAILTYPECODE":2001,"ITEMID":"A","RETAILQUANTITY":1,"SALESAMOUNT":10},"TENDER":{"TENDERTYPECODE":"ZT01","TENDERAMOUNT":10}}`;

  test.each<[string, PosFormat, string, string]>([
    ["a row without end", kasse, `${head}${"x".repeat(70_000)}`, "too-large"],
    ["a quoted field without end", kasse, `${head}"${"x\n".repeat(40_000)}`, "too-large"],
    ["a header without end", squareItemsFormat, "Date,".repeat(20_000), "too-large"],
    ["lists within a transaction without end", sapPosdmFormat, `[${sap(`"X":${"[".repeat(100)}`)}]`, "too-deep"],
    ["text behind the list", sapPosdmFormat, `[${sap("")}] and so on`, "malformed"],
    ["a string that is never closed", sapPosdmFormat, `[${sap('"X":"')}`, "truncated"],
  ])("%s: refused by name, with its place", (_, format, text, code) => {
    const { failure } = read(format, text);
    expect(failure).toMatchObject({ code, line: expect.any(Number) });
  });

  test("a ticket of more rows or bytes than a till writes is held by name, and the next one is read", () => {
    const told = (text: string) => read(kasse, text).transactions.map(({ issues, total }) => issues[0]?.code ?? total?.amount);
    expect(told(`${head}${row(1).repeat(5_001)}${row(2)}${paid(2)}`)).toEqual(["rows", 1_000]);
    expect(told(`${head}${row(1, "T".repeat(60_000)).repeat(18)}${row(2)}${paid(2)}`)).toEqual(["rows", 1_000]);
  });

  test("an object above a megabyte is held by name, and the next one is read", () => {
    const { transactions, failure } = read(sapPosdmFormat, `[${sap(`"X":"${"x".repeat(1_100_000)}",`)},${sap("")}]`);
    expect([failure, transactions.map(({ issues, total }) => issues[0]?.class ?? total?.amount)]).toEqual([
      undefined,
      ["transport.too-large", 1_000],
    ]);
  });

  test("names that every object is born with are texts like any other", () => {
    const { transactions } = read(sapPosdmFormat, `[${sap('"__proto__":{"RETAILSTOREID":999,"TRANSTYPECODE":1401},"constructor":1,')}]`);
    expect(transactions.map(({ store, total, issues }) => [store, total?.amount, issues.length])).toEqual([["101", 1_000, 0]]);
    expect(({} as Record<string, unknown>).RETAILSTOREID).toBeUndefined();
    const { failure } = read(kasse, head.replace("Artikel", "__proto__"));
    expect(failure).toMatchObject({ code: "columns" });
  });
});
