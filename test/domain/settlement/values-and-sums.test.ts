import { describe, expect, test } from "vitest";
import { CellProblem, Cells } from "#domain/csv";
import {
  bankLineVariance,
  type FileProblem,
  type FoundPayout,
  hasColumns,
  matchReasons,
  matchWays,
  PayoutCollector,
  payoutSteps,
  RunningBalances,
  rowClasses,
  rowNatures,
  rowVariance,
  SettlementIntake,
  type SettlementPayout,
  type SettlementRow,
  StatedPayouts,
  statedDay,
  statedInstant,
  statedMeans,
  type TableFormat,
  TableReader,
  typeKey,
  UnreadableSettlementFile,
} from "#domain/settlement";
import { confidenceOf } from "../../../domain/settlement/match-words.ts";
import { treated } from "../../../domain/settlement/row-classes.ts";

describe("a time beside a zone's abbreviation", () => {
  test.each([
    ["Z", "12:00"],
    ["UTC", "12:00"],
    ["GMT", "12:00"],
    ["WET", "12:00"],
    ["WEST", "11:00"],
    ["CET", "11:00"],
    ["MEZ", "11:00"],
    ["CEST", "10:00"],
    ["MESZ", "10:00"],
    ["EET", "10:00"],
    ["EEST", "09:00"],
    ["MSK", "09:00"],
    ["EDT", "16:00"],
    ["EST", "17:00"],
    ["CDT", "17:00"],
    ["MDT", "18:00"],
    ["MST", "19:00"],
    ["PDT", "19:00"],
    ["PST", "20:00"],
    ["AKDT", "20:00"],
    ["AKST", "21:00"],
    ["HST", "22:00"],
    ["HKT", "04:00"],
    ["SGT", "04:00"],
    ["JST", "03:00"],
    ["AEST", "02:00"],
    ["AEDT", "01:00"],
    ["NZST", "00:00"],
    ["-0330", "15:30"],
    ["+05:45", "06:15"],
    [" PST ", "20:00"],
    // Names of several zones, or of none: the account's own, half an hour before five from UTC, decides.
    ["CST", "06:30"],
    ["IST", "06:30"],
    ["BST", "06:30"],
    ["", "06:30"],
    ["toString", "06:30"],
    ["Europe/Lisbon", "12:00"],
  ])("noon in %s is %s in UTC", (zone, clock) => {
    expect(statedInstant("2026-01-15 12:00:00", "Asia/Kolkata", zone)).toBe(`2026-01-15T${clock}:00.000Z`);
  });

  test("noon in NZDT is eleven at night on the day before", () => {
    expect(statedInstant("2026-01-15 12:00:00", "UTC", "NZDT")).toBe("2026-01-14T23:00:00.000Z");
  });

  test.each([
    ["  2026-01-15 12:00  ", "2026-01-15T12:00:00.000Z"],
    ["2026-01-15T12:00:07.25", "2026-01-15T12:00:07.250Z"],
    ["2026-01-15 12:00:07 UTC", "2026-01-15T12:00:07.000Z"],
    ["2026-01-15 12:00:07+0100", "2026-01-15T11:00:07.000Z"],
    ["2026/01/15", "2026-01-15T00:00:00.000Z"],
  ])("%j is %s", (text, instant) => {
    expect(statedInstant(text, "UTC")).toBe(instant);
  });

  test.each([
    ["2026-01-15 12:00:00 CET"],
    ["2026-01-15 12"],
    ["2026-01-15 12:00:0"],
    ["2026-01-15 12:00:00."],
    ["2026-01-15 12:00:00.1234567890"],
    ["2026-01-15 12:00:00 +1"],
    ["x2026-01-15"],
    ["2026-01-15x"],
    ["26-01-15"],
    ["2026.01.15"],
  ])("%j is no time, and the complaint has it", (text) => {
    expect(() => statedInstant(text, "UTC")).toThrow(`${JSON.stringify(text)} is not a date and time such as 2026-11-05 19:52:08 -0500`);
  });

  test("a complaint has forty characters of it", () => {
    const long = "9".repeat(50);
    expect(() => statedInstant(long, "UTC")).toThrow(`"${"9".repeat(40)}" is not a date and time`);
    expect(() => statedDay(long)).toThrow(`"${"9".repeat(40)}" is not a day such as 2026-11-05`);
  });

  test("a day begins a text, written either way", () => {
    expect([statedDay(" 2026-11-05 00:00:00"), statedDay("2026/11/05"), statedDay("2026-11-05T23:59")]).toEqual([
      "2026-11-05",
      "2026-11-05",
      "2026-11-05",
    ]);
  });
});

