import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { posTableFormat } from "#adapters/channels/pos-table";
import { sapPosdmFormat } from "#adapters/channels/sap-posdm";
import { squareItemsFormat } from "#adapters/channels/square-items";
import { posTableMappingSchema } from "#domain/pos-tables";
import type { PosFormat } from "#ports/pos-format";
import { readPos, readSettings } from "../../contracts/pos-format-contract.ts";

const fixtures = join(import.meta.dirname, "..", "..", "fixtures");

/** Each transaction as people would tell it, one line for what it is and one for each line and tender. */
function told(format: PosFormat, content: string | Uint8Array): string[] {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const { transactions, problems, failure } = readPos(format, bytes);
  const lines = transactions.flatMap(({ document, ignored, issues, total }) => {
    const event = document?.events.find(({ name }) => name === "ticket.completed");
    const name = document?.transaction.replace("ab".repeat(32), "<hash>") ?? "nothing";
    if (ignored !== undefined) return [`${name} ignored: ${ignored}`];
    if (issues.length > 0) return [`${name} held: ${issues.map((issue) => `${issue.class}/${issue.code}`).join(", ")}`];
    if (event?.name !== "ticket.completed") return [`${name} says nothing`];
    return [
      `${name} at ${event.occurredAt}, ${total?.amount} ${event.currency}, tax ${event.taxesIncluded ? "included" : "excluded"}`,
      ...event.lines.map(({ kind, collects, item, quantityMillionths, gross, discounts, taxes }) =>
        [
          `  ${kind} ${quantityMillionths / 1_000_000} ${collects ?? item} ${gross}`,
          ...discounts.map(({ amount, promotion }) => `less ${amount}${promotion === undefined ? "" : ` (${promotion})`}`),
          ...taxes.map(({ code, rate, amount }) => `tax ${amount} ${code}${rate === undefined ? "" : ` ${rate}`}`),
        ].join(" "),
      ),
      ...event.tenders.map(({ type, cardBrand, amount }) => `  paid ${amount} ${type}${cardBrand === undefined ? "" : ` ${cardBrand}`}`),
    ];
  });
  return [
    ...lines,
    ...problems.map((code) => `file held: ${code}`),
    ...(failure === undefined ? [] : [`${failure.code} ${failure.message}`]),
  ];
}

const golden = (name: string) => new Uint8Array(readFileSync(join(fixtures, name)));
const mapping = posTableMappingSchema.parse(JSON.parse(readFileSync(join(fixtures, "pos-tables", "mapping.json"), "utf8")));
const kasse = posTableFormat("kasse", mapping);
const kasseHeader = "Filiale;Kasse;Bon;Datum;Uhrzeit;Art;Artikel;Menge;Brutto;Rabatt;MwSt;Satz;Zahlart;Betrag\n0101;2;1;27.11.2026;10:15";

test("a Square item export: two identical lines are two sales, a refund is a ticket of its own, columns appear mid-file", () => {
  expect(told(squareItemsFormat, golden("square-items/items.csv"))).toEqual([
    "sale:pos:101:Square:2026-11-27:TxMugs0001 at 2026-11-27T15:15:00.000Z, 1488 USD, tax excluded",
    "  sale 1 TAB-MUG-35 700 tax 44 tax",
    "  sale 1 TAB-MUG-35 700 tax 44 tax",
    "  paid 1488 Square",
    "sale:pos:101:Square:2026-11-27:TxKettle02 at 2026-11-27T16:02:41.000Z, 116875 USD, tax excluded",
    "  sale 2 KIT-KETTLE-15 112000 less 2000 tax 6875 tax",
    "  paid 116875 Square",
    "sale:pos:101:Square:2026-11-27:TxRefund03 at 2026-11-27T17:30:00.000Z, -744 USD, tax excluded",
    "  return 1 TAB-MUG-35 700 tax 44 tax",
    "  paid -744 Square",
    "sale:pos:101:Square:2026-11-28:TxGift0004 at 2026-11-28T05:30:00.000Z, 5000 USD, tax excluded",
    "  sale 1 gift-card 5000",
    "  paid 5000 Square Card Visa",
    "file:pos:<hash> held: data.unmapped/store",
    "sale:pos:101:Square:2026-11-28:TxOff00006 held: money.amount-mismatch/line-figures",
  ]);
});

