import { describe, expect, test } from "vitest";
import { BankIntake, type FileProblem, type FoundRow, SettlementIntake, type SettlementRow } from "#domain/settlement";

const found: FoundRow = {
  id: "1",
  type: "charge",
  gross: 1000,
  fees: [{ name: "fee", amount: 30 }],
  net: 970,
  currency: "EUR",
  references: {},
  occurredAt: "2026-11-02T10:00:00.000Z",
};

function intake(settings: { currencies?: string[] } = {}, bounds?: { rowsMax: number; payoutsMax: number }) {
  const rows: SettlementRow[] = [];
  const problems: FileProblem[] = [];
  const gate = new SettlementIntake(
    "stripe",
    { account: "stripe-eu", ...settings },
    { row: (row) => void rows.push(row), payout: () => {}, problem: (problem) => void problems.push(problem) },
    ...(bounds === undefined ? [] : [bounds]),
  );
  return { gate, rows, problems, codes: () => problems.map(({ problem }) => problem.code) };
}

describe("the gate of settlement rows", () => {
  test("tells a row with what all rows of the file share and the class of its type", () => {
    const { gate, rows } = intake();
    gate.row(found, { line: 2 });
    expect(rows).toEqual([{ source: "stripe", account: "stripe-eu", idFrom: "stated", class: "sale_refund", nature: "charge", ...found }]);
  });

  test("holds a row that does not add up, with the difference", () => {
    const { gate, rows, problems } = intake();
    gate.row({ ...found, net: 960 }, { line: 7 });
    expect(rows).toEqual([]);
    expect(problems[0]).toMatchObject({
      holds: "file",
      place: { line: 7 },
      problem: { class: "money.amount-mismatch", amount: 10, currency: "EUR" },
    });
    expect(problems[0]?.problem.message).toBe(
      "line 7: row 1 (charge) has gross 10.00 and net 9.60 EUR, and its fees leave 0.10 unexplained; ask the gateway for the report again. Nothing of the file is taken in.",
    );
    expect(gate.summary()).toEqual({ rows: 0, payouts: 0, duplicates: 0, problems: 1, held: true });
  });

  test("tells a repeated row once, and holds another row that claims its id", () => {
    const { gate, rows, codes } = intake();
    for (const line of [2, 3]) gate.row(found, { line });
    expect(gate.summary()).toMatchObject({ rows: 1, duplicates: 1, held: false });
    gate.row({ ...found, gross: 1001, net: 971 }, { line: 4 });
    expect([rows.length, codes(), gate.summary().held]).toEqual([1, ["row-id"], true]);
  });

  test("derives ids from what never changes, and tells equal rows apart by their number", () => {
    const { gate, rows } = intake();
    const { id: _id, ...withoutId } = found;
    for (const payoutId of ["po_1", "po_2"]) gate.row({ ...withoutId, payoutId, identity: { at: "10:00", amount: 1000 } }, { line: 2 });
    const [one, two] = rows;
    expect(one?.idFrom).toBe("derived");
    expect(two?.id).toBe(`${one?.id}.2`);
    const again = intake();
    again.gate.row({ ...withoutId, identity: { amount: 1000, at: "10:00" } }, { line: 9 });
    expect(again.rows[0]?.id).toBe(one?.id);
  });

  test("holds a currency that is none, and one in which the account does not settle", () => {
    const { gate, problems } = intake({ currencies: ["EUR"] });
    gate.row({ ...found, currency: "EUX" }, { line: 2 });
    gate.row({ ...found, currency: "USD" }, { line: 3 });
    expect(problems.map(({ problem }) => problem.class)).toEqual(["data.value", "money.currency-mismatch"]);
  });

  test("holds a reference that is too long for a stream's key, and names the field", () => {
    const { gate, problems } = intake();
    gate.row({ ...found, id: "x".repeat(121) }, { line: 2 });
    expect(problems[0]?.problem.message).toContain("id may be or have at most 120");
  });

  test("tells the fee of a payout's own row apart, so that the payout is what reaches the bank", () => {
    const { gate, rows } = intake();
    gate.row({ ...found, type: "payout", gross: -10000, fees: [{ name: "fee", amount: 100 }], net: -10100 }, { line: 2 });
    expect(
      rows.map(({ id, type, class: rowClass, nature, gross, fees, net }) => ({ id, type, rowClass, nature, gross, fees, net })),
    ).toEqual([
      { id: "1", type: "payout", rowClass: "payout_movement", nature: "payout", gross: -10000, fees: [], net: -10000 },
      { id: "1.fee", type: "payout fee", rowClass: "platform_fee", nature: undefined, gross: -100, fees: [], net: -100 },
    ]);
  });

  test("holds a file of more rows or payouts than its bound, once, and tells no further one", () => {
    const { gate, rows, codes } = intake({}, { rowsMax: 2, payoutsMax: 1 });
    for (let id = 1; id <= 5; id++) gate.row({ ...found, id: String(id) }, { line: id });
    expect([rows.length, codes()]).toEqual([2, ["rows"]]);
    const payouts = intake({}, { rowsMax: 2, payoutsMax: 1 });
    for (const id of ["po_1", "po_2", "po_3"]) {
      payouts.gate.payout(
        { id, status: "paid", issuedOn: "2026-11-05", net: 1, netFrom: "stated", itemized: true, currency: "EUR" },
        { line: 2 },
      );
    }
    expect([payouts.codes(), payouts.gate.summary().payouts]).toEqual([["payouts"], 1]);
  });

  test("holds a payout that is stated twice with different content", () => {
    const { gate, codes } = intake();
    const payout = {
      id: "po_1",
      status: "paid",
      issuedOn: "2026-11-05",
      net: 1,
      netFrom: "stated",
      itemized: true,
      currency: "EUR",
    } as const;
    gate.payout(payout, { line: 2 });
    gate.payout(payout, { line: 3 });
    expect(codes()).toEqual([]);
    gate.payout({ ...payout, net: 2 }, { line: 4 });
    expect(codes()).toEqual(["payout-id"]);
  });

  test("tells a hundred problems and counts the others", () => {
    const { gate, problems } = intake();
    for (let line = 1; line <= 150; line++) gate.row({ ...found, id: String(line), net: 1 }, { line });
    expect([problems.length, gate.summary().problems]).toEqual([100, 150]);
  });
});

