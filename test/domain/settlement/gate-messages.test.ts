import { describe, expect, test } from "vitest";
import { Cells } from "#domain/csv";
import {
  BankIntake,
  type BankStatement,
  checkStatement,
  ExactJsonFile,
  type FileProblem,
  type FoundLine,
  type FoundPayout,
  type FoundRow,
  mappedAmount,
  mappedCurrency,
  plainNumbers,
  SettlementIntake,
  statedCurrency,
  statedPresentment,
  UnreadableSettlementFile,
} from "#domain/settlement";

const told = ({ problem, holds, place }: FileProblem) => ({ ...problem, holds, place });
const nothing = "Nothing of the file is taken in.";

describe("what is wrong with a settlement file is told with its place, its reason and what next", () => {
  const row: FoundRow = {
    ...{ id: "1", type: "charge", gross: 1_000, fees: [], net: 1_000, currency: "EUR" },
    ...{ references: {}, occurredAt: "2026-11-02T10:00:00.000Z" },
  };
  const payout: FoundPayout = {
    ...{ id: "po_1", status: "paid", issuedOn: "2026-11-05", net: 1, netFrom: "stated", itemized: true, currency: "EUR" },
  };
  const problemsOf = (act: (gate: SettlementIntake) => void, currencies?: string[], bounds?: { rowsMax: number; payoutsMax: number }) => {
    const problems: FileProblem[] = [];
    const handlers = { row: () => {}, payout: () => {}, problem: (problem: FileProblem) => void problems.push(problem) };
    const settings = { account: "eu", ...(currencies === undefined ? {} : { currencies }) };
    const gate = new SettlementIntake("stripe", settings, handlers, ...(bounds === undefined ? [] : [bounds]));
    act(gate);
    return problems.map(told);
  };
  const place = { line: 7, column: "Currency" };

  test.each<[string, (gate: SettlementIntake) => void, string, string, string, string[]?]>([
    [
      "a row in no currency",
      (gate) => gate.row({ ...row, currency: "EUX" }, place),
      "data.value",
      "currency",
      "row 1 (charge) is in EUX, which is no ISO 4217 currency",
    ],
    [
      "a row in a currency of another account",
      (gate) => gate.row({ ...row, currency: "USD" }, place),
      "money.currency-mismatch",
      "account-currency",
      "row 1 (charge) is in USD, and eu settles in EUR, GBP; drop the file for the account it belongs to, or add the currency to the account's settings",
      ["EUR", "GBP"],
    ],
    [
      "a row without a type",
      (gate) => gate.row({ ...row, type: "" }, place),
      "data.value",
      "row",
      "row 1 (): type must be or have at least 1",
    ],
    [
      "a row of a fraction",
      (gate) => gate.row({ ...row, gross: 0.5 }, place),
      "data.value",
      "row",
      "row 1 (charge): gross needs a value of type int",
    ],
    [
      "a row with a long fee",
      (gate) => gate.row({ ...row, fees: [{ name: "f".repeat(256), amount: 0 }] }, place),
      "data.value",
      "row",
      "row 1 (charge): fees.0.name may be or have at most 255",
    ],
    [
      "a row at no time",
      (gate) => gate.row({ ...row, occurredAt: "yesterday" }, place),
      "data.value",
      "row",
      "row 1 (charge): occurredAt has not the expected form",
    ],
    [
      "a row with a long id",
      (gate) => gate.row({ ...row, id: "9".repeat(130), type: "t".repeat(70) }, place),
      "data.value",
      "row",
      `row ${"9".repeat(60)} (${"t".repeat(60)}): id may be or have at most 120`,
    ],
    [
      "a payout in no currency",
      (gate) => gate.payout({ ...payout, currency: "XXX1" }, place),
      "data.value",
      "currency",
      "payout po_1 is in XXX1, which is no ISO 4217 currency",
    ],
    [
      "a payout in a state that there is not",
      (gate) => gate.payout({ ...payout, status: "lost" as "paid" }, place),
      "data.value",
      "payout",
      "payout po_1: status must be one of scheduled, in-transit, paid, failed, cancelled",
    ],
  ])("%s", (_what, act, problemClass, code, message, currencies) => {
    expect(problemsOf(act, currencies)).toEqual([
      {
        class: problemClass,
        code,
        cause: `${code} line 7 Currency`,
        message: `line 7, Currency: ${message}. ${nothing}`,
        holds: "file",
        place,
      },
    ]);
  });

  test("two rows, or two payouts, of one id", () => {
    const twice = problemsOf((gate) => {
      gate.row(row, { line: 2 });
      gate.row({ ...row, type: "refund" }, { line: 3 });
      gate.payout(payout, { line: 4 });
      gate.payout({ ...payout, net: 2 }, { line: 5 });
    });
    expect(twice.map(({ class: name, cause, message }) => [name, cause, message])).toEqual([
      [
        "data.duplicate",
        "row-id line 3",
        `line 3: two rows of the file have the id 1 and different content; ask the gateway for the report again. ${nothing}`,
      ],
      [
        "data.duplicate",
        "payout-id line 5",
        `line 5: payout po_1 is stated twice with different content; ask the gateway for the report again. ${nothing}`,
      ],
    ]);
  });

  test("more than its bounds, and more than can be added up", () => {
    const bounded = problemsOf(
      (gate) => {
        for (const id of ["1", "2", "3"]) gate.row({ ...row, id }, { line: Number(id) });
        for (const id of ["4", "5", "6"]) gate.payout({ ...payout, id }, { line: Number(id) });
      },
      undefined,
      { rowsMax: 1, payoutsMax: 2 },
    );
    expect(bounded.map(({ class: name, code, message }) => [name, code, message])).toEqual([
      ["transport.too-large", "rows", `line 2: the file has more than 1 rows: have it split by date. ${nothing}`],
    ]);
    const payouts = problemsOf((gate) => { for (const id of ["4", "5", "6"]) gate.payout({ ...payout, id }, { line: Number(id) }); }, undefined, { rowsMax: 1, payoutsMax: 1 }); // biome-ignore format: one call
    expect(payouts.map(({ message }) => message)).toEqual([`line 5: the file has more than 1 payouts: have it split by date. ${nothing}`]);
    const most = Number.MAX_SAFE_INTEGER;
    const huge = problemsOf((gate) => {
      gate.row({ ...row, id: "1", gross: 1, fees: [{ name: "fee", amount: 1 }], net: 0 }, { line: 1 });
      gate.row({ ...row, id: "2", gross: most, net: most }, { line: 2 });
    });
    expect(huge.map(({ message }) => message)).toEqual([
      `line 2: the amounts of the file add up to more than can be added exactly: have it split by date. ${nothing}`,
    ]);
  });

  test("what a control found, what a reader found of the whole file, and what a person should only know", () => {
    const found = problemsOf((gate) => {
      gate.hold("source.control-total", "footer", "the footer counts 3 rows", undefined, { amount: 5, currency: "EUR" });
      gate.hold("source.control-total", "footer", "the footer counts 3 rows", { line: 9 });
      gate.holdFor({ class: "source.control-total", code: "net", cause: "c", message: "m" });
      gate.note("data.value", "type", "type mystery is not listed", { line: 4 });
    });
    expect(found).toEqual([
      {
        class: "source.control-total",
        code: "footer",
        cause: "footer",
        message: `the footer counts 3 rows. ${nothing}`,
        amount: 5,
        currency: "EUR",
        holds: "file",
        place: undefined,
      },
      {
        class: "source.control-total",
        code: "footer",
        cause: "footer line 9",
        message: `line 9: the footer counts 3 rows. ${nothing}`,
        holds: "file",
        place: { line: 9 },
      },
      { class: "source.control-total", code: "net", cause: "c", message: "m", holds: "file", place: undefined },
      {
        class: "data.value",
        code: "type",
        cause: "type line 4",
        message: "line 4: type mystery is not listed.",
        holds: "nothing",
        place: { line: 4 },
      },
    ]);
  });

  test("only what holds the file holds it", () => {
    const gate = new SettlementIntake("stripe", { account: "eu" }, { row: () => {}, payout: () => {}, problem: () => {} });
    gate.note("data.value", "type", "type mystery is not listed", { line: 4 });
    expect([gate.summary().held, gate.named]).toEqual([false, { source: "stripe", account: "eu" }]);
    gate.holdFor({ class: "data.value", code: "c", cause: "c", message: "m" });
    expect(gate.summary()).toEqual({ rows: 0, payouts: 0, duplicates: 0, problems: 2, held: true });
  });
});