test("SAP's transactions: fields that are an object or an array, points without money, discounts before or after the sales amount", () => {
  expect(told(sapPosdmFormat, golden("sap-posdm/transactions.json"))).toEqual([
    "sale:pos:101:7:2026-11-27:5470 at 2026-11-27T17:23:46.000Z, 2037 USD, tax included",
    "  sale 1 TAB-MUG-35 1650 less 413 (6847)",
    "  sale 2 TAB-BOWL-15 800",
    "  paid 2037 ZT13 Visa",
    "sale:pos:101:7:2026-11-27:5471 at 2026-11-27T18:00:00.000Z, -1063 USD, tax excluded",
    "  return 1 TAB-MUG-35 1000 tax 63 VAT1",
    "  paid -1063 ZT01",
    "sale:pos:101:7:2026-11-27:5472 ignored: transaction type 1401",
    "sale:pos:101:7:2026-11-27:5473 held: data.value/line-type",
    "file:pos:<hash> held: data.missing/identity",
    "sale:pos:101:7:2026-11-27:5475 held: data.value/unknown-money",
  ]);
  const before = `{"RETAILSTOREID":101,"BUSINESSDAYDATE":20261127,"TRANSTYPECODE":1001,"WORKSTATIONID":7,"TRANSNUMBER":1,"ENDTIMESTAMP":"20261127122346","RETAILLINEITEM":{"RETAILTYPECODE":2001,"ITEMID":"A","RETAILQUANTITY":1,"SALESAMOUNT":10,"DISCOUNT":{"REDUCTIONAMOUNT":2}},"TENDER":{"TENDERTYPECODE":"ZT01","TENDERAMOUNT":8}}`;
  expect(told(sapPosdmFormat, before)).toContain("  sale 1 A 1000 less 200");
});

test("the same SAP receipt with other extensions is the same fact", () => {
  const receipt = (extension: string) =>
    `{"IT_TRANSACTION":[{"RETAILSTOREID":101,"BUSINESSDAYDATE":20261127,"TRANSTYPECODE":1001,"WORKSTATIONID":7,"TRANSNUMBER":1,"ENDTIMESTAMP":"20261127122346","RETAILLINEITEM":{"RETAILTYPECODE":2001,"ITEMID":"A","RETAILQUANTITY":1,"SALESAMOUNT":10},"TENDER":{"TENDERTYPECODE":"ZT01","TENDERAMOUNT":10},"EXTENSIONS":{"FIELDGROUP":"SOURCE","FIELDNAME":"CHANNEL","FIELDVALUE":${extension}}}]}`;
  const [one, other] = ["1", '"2"'].map((extension) => readPos(sapPosdmFormat, new TextEncoder().encode(receipt(extension))).transactions);
  expect(one?.map(({ document }) => document)).toEqual(other?.map(({ document }) => document));
  expect(one?.[0]?.document?.events).toHaveLength(1);
});

test("a table that policy describes: lines and tenders in rows of their own, decimal commas, tax included, Windows-1252", () => {
  const expected = [
    "sale:pos:101:2:2026-11-27:4711 at 2026-11-27T15:15:00.000Z, 111295 EUR, tax included",
    "  sale 1 TAB-MUG-35 1295 tax 207 MwSt 0.19",
    "  sale 2 TAB-BOWL-15 120000 less 10000 tax 17563 MwSt 0.19",
    "  paid 112000 Bar",
    "  paid -705 Bar",
    "sale:pos:101:2:2026-11-27:4712 at 2026-11-27T15:20:00.000Z, -1295 EUR, tax included",
    "  return 1 TAB-MUG-35 1295 tax 207 MwSt 0.19",
    "  paid -1295 Karte",
    "sale:pos:101:2:2026-11-27:4713 ignored: Schublade",
    "sale:pos:101:2:2026-11-27:4714 held: money.amount-mismatch/tenders-pay-total",
    "sale:pos:101:2:2026-11-27:4715 held: data.value/cell",
    // The row without a receipt number could belong to either neighbour: all three wait together, by name.
    "file:pos:<hash> held: data.value/rows",
    "sale:pos:101:2:2026-11-27:4719 at 2026-11-27T15:35:00.000Z, 1295 EUR, tax included",
    "  sale 1 TAB-MUG-35 1295 tax 207 MwSt 0.19",
    "  paid 1295 Bar",
  ];
  const bytes = golden("pos-tables/kasse.csv");
  expect(told(kasse, bytes)).toEqual(expected);
  expect(told(kasse, Uint8Array.from(Buffer.from(new TextDecoder().decode(bytes), "latin1")))).toEqual(expected);
});