describe("the words of settlements", () => {
  test("ways, with how sure they are", () => {
    expect(matchWays.map((way) => `${way} ${confidenceOf[way]}`)).toEqual([
      ...["person 100", "transaction 100", "payment 98", "trace 100", "order-and-amount 90", "net-of-fee 85", "sum 80"],
      ...["tolerance 60", "amount-and-day 70"],
    ]);
    expect(matchReasons).toEqual(["missing", "amount-mismatch", "duplicate", "currency", "fee", "timing", "unknown"]);
  });

  test("classes, natures, and the steps of a payout", () => {
    expect(rowClasses).toEqual([
      ...["sale_refund", "dispute", "reserve", "payout_movement", "platform_fee", "promo_funding", "channel_transfer"],
      ...["financing", "tax_duty", "shipping_expense", "investigate"],
    ]);
    expect(rowNatures).toEqual([
      ...["charge", "refund", "dispute", "dispute-fee", "protection", "payout", "payout-returned", "transfer"],
      ...["conversion", "tax", "duty"],
    ]);
    expect(payoutSteps).toEqual(["held", "variance", "wait-for-posting", "wait-for-bank", "closed"]);
  });

  test.each(["Payment Refund", "payment_refund", "PAYMENT-REFUND", "PaymentRefund", "payment _- refund"])("%s is one type", (type) => {
    expect(typeKey(type)).toBe("paymentrefund");
  });

  test("types of one line are treated alike, with a nature or without one", () => {
    expect(treated("reserve", undefined, ["a", "b"])).toEqual([
      ["a", { class: "reserve" }],
      ["b", { class: "reserve" }],
    ]);
    expect(treated("tax_duty", "duty", ["c"])).toEqual([["c", { class: "tax_duty", nature: "duty" }]]);
    expect(treated("reserve", undefined, [])).toEqual([]);
  });
});

describe("how a customer paid", () => {
  const places = new Map([
    ["brand", { index: 0, header: "Card" }],
    ["way", { index: 1, header: "Method" }],
  ] as const);
  const cells = (...fields: string[]) => new Cells<"brand" | "way">(places, fields, 2);

  test.each([
    [["visa", "card"], { cardBrand: "visa", method: "card" }],
    [["visa", ""], { cardBrand: "visa" }],
    [["", "card"], { method: "card" }],
    [["", ""], {}],
  ])("%j", (fields, means) => {
    expect(statedMeans(cells(...fields), { cardBrand: "brand", method: "way" })).toEqual(means);
  });

  test("is what the format has columns for", () => {
    expect(statedMeans(cells("visa", "card"), { cardBrand: "brand" })).toEqual({ cardBrand: "visa" });
    expect(statedMeans(cells("visa", "card"), { method: "way" })).toEqual({ method: "card" });
    expect(statedMeans(cells("visa", "card"), {})).toEqual({});
  });
});

