import { describe, expect, test } from "vitest";
import { eventSchema, fitsEvent, readEvent } from "#domain/events";

/** Every part that a ticket may have, once. */
const ticket = {
  name: "ticket.completed",
  schema: 1,
  key: "ticket.completed:1.2026-11-27.17",
  version: "0",
  occurredAt: "2026-11-27T14:03:22.000Z",
  store: "0101",
  register: "1",
  sequence: "17",
  businessDate: "2026-11-27",
  receipt: "R-17",
  replaces: { store: "0101", register: "1", sequence: "16", businessDate: "2026-11-27" },
  offline: true,
  currency: "USD",
  taxesIncluded: false,
  lines: [
    {
      id: "1",
      kind: "sale",
      item: "SKU-1001",
      description: "Merino crew neck — navy",
      quantityMillionths: 1_000_000,
      gross: 6900,
      discounts: [{ amount: 100, promotion: "FALL", employee: true }],
      taxes: [{ code: "TX", rate: "0.0825", amount: 561 }],
      restock: true,
      original: { reference: "R-9" },
    },
  ],
  discounts: [{ amount: 50 }],
  taxes: [{ code: "TX", rate: "0.0825", amount: 561 }],
  tenders: [{ id: "2", type: "Cash", amount: 7311, foreign: { currency: "CAD", amount: 10_000 }, reference: "x", account: "A-1" }],
  cashRounding: 0,
  rounding: 0,
  stated: { net: 6750, tax: 561, total: 7311 },
} as const;

const line = ticket.lines[0];

describe("an event that fits its schema as it stands", () => {
  test("is taken as it stands, and is what the schema makes of it", () => {
    expect(fitsEvent("ticket.completed", ticket)).toBe(true);
    expect(readEvent(ticket)).toEqual({ success: true, data: ticket });
    expect(eventSchema.parse(ticket)).toEqual(ticket);
  });
});

describe("an event that does not fit", () => {
  test.each<[string, object, string]>([
    ["a part is missing", { ...ticket, store: undefined }, "store"],
    ["a text is empty that names something", { ...ticket, register: "" }, "register"],
    ["a text is longer than any till's", { ...ticket, receipt: "R".repeat(256) }, "receipt"],
    ["a day is none", { ...ticket, businessDate: "27.11.2026" }, "businessDate"],
    ["an instant has no milliseconds", { ...ticket, occurredAt: "2026-11-27T14:03:22Z" }, "occurredAt"],
    ["an amount is no whole number", { ...ticket, rounding: 0.5 }, "rounding"],
    ["an amount is beyond the exact range", { ...ticket, rounding: 2 ** 53 }, "rounding"],
    ["an amount is a text", { ...ticket, cashRounding: "0" }, "cashRounding"],
    ["a quantity is negative", { ...ticket, lines: [{ ...line, quantityMillionths: -1 }] }, "lines.0.quantityMillionths"],
    ["a word is none of those that are known", { ...ticket, lines: [{ ...line, kind: "gift" }] }, "lines.0.kind"],
    ["lines are no list", { ...ticket, lines: {} }, "lines"],
    ["a flag is a text", { ...ticket, taxesIncluded: "false" }, "taxesIncluded"],
    ["another schema", { ...ticket, schema: 2 }, "schema"],
    ["another name", { ...ticket, name: "ticket.dreamt" }, "name"],
  ])("is refused by the schema: %s", (_, built, path) => {
    const parsed = readEvent(built);
    expect(parsed.success).toBe(false);
    expect(parsed.error?.issues.map((issue) => issue.path.join("."))).toContain(path);
  });

  test("loses what the schema does not know, at any depth", () => {
    const built = { ...ticket, cashier: "Jo", lines: [{ ...line, cashier: "Jo" }], stated: { ...ticket.stated, cashier: "Jo" } };
    expect(fitsEvent("ticket.completed", built)).toBe(false);
    expect(readEvent(built)).toEqual({ success: true, data: ticket });
  });
});

describe("an event that is taken as it stands", () => {
  const changed = (fields: object) => fitsEvent("ticket.completed", { ...ticket, ...fields });

  test.each<[string, object, boolean]>([
    ["without a part that may be left out", { receipt: undefined, offline: undefined }, false],
    ["with a part that is unknown and empty", { cashier: undefined }, false],
    ["with no lines", { lines: [] }, true],
    ["with a line that is none", { lines: [null] }, false],
    ["with a line that is a text", { lines: ["1"] }, false],
    ["with lines that are no list", { lines: { 0: line } }, false],
    ["with a sound line before a broken one", { lines: [line, { ...line, gross: -1 }] }, false],
    ["with a flag that is a number", { offline: 1 }, false],
    ["with a flag that says no", { offline: false }, true],
    ["with a number as a text", { rounding: "0" }, false],
    ["with half a minor unit", { rounding: 0.5 }, false],
    ["with a quantity at its bound", { lines: [{ ...line, quantityMillionths: 0 }] }, true],
    ["with a quantity below its bound", { lines: [{ ...line, quantityMillionths: -1 }] }, false],
    ["with a text that is a number", { receipt: 17 }, false],
    ["with an empty text", { receipt: "" }, true],
    ["with a text at its bound", { receipt: "R".repeat(255) }, true],
    ["with a text beyond its bound", { receipt: "R".repeat(256) }, false],
    ["with an unknown word", { lines: [{ ...line, kind: "gift" }] }, false],
    ["with a customer, whose schema is strict", { customer: { system: "crm", id: "8812" } }, false],
    ["of another schema", { schema: 2 }, false],
    ["of another name", { name: "ticket.voided" }, false],
  ])("%s", (_, fields, fits) => {
    expect(changed(fields)).toBe(fits);
  });

  test("a part that may be left out is left out and not there without a value", () => {
    const { receipt: _receipt, offline: _offline, ...rest } = ticket;
    expect(fitsEvent("ticket.completed", rest)).toBe(true);
  });

  test("a list within its bound, and not beyond it", () => {
    const deposit = {
      name: "bank-deposit.sent",
      schema: 1,
      key: "bank-deposit.sent:1",
      version: "0",
      occurredAt: "2026-11-27T14:03:22.000Z",
      depositId: "1",
      bankAccount: "operating",
      currency: "USD",
      amount: 1,
      sentOn: "2026-11-27",
      names: ["1", "2", "3", "4", "5"],
      lagDays: 0,
    };
    expect(fitsEvent("bank-deposit.sent", deposit)).toBe(true);
    expect(fitsEvent("bank-deposit.sent", { ...deposit, names: ["1", "2", "3", "4", "5", "6"] })).toBe(false);
    expect(fitsEvent("bank-deposit.sent", { ...deposit, amount: 0 })).toBe(false);
  });

  test("nothing fits a name that no event has, and what is no object is no event", () => {
    expect([fitsEvent("ticket.dreamt", ticket), fitsEvent("ticket.completed", null), fitsEvent("ticket.completed", "x")]).toEqual([
      false,
      false,
      false,
    ]);
    expect([undefined, null, "x", 7, {}, { name: 7 }].map((built) => readEvent(built).success)).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