describe("what is wrong with a bank statement is told with its place, its reason and what next", () => {
  const line: FoundLine = {
    ...{ identity: { amount: 5 }, account: "4471", statementId: "s1", bookedOn: "2026-11-05", amount: 5, currency: "EUR", references: {} },
  };
  const statement = { account: "4471", id: "s1", currency: "EUR", lines: 1 };
  const problemsOf = (act: (gate: BankIntake) => void, settings: { account?: string } = {}, linesMax?: number) => {
    const problems: FileProblem[] = [];
    const handlers = { line: () => {}, statement: () => {}, problem: (problem: FileProblem) => void problems.push(problem) };
    const gate = new BankIntake("mt940", settings, handlers, ...(linesMax === undefined ? [] : [linesMax]));
    act(gate);
    return { problems: problems.map(told), summary: gate.summary() };
  };
  const place = { line: 7, column: ":61:" };

  test.each<[string, (gate: BankIntake) => void, string, string, string]>([
    [
      "a line in no currency",
      (gate) => gate.line({ ...line, currency: "EUROS OF SPAIN" }, place),
      "data.value",
      "currency",
      '"EUROS OF S" is no ISO 4217 currency',
    ],
    [
      "a line of a fraction",
      (gate) => gate.line({ ...line, amount: 0.5 }, place),
      "data.value",
      "line",
      "amount needs a value of type int",
    ],
    [
      "a line of no account",
      (gate) => gate.line({ ...line, account: "" }, place),
      "data.value",
      "line",
      "account must be or have at least 1",
    ],
    [
      "a statement without a name",
      (gate) => gate.statement({ ...statement, id: "" }, 5, place),
      "data.value",
      "statement",
      "id must be or have at least 1",
    ],
    [
      "a statement of another account",
      (gate) => gate.statement({ ...statement, account: "9999", id: "s".repeat(70) }, 5, place),
      "data.value",
      "account",
      `statement ${"s".repeat(60)} is of account 9999, and the file is read for 4471; drop it for the account it belongs to`,
    ],
  ])("%s", (_what, act, problemClass, code, message) => {
    expect(problemsOf(act, { account: "4471" }).problems).toEqual([
      { class: problemClass, code, cause: `${code} line 7 :61:`, message: `line 7, :61:: ${message}. ${nothing}`, holds: "file", place },
    ]);
  });

  test("a statement of the file's own account is none, and one that is there twice is told", () => {
    const twice = problemsOf(
      (gate) => {
        gate.statement(statement, 5, { line: 1 });
        gate.statement({ ...statement, id: "s2" }, 5, { line: 2 });
        gate.statement(statement, 5, { line: 3 });
      },
      { account: "4471" },
    );
    expect(twice.problems).toEqual([
      {
        class: "data.duplicate",
        code: "statement-id",
        cause: "statement-id line 3",
        message: `line 3: statement s1 is in the file twice; ask the bank for the file again. ${nothing}`,
        holds: "file",
        place: { line: 3 },
      },
    ]);
    expect(twice.summary).toEqual({ lines: 0, statements: 3, problems: 1, held: true });
  });

  test("more lines than its bound, once; and what a person should only know holds nothing", () => {
    const many = problemsOf((gate) => { for (const at of [1, 2, 3, 4]) gate.line({ ...line, identity: { at } }, { line: at }); }, {}, 2); // biome-ignore format: one call
    expect(many.problems.map(({ message }) => message)).toEqual([
      `line 3: the file has more than 2 lines: have it split by date. ${nothing}`,
    ]);
    expect(many.summary).toEqual({ lines: 2, statements: 0, problems: 1, held: true });
    const noted = problemsOf((gate) => gate.note("data.value", "charges", "charges are not told apart", { line: 4 }));
    expect(noted.problems).toEqual([
      {
        class: "data.value",
        code: "charges",
        cause: "charges line 4",
        message: "line 4: charges are not told apart.",
        holds: "nothing",
        place: { line: 4 },
      },
    ]);
    expect(noted.summary.held).toBe(false);
  });

  test("balances that its lines do not lead to", () => {
    const balance = (amount: number) => ({ amount, on: "2026-11-05" });
    const whole: BankStatement = { source: "mt940", ...statement, lines: 2, opening: balance(10_000), closing: balance(10_500) };
    expect(checkStatement(whole, 500)).toEqual([]);
    expect(checkStatement({ ...whole, closing: undefined }, 400)).toEqual([]);
    expect(checkStatement({ ...whole, opening: undefined }, 400)).toEqual([]);
    expect(checkStatement(whole, 400)).toEqual([
      {
        class: "source.control-total",
        code: "statement-balance",
        cause: "statement s1 balance",
        message:
          "statement s1 of 4471 opens with 100.00 EUR, its 2 lines come to 4.00, and it closes with 105.00: off by -1.00. Nothing of it is taken in; ask the bank for the statement again.",
        amount: -100,
        currency: "EUR",
      },
    ]);
  });
});