describe("what is open", () => {
  test.each([
    ["nobody has looked", undefined, undefined],
    ["it agrees", { outcome: "matched" }, undefined],
    [
      "it is off by something",
      { outcome: "matched", difference: 20, reason: "amount-mismatch" },
      { amount: 20, reason: "amount-mismatch", isBookable: true },
    ],
    ["a fee explains it", { outcome: "unmatched", difference: -20, reason: "fee" }, { amount: -20, reason: "fee", isBookable: true }],
    ["it is of nobody", { outcome: "unmatched", reason: "missing" }, { amount: 500, reason: "missing", isBookable: true }],
    [
      "it is matched and no amount of its currency says by how much",
      { outcome: "matched", reason: "amount-mismatch" },
      { amount: 500, reason: "amount-mismatch", isBookable: false },
    ],
    ["it is of another currency", { outcome: "unmatched", reason: "currency" }, { amount: 500, reason: "currency", isBookable: false }],
    [
      "its currency differs, and by something",
      { outcome: "matched", difference: 5, reason: "currency" },
      { amount: 5, reason: "currency", isBookable: false },
    ],
  ] as const)("of a row when %s", (_what, match, variance) => {
    expect(rowVariance({ gross: 500 }, match)).toEqual(variance);
  });

  const payouts = [{ amount: 300 }, { amount: 150 }];
  test.each([
    ["nobody has looked", undefined, undefined],
    ["it shows none", { outcome: "unmatched", payouts: [], reason: "missing" }, undefined],
    ["it comes to its payouts", { outcome: "matched", payouts: [...payouts, { amount: 50 }] }, undefined],
    ["it has more than they", { outcome: "matched", payouts }, { amount: 50, reason: "amount-mismatch", isBookable: true }],
    [
      "it has less than they, for a reason",
      { outcome: "matched", payouts: [{ amount: 510 }], reason: "fee" },
      { amount: -10, reason: "fee", isBookable: true },
    ],
    [
      "it is of another currency",
      { outcome: "matched", payouts, reason: "currency" },
      { amount: 50, reason: "currency", isBookable: false },
    ],
  ] as const)("of a bank line when %s", (_what, match, variance) => {
    expect(bankLineVariance({ amount: 500 }, match)).toEqual(variance);
  });
});

describe("balances behind rows", () => {
  test("are followed for each account apart, and the first row of each leads nowhere", () => {
    const balances = new RunningBalances();
    balances.add("a", "EUR", 100, 100, { line: 2 });
    balances.add("b", "USD", 50, 900, { line: 3 });
    balances.add("a", "EUR", 30, 130, { line: 4 });
    balances.add("b", "USD", 50, 940, { line: 5 });
    expect([balances.gaps(), balances.newestFirst]).toEqual([[{ difference: 10, currency: "USD", place: { line: 5 } }], false]);
  });

  test("from the newest row a gap is what the older row lacks, and without rows there is none", () => {
    const balances = new RunningBalances();
    expect([balances.gaps(), balances.newestFirst]).toEqual([[], false]);
    balances.add("a", "EUR", 10, 170, { line: 2 });
    balances.add("a", "EUR", 20, 160, { line: 3 });
    balances.add("a", "EUR", 40, 138, { line: 4 });
    balances.add("a", "EUR", 98, 98, { line: 5 });
    expect([balances.gaps(), balances.newestFirst]).toEqual([[{ difference: -2, currency: "EUR", place: { line: 4 } }], true]);
  });
});

const row = (id: string, net: number, more: Partial<SettlementRow> = {}): SettlementRow => ({
  ...{ source: "adyen", account: "eu", id, idFrom: "stated", payoutId: "P1", type: "Settled", gross: net, fees: [], net },
  ...{ currency: "EUR", references: {}, occurredAt: "2026-11-02T10:00:00.000Z" },
  ...more,
});

function gate() {
  const payouts: (SettlementPayout & { line: number })[] = [];
  const problems: FileProblem[] = [];
  const intake = new SettlementIntake(
    "adyen",
    { account: "eu" },
    {
      row: () => {},
      payout: (payout, { line }) => void payouts.push({ ...payout, line }),
      problem: (problem) => void problems.push(problem),
    },
  );
  return { intake, payouts, problems };
}