test("one row per ticket, tenders in columns, returns told by a column", () => {
  const rows = posTableFormat(
    "tickets",
    posTableMappingSchema.parse({
      numbers: "minor-units",
      dates: "compact",
      ticket: { store: { constant: "101" }, register: "till", sequence: "no", date: "day", time: "time", total: "total" },
      status: { column: "state", sale: ["ok"], ignored: ["void"] },
      line: { item: { constant: "SALES" }, net: "net", tax: "tax", kind: { column: "kind", sale: ["S"], return: ["R"] } },
      tax: "excluded",
      returns: "by-kind",
      tenders: {
        from: "columns",
        columns: [
          { column: "cash", type: "Cash" },
          { column: "card", type: "Card" },
        ],
      },
      why: "A test.",
    }),
  );
  const table = [
    "till,no,day,time,state,kind,net,tax,cash,card,total",
    "1,7,20261127,9:05 AM,ok,S,1000,63,563,500,1063",
    "1,8,20261127,1:05 PM,ok,R,1000,63,,1063,1063",
    "1,9,20261127,1:06 PM,void,S,1000,63,,1063,1063",
    "1,10,20261127,1:07 PM,parked,S,1000,63,,1063,1063",
    "",
  ].join("\n");
  expect(told(rows, table)).toEqual([
    "sale:pos:101:1:2026-11-27:7 at 2026-11-27T14:05:00.000Z, 1063 USD, tax excluded",
    "  sale 1 SALES 1000 tax 63 tax",
    "  paid 563 Cash",
    "  paid 500 Card",
    "sale:pos:101:1:2026-11-27:8 at 2026-11-27T18:05:00.000Z, -1063 USD, tax excluded",
    "  return 1 SALES 1000 tax 63 tax",
    "  paid -1063 Card",
    "sale:pos:101:1:2026-11-27:9 ignored: void",
    "sale:pos:101:1:2026-11-27:10 held: data.value/status",
  ]);
});

test.each([
  [
    "Square",
    squareItemsFormat,
    new TextDecoder().decode(golden("square-items/items.csv")).split("\n").slice(0, 2).join("\n").replace(",1.0,", ",0.0,"),
  ],
  [
    "SAP",
    sapPosdmFormat,
    `{"RETAILSTOREID":101,"BUSINESSDAYDATE":20261127,"TRANSTYPECODE":1001,"WORKSTATIONID":7,"TRANSNUMBER":1,"ENDTIMESTAMP":"20261127122346","RETAILLINEITEM":{"RETAILTYPECODE":2001,"ITEMID":"A","RETAILQUANTITY":0,"SALESAMOUNT":10},"TENDER":{"TENDERTYPECODE":"ZT01","TENDERAMOUNT":10}}`,
  ],
  ["a table", kasse, `${kasseHeader};Verkauf;TAB;0;10,00;;;;;\n0101;2;1;27.11.2026;10:15;Zahlung;;;;;;;Bar;10,00`],
] as const)("policy says how grave a broken rule is for %s", (_, format, text) => {
  const asked: string[] = [];
  const issues = (severity?: "error") =>
    readPos(format, new TextEncoder().encode(`${text}\n`), undefined, {
      ...readSettings,
      ticketRule: (rule, { store, businessDate }) => {
        asked.push(`${store} ${businessDate}`);
        return { severity: rule === "amount-has-quantity" ? (severity ?? "off") : "off" };
      },
    }).transactions.map((each) => each.issues.length);
  expect([issues(), issues("error"), [...new Set(asked)]]).toEqual([[0], [1], ["101 2026-11-27"]]);
});