describe("a file of JSON", () => {
  const read = (...pieces: readonly (string | Uint8Array)[]) => {
    const file = new ExactJsonFile();
    for (const piece of pieces) file.push(typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
    return file.end();
  };
  const refusalOf = (...pieces: readonly (string | Uint8Array)[]) => {
    try {
      return read(...pieces);
    } catch (error) {
      const { code, line, message } = error as UnreadableSettlementFile;
      return [error instanceof UnreadableSettlementFile, code, line, message];
    }
  };

  test("is read with every number as it is written", () => {
    expect(read('{"id": 12345678901234567890, "amount"', ": 1.10, ", '"paid": true, "to": null, "list": [0.1]}')).toEqual([
      { value: { id: "12345678901234567890", amount: "1.10", paid: true, to: null, list: ["0.1"] }, place: { line: 1 } },
    ]);
    expect(read("\uFEFF[1,\n2]")).toEqual([{ value: ["1", "2"], place: { line: 1 } }]);
  });

  test("may be a value a line, each with its line", () => {
    expect(read('{"a": 1}\n\n{"b": 2}\n')).toEqual([
      { value: { a: "1" }, place: { line: 1 } },
      { value: { b: "2" }, place: { line: 3 } },
    ]);
  });

  test.each([
    [[""], "empty", 1, "line 1: the file is empty; fetch or export it again"],
    [[" \n\uFEFF "], "empty", 1, "line 1: the file is empty; fetch or export it again"],
    [['{"a": '], "truncated", 1, "line 1: the file is no whole JSON; fetch or export it again"],
    [['{"a": \n 1,\n "b"'], "truncated", 3, "line 3: the file is no whole JSON; fetch or export it again"],
    [['{"a": }'], "malformed", 1, "line 1: the file is no whole JSON; fetch or export it again"],
    [["[1,,2] \n"], "malformed", 2, "line 2: the file is no whole JSON; fetch or export it again"],
    [['{"a": 1}\n{"b": \n{"c": 3}'], "malformed", 2, "line 2: the line is no whole JSON; fetch or export the file again"],
    [['{"a": 1}\n{"b": '], "truncated", 2, "line 2: the line is no whole JSON; fetch or export the file again"],
    [[Uint8Array.of(0x7b, 0xff)], "encoding", 1, "line 1: the file is not in UTF-8; fetch or export it again"],
  ] as const)("%j is refused, and says what next", (pieces, code, line, message) => {
    expect(refusalOf(...pieces)).toEqual([true, code, line, message]);
  });

  test("is bounded", () => {
    const file = new ExactJsonFile();
    const half = new Uint8Array(32 * 1024 * 1024);
    file.push(half);
    file.push(half);
    expect(() => file.push(Uint8Array.of(1))).toThrow("line 1: the file has more than 67108864 bytes of JSON; split it by date");
  });
});

describe("a mapped cell", () => {
  const columns = new Map([["plus", 0], ["minus", 1], ["currency", 2]].map(([key, index]) => [key as "plus" | "minus" | "currency", { index: index as number, header: String(key) }])); // biome-ignore format: a table
  const cells = (...fields: string[]) => new Cells<"plus" | "minus" | "currency">(columns, fields, 3);
  const both = { credit: "plus", debit: "minus" } as const;

  test.each([
    [["5.00", ""], 500],
    [["", "5.00"], -500],
    [["5.00", "0.00"], 500],
    [["0.00", "5.00"], -500],
    [["0", "0"], 0],
    [["", ""], undefined],
  ])("pair %j is %s", (fields, amount) => {
    expect(mappedAmount(cells(...fields), both, "USD", plainNumbers)).toBe(amount);
  });

  test.each([[["5.00", "1.00"]], [["-5.00", ""]], [["", "-5.00"]], [["-5.00", "0"]]])("pair %j is a problem", (fields) => {
    expect(() => mappedAmount(cells(...fields), both, "USD", plainNumbers)).toThrow(
      "debit and credit are both stated, or one of them is negative; have the file exported again",
    );
  });

  test("may be signed, in minor units, in one of two columns alone, and without a currency of its own", () => {
    expect(mappedAmount(cells("-5.00"), { signed: "plus" }, "USD", plainNumbers)).toBe(-500);
    expect(mappedAmount(cells("", "7"), { signed: "plus" }, "USD", plainNumbers)).toBeUndefined();
    expect(mappedAmount(cells("-500"), { signed: "plus" }, "USD", "minor-units")).toBe(-500);
    expect(mappedAmount(cells("5"), { credit: "plus" }, "USD", { decimal: "." })).toBe(500);
    expect(mappedAmount(cells("", "5"), { debit: "minus" }, "USD", { decimal: "." })).toBe(-500);
    expect([mappedCurrency(cells("", "", "usd"), "currency", undefined), mappedCurrency(cells(), undefined, "eur")]).toEqual([
      "USD",
      "EUR",
    ]);
    expect(() => mappedCurrency(cells(), undefined, undefined)).toThrow('"" is no ISO 4217 currency');
    expect(() => statedCurrency("DOLLARS OF US")).toThrow('"DOLLARS OF" is no ISO 4217 currency');
  });

  test("of what the customer saw has the sign of the amount", () => {
    const keys = { amount: "plus", currency: "currency" } as const;
    expect(statedPresentment(cells("5.00", "", "cad"), keys, "Currency", -400)).toEqual({ amount: -500, currency: "CAD" });
    expect(statedPresentment(cells("-5.00", "", "CAD"), keys, "Currency", 400)).toEqual({ amount: 500, currency: "CAD" });
    expect(statedPresentment(cells("0.00", "", "CAD"), keys, "Currency", -400)).toEqual({ amount: 0, currency: "CAD" });
    expect(statedPresentment(cells("5.00", "", "CAD"), keys, "Currency", 0)).toEqual({ amount: 500, currency: "CAD" });
    expect(statedPresentment(cells("", "", "CAD"), keys, "Currency", 400)).toBeUndefined();
    expect(statedPresentment(cells("5.00"), keys, "Currency", 400)).toBeUndefined();
  });
});