describe("payouts that only rows tell of", () => {
  const facts = { status: "paid", issuedOn: "2026-11-04", arrivesOn: "2026-11-05" } as const;
  const stated = { source: "adyen", account: "eu", status: "paid", issuedOn: "2026-11-04", arrivesOn: "2026-11-05", itemized: true };

  test("are what their own row states, or else what their rows come to, told with their first row's place", () => {
    const { intake, payouts, problems } = gate();
    const collector = new PayoutCollector(intake);
    collector.add(row("1", 700), facts, { line: 2 });
    collector.add(row("2", 300, { payoutId: "P2", currency: "USD" }), { status: "scheduled", issuedOn: "2026-11-06" }, { line: 3 });
    collector.add(row("3", 200), facts, { line: 4 });
    collector.add(row("4", -900, { nature: "payout" }), facts, { line: 5 });
    collector.add(row("5", 4, { payoutId: undefined }), facts, { line: 6 });
    expect(payouts).toEqual([]);
    collector.end();
    expect(payouts).toEqual([
      { ...stated, id: "P1", net: 900, netFrom: "stated", currency: "EUR", rowId: "4", line: 2 },
      {
        ...{ source: "adyen", account: "eu", id: "P2", status: "scheduled", issuedOn: "2026-11-06", net: 300, netFrom: "rows" },
        ...{ itemized: true, currency: "USD", line: 3 },
      },
    ]);
    expect(problems).toEqual([]);
  });

  test("are held where two rows say different things of one, and where the rows do not come to its own", () => {
    const { intake, problems } = gate();
    const collector = new PayoutCollector(intake);
    collector.add(row("1", 700), facts, { line: 2 });
    collector.add(row("2", 100), { ...facts, status: "failed" }, { line: 3 });
    collector.add(row("3", 100), { ...facts, issuedOn: "2026-11-07" }, { line: 4 });
    collector.add(row("4", 50), { ...facts, arrivesOn: "2026-11-09" }, { line: 5 });
    collector.add(row("5", -900, { nature: "payout" }), facts, { line: 6 });
    collector.end();
    expect(problems.map(({ problem: { class: name, code, message }, place }) => [name, code, message, place?.line])).toEqual([
      [
        "data.value",
        "payout-facts",
        "line 3: payout P1 is failed on 2026-11-04 here, and paid on 2026-11-04 in line 2; export the file again. Nothing of the file is taken in.",
        3,
      ],
      [
        "data.value",
        "payout-facts",
        "line 4: payout P1 is paid on 2026-11-07 here, and paid on 2026-11-04 in line 2; export the file again. Nothing of the file is taken in.",
        4,
      ],
      [
        "source.control-total",
        "payout-net",
        "payout P1 of eu at adyen states 9.00 EUR and its 4 rows come to 9.50 EUR: off by 0.50 EUR. It is held whole; fetch the payout's rows again, or ask the gateway for the missing ones.",
        2,
      ],
    ]);
  });
});

describe("payouts that a file states beside rows", () => {
  const payout = (id: string, net: number): FoundPayout => ({
    ...{ id, status: "paid", issuedOn: "2026-11-04", net, netFrom: "stated", itemized: true, currency: "EUR" },
  });

  test("are checked against those of their rows that the file has, and told without any", () => {
    const { intake, payouts, problems } = gate();
    const stated = new StatedPayouts(intake);
    stated.add(payout("P1", 1_000), { line: 2 });
    stated.add(payout("P2", 77), { line: 3 });
    stated.tally(row("1", 700));
    stated.tally(row("2", 299));
    stated.tally(row("3", 5_000, { payoutId: undefined }));
    expect(payouts).toEqual([]);
    stated.end();
    expect(payouts.map(({ id, line }) => [id, line])).toEqual([
      ["P1", 2],
      ["P2", 3],
    ]);
    expect(problems.map(({ problem: { code, amount, message }, place }) => [code, amount, message.slice(0, 75), place])).toEqual([
      ["payout-net", -1, "payout P1 of eu at adyen states 10.00 EUR and its 2 rows come to 9.99 EUR: ", { line: 2 }],
    ]);
  });
});