describe("the gate of bank lines", () => {
  const line = {
    identity: { amount: 5 },
    account: "4471",
    statementId: "s1",
    bookedOn: "2026-11-05",
    amount: 5,
    currency: "EUR",
    references: {},
  } as const;

  test("holds a file of more lines than its bound, and a statement that is there twice", () => {
    const told: string[] = [];
    const problems: FileProblem[] = [];
    const gate = new BankIntake(
      "mt940",
      {},
      { line: ({ id }) => void told.push(id), statement: () => {}, problem: (problem) => void problems.push(problem) },
      2,
    );
    for (let at = 1; at <= 4; at++) gate.line(line, { line: at });
    for (const at of [5, 6]) gate.statement({ account: "4471", id: "s1", currency: "EUR", lines: 4 }, 20, { line: at });
    expect(told.length).toBe(2);
    expect(new Set(told).size).toBe(2);
    expect(problems.map(({ problem }) => problem.code)).toEqual(["lines", "statement-id"]);
    expect(gate.summary()).toEqual({ lines: 2, statements: 2, problems: 2, held: true });
  });
});

test("amounts that cannot be added exactly hold the file instead of being rounded", () => {
  const { gate, rows, codes } = intake();
  const huge = { ...found, gross: 100_000_000_000_000, fees: [], net: 100_000_000_000_000 };
  for (let id = 1; id <= 46; id++) gate.row({ ...huge, id: String(id) }, { line: id });
  expect([rows.length, codes()]).toEqual([45, ["turnover"]]);
});
