import { describe, expect, test } from "vitest";
import {
  type BankStatement,
  checkPayout,
  checkStatement,
  openPayoutTally,
  type PayoutTally,
  RunningBalances,
  type SettlementPayout,
  type SettlementRow,
  tallyRow,
} from "#domain/settlement";

const payout: SettlementPayout = {
  source: "adyen",
  account: "adyen-eu",
  id: "118-EUR",
  status: "paid",
  issuedOn: "2026-11-04",
  net: 9000,
  netFrom: "stated",
  itemized: true,
  currency: "EUR",
};

function row(net: number, rest: Partial<SettlementRow> = {}): SettlementRow {
  return {
    source: "adyen",
    account: "adyen-eu",
    id: `r${net}`,
    idFrom: "derived",
    type: "Settled",
    gross: net,
    fees: [],
    net,
    currency: "EUR",
    references: {},
    occurredAt: "2026-11-02T10:00:00.000Z",
    ...rest,
  };
}

function tally(...rows: SettlementRow[]): PayoutTally {
  return rows.reduce(tallyRow, openPayoutTally("118-EUR", "EUR"));
}

describe("a payout against its rows", () => {
  test("ties when their net is what it states, and 0 together with its own row", () => {
    const rows = tally(
      row(9500, { gross: 10000, fees: [{ name: "commission", amount: 500 }] }),
      row(-500),
      row(-9000, { nature: "payout" }),
    );
    expect(rows).toEqual({
      payoutId: "118-EUR",
      currency: "EUR",
      rows: 2,
      gross: 9500,
      fees: 500,
      net: 9000,
      payoutRow: -9000,
      foreignRows: 0,
    });
    expect(checkPayout(payout, rows)).toEqual([]);
  });

  test("names what is missing with the difference", () => {
    expect(checkPayout(payout, tally(row(8970)))).toEqual([
      {
        class: "source.control-total",
        code: "payout-net",
        cause: "payout 118-EUR payout-net",
        message:
          "payout 118-EUR of adyen-eu at adyen states 90.00 EUR and its 1 rows come to 89.70 EUR: off by -0.30 EUR. It is held whole; fetch the payout's rows again, or ask the gateway for the missing ones.",
        amount: -30,
        currency: "EUR",
      },
    ]);
  });

  test("names a payout row that says another amount", () => {
    expect(
      checkPayout(payout, tally(row(9000), row(-8999, { nature: "payout" }))).map(({ code, amount, message }) => [code, amount, message]),
    ).toEqual([
      [
        "payout-row",
        1,
        "payout 118-EUR of adyen-eu at adyen states 90.00 EUR and its own row -89.99 EUR: off by 0.01 EUR. It is held whole; fetch the payout's rows again, or ask the gateway for the missing ones.",
      ],
    ]);
  });

  test("names rows in another currency", () => {
    expect(checkPayout(payout, tally(row(9000), row(5, { currency: "USD" }))).map(({ class: name }) => name)).toEqual([
      "money.currency-mismatch",
    ]);
    expect(checkPayout({ ...payout, currency: "USD" }, tally(row(9000))).map(({ class: name }) => name)).toEqual([
      "money.currency-mismatch",
    ]);
  });

  test("that is not itemized is compared with its own row alone", () => {
    expect(checkPayout({ ...payout, itemized: false }, tally(row(-9000, { nature: "payout" })))).toEqual([]);
    expect(checkPayout({ ...payout, itemized: false }, tally(row(-8000, { nature: "payout" }))).map(({ code }) => code)).toEqual([
      "payout-row",
    ]);
  });
});

describe("a statement against its lines", () => {
  const statement: BankStatement = {
    source: "mt940",
    account: "DE02120300000000202051",
    id: "2026-212/1",
    currency: "EUR",
    opening: { amount: 100000, on: "2026-11-04" },
    closing: { amount: 102330, on: "2026-11-05" },
    lines: 3,
  };

  test("ties when the opening balance and the lines lead to the closing one", () => {
    expect(checkStatement(statement, 2330)).toEqual([]);
  });

  test("names by how much it is off", () => {
    expect(checkStatement(statement, 2331)).toMatchObject([
      { class: "source.control-total", code: "statement-balance", amount: 1, currency: "EUR" },
    ]);
  });

  test("without balances has nothing to tie to", () => {
    const { opening: _opening, ...open } = statement;
    expect(checkStatement(open, 5)).toEqual([]);
  });
});

describe("a running balance", () => {
  const follow = (rows: readonly (readonly [number, number])[]) => {
    const balances = new RunningBalances();
    rows.forEach(([amount, balance], index) => {
      balances.add("a", "EUR", amount, balance, { line: index + 2 });
    });
    return balances;
  };

  test.each([
    [
      "from the oldest row",
      [
        [100, 100],
        [-30, 70],
        [5, 75],
      ],
      false,
    ],
    [
      "from the newest row",
      [
        [5, 75],
        [-30, 70],
        [100, 100],
      ],
      true,
    ],
  ] as const)("%s leads from row to row", (_, rows, newestFirst) => {
    const balances = follow(rows);
    expect(balances.gaps()).toEqual([]);
    expect(balances.newestFirst).toBe(newestFirst);
  });

  test("shows where a row is missing, and its amount", () => {
    expect(
      follow([
        [100, 100],
        [5, 75],
        [1, 76],
        [1, 77],
      ]).gaps(),
    ).toEqual([{ difference: 30, currency: "EUR", place: { line: 3 } }]);
  });
});