describe("a table of a settlement", () => {
  const format: TableFormat<"date" | "amount"> = {
    what: "a test export",
    columns: { date: { names: ["Date"] }, amount: { names: ["Amount"] } },
    delimiters: [","],
    encoding: "utf-8",
  };
  const read = (text: string | Uint8Array, row: (cells: Cells<"date" | "amount">) => void = () => {}) => {
    const problems: unknown[] = [];
    const reader = new TableReader(format, { row, problem: (...told) => void problems.push(told) });
    try {
      reader.push(typeof text === "string" ? new TextEncoder().encode(text) : text);
      reader.end();
    } catch (error) {
      if (!(error instanceof UnreadableSettlementFile)) throw error;
      problems.push([error.code, error.line, error.message]);
    }
    return problems;
  };

  test("tells a cell that cannot be read with its column, or without one, and goes on", () => {
    const lines: number[] = [];
    const problems = read("Date,Amount\n1,x\n2,y\n3,z\n", ({ line }) => {
      lines.push(line);
      if (line === 2) throw new CellProblem("data.value", "amount", "Amount", "x is no amount");
      if (line === 3) throw new CellProblem("money.currency-mismatch", "pair", undefined, "two of them");
    });
    expect([problems, lines]).toEqual([
      [
        ["data.value", "amount", "x is no amount", { line: 2, column: "Amount" }],
        ["money.currency-mismatch", "pair", "two of them", { line: 3 }],
      ],
      [2, 3, 4],
    ]);
  });

  test("lets a fault of the reader itself through", () => {
    expect(() =>
      read("Date,Amount\n1,x\n", () => {
        throw new RangeError("a fault");
      }),
    ).toThrow(new RangeError("a fault"));
  });

  test.each([
    ["", ["empty", 1, "line 1: the file is empty; have it exported again"]],
    [
      "Date,Amo",
      [
        "columns",
        1,
        'line 1: this is not a test export, or one with other columns: it has no "Amount". Export it with these columns, or describe the file as a CSV mapping (docs/settlements.md)',
      ],
    ],
    ["Date,Amount,Date\n1,2,3\n", ["columns", 1, 'line 1: the column "Date" is there twice; export the file with each column once']],
    ["Date,Amount", ["truncated", 1, "line 1: the file ends within its header: it was cut off; transfer or export it again"]],
    ["Date,Amount\n1", ["truncated", 2, "line 2: the file ends within this row: it was cut off; transfer or export it again"]],
    ["Date,Amount\n1\n", ["truncated", 2, "line 2: the file ends within this row: it was cut off; transfer or export it again"]],
    [
      "Date,Amount\n1,2",
      [
        "truncated",
        2,
        "line 2: the file ends without a line end, so Amount of its last row may be cut off; transfer it again, or add the line end if you know it to be whole",
      ],
    ],
    ['Date,Amount\n1,"2', ["truncated", 2, "line 2: the file ends within a quoted field; transfer or export the file again"]],
  ])("%j is refused", (text, refusal) => {
    expect(read(text)).toEqual([refusal]);
  });

  test("has a first line that ends, sooner or later", () => {
    const refusal = ["columns", 1, "line 1: the first line has more than 65536 characters: this is not a test export"];
    expect(read("z".repeat(65_537))).toEqual([refusal]);
    const [whole] = read(`Date,Amount,${"z".repeat(65_536 - "Date,Amount,".length)}`) as [[string]];
    expect(whole[0]).toBe("truncated");
  });

  test("that is no text says so, with the line", () => {
    const bytes = Uint8Array.of(...new TextEncoder().encode("Date,Amount\n1,2\n3,"), 0xff, 0x0a);
    expect(read(bytes)).toEqual([
      ["encoding", 1, "line 1: the bytes of this line, or the next ones, are no text in UTF-8; export the file as UTF-8"],
    ]);
  });

  test("tells rows with too few and too many cells whole", () => {
    expect(read("Date,Amount\n1\n1,2,3\n1,2, \n1,2\r\n")).toEqual([
      ["data.value", "cells", "the row has 1 cells and the header 2; have the file exported again", { line: 2 }],
      [
        "data.value",
        "cells",
        "the row has 3 cells and the header 2: a delimiter inside a cell without quotes? Have the file exported again",
        { line: 3 },
      ],
    ]);
  });

  test("may begin with empty lines, and come in pieces", () => {
    const found: string[] = [];
    const reader = new TableReader(format, { row: (cells) => void found.push(cells.text("amount")), problem: () => {} });
    for (const piece of ["\n", "Da", "te,Amount\n", "1,", "2\n"]) reader.push(new TextEncoder().encode(piece));
    reader.end();
    expect(found).toEqual(["2"]);
  });

  test("is told by its beginning, and bytes that are no text or no table are none", () => {
    const told = (text: string | Uint8Array) => hasColumns(format, typeof text === "string" ? new TextEncoder().encode(text) : text);
    expect([
      told("\n Date,Amount\n1,2"),
      told("x\nDate,Amount\n"),
      told("Date\r\nAmount"),
      told(Uint8Array.of(0xff, 0xfe, 0xff)),
      told('"Date"x,Amount'),
      told(`Date,Amount,"${"y".repeat(70_000)}`),
    ]).toEqual([true, false, false, false, false, false]);
  });
});