test.each([
  ["void last", "ok", "void"],
  ["void first", "void", "ok"],
])("rows of one ticket that differ in their status hold it by name (%s)", (_, one, other) => {
  const rows = posTableFormat(
    "rows",
    posTableMappingSchema.parse({
      numbers: "minor-units",
      dates: "compact",
      ticket: { store: { constant: "101" }, register: "till", sequence: "no", date: "day", time: "time" },
      status: { column: "state", sale: ["ok"], ignored: ["void"] },
      line: { item: { constant: "SALES" }, net: "net" },
      tax: "excluded",
      returns: "negative",
      tenders: { from: "total", type: { constant: "Cash" } },
      why: "A test.",
    }),
  );
  const table = (states: readonly string[]) =>
    ["till,no,day,time,state,net", ...states.map((state) => `1,7,20261127,9:05 AM,${state},1000`), ""].join("\n");
  expect(told(rows, table([one, other]))).toEqual(["sale:pos:101:1:2026-11-27:7 held: data.value/rows-differ"]);
  expect(told(rows, table([one, one]))).not.toContain("held");
});

test.each([
  ["a tax", "1;10,00;;-1,60", "10,00"],
  ["a discount", "1;10,00;-2,00;1,60", "8,00"],
  ["the tax of a return", "-1;-10,00;;1,60", "-10,00"],
  ["the discount of a return", "-1;-10,00;2,00;-1,60", "-8,00"],
])("%s with the opposite sign of its line holds the ticket", (_, figures, paid) => {
  const table = (cells: string) => `${kasseHeader};Verkauf;TAB;${cells};19 %;;\n0101;2;1;27.11.2026;10:15;Zahlung;;;;;;;Bar;${paid}\n`;
  expect(told(kasse, table(figures))).toEqual(["sale:pos:101:2:2026-11-27:1 held: data.value/sign"]);
  const minus = paid.startsWith("-") ? "-" : "";
  const agreeing = figures.replaceAll("-", "").replace(/(\d+,\d+|^\d)/g, `${minus}$1`);
  expect(told(kasse, table(agreeing)).join("\n")).toContain(`paid ${paid.replace(",", "")} Bar`);
});

test("rows of a ticket that do not stand together hold the file, since one part would look like the other sent again", () => {
  const [header, first, second, , , third] = new TextDecoder().decode(golden("pos-tables/kasse.csv")).split("\r\n");
  expect(told(kasse, [header, first, third, second, ""].join("\r\n"))).toContain("file held: scattered");
});

test.each([
  [
    "a quotation mark that nobody closes",
    'Filiale;Kasse;Bon;Datum;Uhrzeit;Art;Artikel;Menge;Brutto;Rabatt;MwSt;Satz;Zahlart;Betrag\n0101;2;"47',
    "truncated byte 89, line 2, column 1",
  ],
  [
    "text behind a closing one",
    'Filiale;Kasse;Bon;Datum;Uhrzeit;Art;Artikel;Menge;Brutto;Rabatt;MwSt;Satz;Zahlart;Betrag\n0101;"2"x;47\n',
    "malformed byte 89, line 2, column 9",
  ],
  [
    "a row that was cut off",
    "Filiale;Kasse;Bon;Datum;Uhrzeit;Art;Artikel;Menge;Brutto;Rabatt;MwSt;Satz;Zahlart;Betrag\n0101;2;47",
    "truncated byte 89, line 2",
  ],
])("a table with %s is quarantined with its place", (_, text, place) => {
  expect(told(kasse, text).at(-1)?.slice(0, place.length)).toBe(place);
});

test.each([
  ["a list that was cut off", '[{"IT_TRANSACTION":{"RETAILSTOREID":1}},\n{"IT_TRANSA', "truncated byte 52, line 2, column 12"],
  ["text between transactions", '[{"RETAILSTOREID":1},\n oops]', 'malformed byte 23, line 2, column 2: "o"'],
  ["an object that is no JSON", '[\n{"RETAILSTOREID":01}]', "malformed byte 2, line 2: the transaction that begins here is no JSON"],
  ["objects within objects without end", `[{"RETAILSTOREID":${'{"a":'.repeat(100)}`, "too-deep byte 333, line 1, column 334"],
])("JSON with %s is quarantined with its place", (_, text, place) => {
  expect(told(sapPosdmFormat, text).at(-1)?.slice(0, place.length)).toBe(place);
});
