import { describe, expect, test } from "vitest";
import {
  bankCsvMappingSchema,
  bankLineSchema,
  bankStatementSchema,
  bookedLineSchema,
  openInMapping,
  referenceWords,
  referenceWordsSchema,
  remittanceCharactersMax,
  rowSumsSchema,
  settlementChunkMax,
  settlementChunkSchema,
  settlementCsvMappingSchema,
  settlementManifestSchema,
  settlementPayoutSchema,
  settlementRowSchema,
  shapeProblem,
  unlistedRowsMax,
  unlistedSchema,
} from "#domain/settlement";

type Schema = { safeParse(value: unknown): { success: true } | { success: false; error: Parameters<typeof shapeProblem>[0] } };
type Fields = Readonly<Record<string, unknown>>;

/** "" for what is accepted, else the complaint. */
function complaint(schema: Schema, value: unknown): string {
  const read = schema.safeParse(value);
  return read.success ? "" : shapeProblem(read.error);
}

/** Of `whole`, each change of it with the complaint that it meets. */
function tell(schema: Schema, whole: Fields, cases: readonly (readonly [change: Fields, complaint: string])[]): void {
  test("is accepted as it is", () => {
    expect(complaint(schema, whole)).toBe("");
  });
  test.each(cases)("with %j: %s", (change, expected) => {
    expect(complaint(schema, { ...whole, ...change })).toBe(expected);
  });
}

const letters = (count: number) => "x".repeat(count);
const noForm = "has not the expected form";
const tooShort = "must be or have at least 1";
const none = undefined;

/** Each of these fields, absent. */
function without(fields: readonly string[]): (readonly [Fields, string])[] {
  return fields.map((field) => [{ [field]: none }, ""] as const);
}
/** A currency is three capitals, and nothing before or after them. */
function currency(field = "currency"): (readonly [Fields, string])[] {
  return ["EU", "EURO", "eur", "E1R", " EUR", "EUR ", ""].map((text) => [{ [field]: text }, `${field} ${noForm}`] as const);
}
/** A day is four, two and two digits. */
function day(field: string): (readonly [Fields, string])[] {
  return [
    [{ [field]: "1999-12-31" }, ""],
    ...["2026-11-5", "26-11-05", "2026-1-05", "2026-11-055", "x2026-11-05", "2026/11/05", "2026-11-05T", ""].map(
      (text) => [{ [field]: text }, `${field} ${noForm}`] as const,
    ),
  ];
}
function bounded(field: string, max: number): (readonly [Fields, string])[] {
  return [
    [{ [field]: "x" }, ""],
    [{ [field]: letters(max) }, ""],
    [{ [field]: letters(max + 1) }, `${field} may be or have at most ${max}`],
    [{ [field]: "" }, `${field} ${tooShort}`],
    [{ [field]: 1 }, `${field} needs a value of type string`],
  ];
}
function whole(field: string): (readonly [Fields, string])[] {
  return [
    [{ [field]: -1 }, ""],
    [{ [field]: 0 }, ""],
    [{ [field]: 1.5 }, `${field} needs a value of type int`],
    [{ [field]: "1" }, `${field} needs a value of type number`],
  ];
}

describe("a settlement row", () => {
  const row: Fields = {
    ...{ source: "adyen", account: "eu", id: "1", idFrom: "stated", payoutId: "18-EUR", type: "Settled" },
    ...{ class: "sale_refund", nature: "charge", gross: 1_000, fees: [{ name: "markup", amount: 20 }], net: 980, currency: "EUR" },
    ...{ presentment: { amount: 1_100, currency: "USD" }, exchangeRate: "0.91", references: { orderName: "#1" } },
    ...{ occurredAt: "2026-11-02T10:00:00.000Z", cardBrand: "visa", method: "card", availableOn: "2026-11-04" },
  };
  const fee = { name: "markup", amount: 20 };
  tell(settlementRowSchema, row, [
    ...["source", "account", "id", "payoutId"].flatMap((field) => bounded(field, 120)),
    ...["type", "exchangeRate", "cardBrand", "method"].flatMap((field) => bounded(field, 255)),
    ...without(["payoutId", "class", "nature", "presentment", "exchangeRate", "cardBrand", "method", "availableOn"]),
    ...["gross", "net"].flatMap(whole),
    ...currency(),
    ...day("availableOn"),
    [{ idFrom: "derived" }, ""],
    [{ idFrom: "guessed" }, "idFrom must be one of stated, derived"],
    [{ fees: [] }, ""],
    [{ fees: Array(20).fill(fee) }, ""],
    [{ fees: Array(21).fill(fee) }, "fees may be or have at most 20"],
    [{ fees: [{ name: "", amount: 1 }] }, `fees.0.name ${tooShort}`],
    [{ fees: [fee, { name: "x", amount: 0.5 }] }, "fees.1.amount needs a value of type int"],
    [{ presentment: { amount: 1.5, currency: "USD" } }, "presentment.amount needs a value of type int"],
    [{ presentment: { amount: 1, currency: "usd" } }, `presentment.currency ${noForm}`],
    [{ presentment: { amount: 1 } }, "presentment.currency needs a value of type string"],
    [{ references: none }, "references needs a value of type object"],
    [{ occurredAt: "2026-11-02T10:00:00Z" }, `occurredAt ${noForm}`],
    [{ occurredAt: "2026-11-02T10:00:00.000" }, `occurredAt ${noForm}`],
    [{ occurredAt: "2026-11-02T10:00:00.000+00:00" }, `occurredAt ${noForm}`],
    [{ occurredAt: "12026-11-02T10:00:00.000Z" }, `occurredAt ${noForm}`],
    [{ occurredAt: "2026-11-02T10:00:00.000Z " }, `occurredAt ${noForm}`],
    [{ occurredAt: "2026-11-02 10:00:00.000Z" }, `occurredAt ${noForm}`],
    [{ occurredAt: "2026-11-02T1:00:00.000Z" }, `occurredAt ${noForm}`],
    [{ occurredAt: "2026-11-02T10:0:00.000Z" }, `occurredAt ${noForm}`],
    [{ occurredAt: "2026-11-02T10:00:0.000Z" }, `occurredAt ${noForm}`],
    [{ occurredAt: "2026-11-2T10:00:00.000Z" }, `occurredAt ${noForm}`],
    [
      { class: "other" },
      "class must be one of sale_refund, dispute, reserve, payout_movement, platform_fee, promo_funding, channel_transfer, financing, tax_duty, shipping_expense, investigate",
    ],
    [
      { nature: "other" },
      "nature must be one of charge, refund, dispute, dispute-fee, protection, payout, payout-returned, transfer, conversion, tax, duty",
    ],
  ]);

  test.each([
    ...["orderName", "orderId", "merchantReference", "checkoutId", "transactionId", "paymentId", "pspReference"],
    ...["refundId", "disputeId", "terminalId", "batchId", "relatedRowId"],
  ])("keeps what it says of %s, and bounds it", (name) => {
    const read = settlementRowSchema.safeParse({ ...row, references: { [name]: letters(255), unknown: "dropped" } });
    expect(read.data?.references).toEqual({ [name]: letters(255) });
    expect(complaint(settlementRowSchema, { ...row, references: { [name]: letters(256) } })).toBe(
      `references.${name} may be or have at most 255`,
    );
    expect(complaint(settlementRowSchema, { ...row, references: { [name]: "" } })).toBe(`references.${name} ${tooShort}`);
  });
});

describe("a payout", () => {
  const payout: Fields = {
    ...{ source: "adyen", account: "eu", id: "18-EUR", status: "paid", issuedOn: "2026-11-04", arrivesOn: "2026-11-05", net: 980 },
    ...{ netFrom: "stated", itemized: true, currency: "EUR", traceId: "TR1", rowId: "9" },
    summary: [{ name: "charges", gross: 1_000, fee: 20 }],
  };
  const part = { name: "charges", gross: 1_000, fee: 20 };
  tell(settlementPayoutSchema, payout, [
    ...["source", "account", "id", "rowId"].flatMap((field) => bounded(field, 120)),
    ...bounded("traceId", 255),
    ...without(["arrivesOn", "traceId", "rowId", "summary"]),
    ...whole("net"),
    ...currency(),
    ...["issuedOn", "arrivesOn"].flatMap(day),
    ...["scheduled", "in-transit", "paid", "failed", "cancelled"].map((status) => [{ status }, ""] as const),
    [{ status: "sent" }, "status must be one of scheduled, in-transit, paid, failed, cancelled"],
    [{ netFrom: "rows" }, ""],
    [{ netFrom: "bank" }, "netFrom must be one of stated, rows"],
    [{ itemized: "yes" }, "itemized needs a value of type boolean"],
    [{ summary: Array(50).fill(part) }, ""],
    [{ summary: Array(51).fill(part) }, "summary may be or have at most 50"],
    [{ summary: [{ ...part, name: "" }] }, `summary.0.name ${tooShort}`],
    [{ summary: [{ ...part, gross: 0.5 }] }, "summary.0.gross needs a value of type int"],
    [{ summary: [{ ...part, fee: none }] }, "summary.0.fee needs a value of type number"],
  ]);
});

const line: Fields = {
  ...{ source: "camt.053", account: "DE02120300000000202051", id: "1", statementId: "s1", bookedOn: "2026-11-05" },
  ...{ valueOn: "2026-11-06", amount: -500, currency: "EUR", reversal: true, references: { endToEndId: "TR104" } },
  ...{ remittance: "PAYOUT", counterparty: "Adyen", counterpartyAccount: "NL1", bankCode: "NTRF" },
  ...{ original: { amount: -600, currency: "USD" }, charges: { amount: 5, currency: "EUR" } },
};

describe("a bank line", () => {
  tell(bankLineSchema, line, [
    ...["source", "account", "id", "statementId"].flatMap((field) => bounded(field, 120)),
    ...["counterparty", "counterpartyAccount", "bankCode"].flatMap((field) => bounded(field, 255)),
    ...bounded("remittance", 2_000),
    ...without(["valueOn", "reversal", "remittance", "counterparty", "counterpartyAccount", "bankCode", "original", "charges"]),
    ...whole("amount"),
    ...currency(),
    ...["bookedOn", "valueOn"].flatMap(day),
    [{ reversal: "C" }, "reversal needs a value of type boolean"],
    [{ original: { amount: 0.5, currency: "USD" } }, "original.amount needs a value of type int"],
    [{ original: { amount: 1, currency: "US" } }, `original.currency ${noForm}`],
    [{ charges: { amount: 0.5, currency: "USD" } }, "charges.amount needs a value of type int"],
    [{ charges: { amount: 1, currency: "US" } }, `charges.currency ${noForm}`],
    [{ references: none }, "references needs a value of type object"],
  ]);

  test.each([...["endToEndId", "bankReference", "customerReference", "instructionId", "transactionId", "mandateId", "creditorReference"]])(
    "keeps its %s, and bounds it",
    (name) => {
      const read = bankLineSchema.safeParse({ ...line, references: { [name]: "R1", unknown: "dropped" } });
      expect(read.data?.references).toEqual({ [name]: "R1" });
      expect(complaint(bankLineSchema, { ...line, references: { [name]: letters(256) } })).toBe(
        `references.${name} may be or have at most 255`,
      );
    },
  );

  test("becomes a fact without the names of people and its free text", () => {
    const { counterparty: _c, counterpartyAccount: _a, remittance: _r, ...booked } = line;
    expect(bookedLineSchema.safeParse(line).data).toEqual(booked);
    expect(remittanceCharactersMax).toBe(2_000);
  });
});

describe("a bank statement", () => {
  const statement: Fields = {
    ...{ source: "mt940", account: "4471", id: "s1", sequence: "212/1", currency: "EUR", lines: 3 },
    ...{ opening: { amount: -100, on: "2026-11-04" }, closing: { amount: 100, on: "2026-11-05" }, from: "2026-11-04", to: "2026-11-05" },
  };
  tell(bankStatementSchema, statement, [
    ...["source", "account", "id"].flatMap((field) => bounded(field, 120)),
    ...bounded("sequence", 255),
    ...without(["sequence", "opening", "closing", "from", "to"]),
    ...currency(),
    ...["from", "to"].flatMap(day),
    [{ lines: 0 }, ""],
    [{ lines: -1 }, "lines must be or have at least 0"],
    [{ lines: 1.5 }, "lines needs a value of type int"],
    [{ opening: { amount: 0.5, on: "2026-11-04" } }, "opening.amount needs a value of type int"],
    [{ opening: { amount: 5, on: "4 November" } }, `opening.on ${noForm}`],
    [{ closing: { amount: 0.5, on: "2026-11-04" } }, "closing.amount needs a value of type int"],
    [{ closing: { amount: 5, on: "" } }, `closing.on ${noForm}`],
  ]);
});

const names = ["a", "9", "loomis-2", letters(60)].map((name) => [{ name }, ""] as const);
const noNames = ["", "-a", "A", "a_b", "a b", "xA", `${letters(60)}x`, "a ", " a"];

describe("a settlement file described as data", () => {
  const mapping: Fields = {
    ...{ name: "klarna-csv", source: "klarna", numbers: { decimal: "." }, dates: "year-first" },
    columns: { id: "ID", type: "Type", occurredAt: "Date", gross: "Gross", currency: "Currency" },
    types: { SALE: { class: "sale_refund", nature: "charge" } },
  };
  const columns = mapping.columns as Fields;
  const fee = { name: "commission", column: "Fee", cost: "positive" };
  const optional = [
    ...["id", "time", "timeZone", "availableOn", "currency", "payoutId", "payoutDate", "gross", "net", "presentmentAmount"],
    ...["cardBrand", "method", "presentmentCurrency"],
  ];
  tell(settlementCsvMappingSchema, mapping, [
    ...names,
    ...noNames.map((name) => [{ name }, `name ${noForm}`] as const),
    ...names.map(([{ name }]) => [{ source: name }, ""] as const),
    ...noNames.map((source) => [{ source }, `source ${noForm}`] as const),
    ...optional.flatMap((field): (readonly [Fields, string])[] => [
      [{ columns: { ...columns, [field]: none } }, ""],
      [{ columns: { ...columns, [field]: letters(120) } }, ""],
    ]),
    ...["type", "occurredAt", "payoutId", "time", "cardBrand"].flatMap((field): (readonly [Fields, string])[] => [
      [{ columns: { ...columns, [field]: letters(121) } }, `columns.${field} may be or have at most 120`],
      [{ columns: { ...columns, [field]: "" } }, `columns.${field} ${tooShort}`],
    ]),
    [{ columns: { ...columns, net: { credit: "In", debit: "Out" } } }, ""],
    [{ columns: { ...columns, colour: "Colour" } }, "columns has fields that are not known: colour"],
    [{ colour: "blue" }, "it has fields that are not known: colour"],
    [{ currency: "EUR" }, ""],
    ...currency(),
    [{ payoutIds: "counted" }, ""],
    [{ payoutIds: "guessed" }, "payoutIds must be one of counted"],
    [{ fees: [{ ...fee, cost: "negative" }] }, ""],
    [{ fees: [{ ...fee, cost: "neither" }] }, "fees.0.cost must be one of positive, negative"],
    [{ fees: [{ ...fee, name: letters(60) }] }, ""],
    [{ fees: [{ ...fee, name: letters(61) }] }, "fees.0.name may be or have at most 60"],
    [{ fees: [{ ...fee, name: "" }] }, `fees.0.name ${tooShort}`],
    [{ fees: [{ ...fee, colour: "blue" }] }, "fees.0 has fields that are not known: colour"],
    [{ fees: Array(20).fill(fee) }, ""],
    [{ fees: Array(21).fill(fee) }, "fees may be or have at most 20"],
    [{ identity: ["Date"] }, ""],
    [{ identity: Array(20).fill("Date") }, ""],
    [{ identity: Array(21).fill("Date") }, "identity may be or have at most 20"],
    [{ identity: [] }, `identity ${tooShort}`],
    ...[
      ...["orderName", "orderId", "merchantReference", "checkoutId", "transactionId", "paymentId", "pspReference"],
      ...["refundId", "disputeId", "terminalId", "batchId", "relatedRowId"],
    ].flatMap((name): (readonly [Fields, string])[] => [
      [{ references: { [name]: "Reference" } }, ""],
      [{ references: { [name]: "" } }, `references.${name} ${tooShort}`],
    ]),
    [{ references: { colour: "Colour" } }, "references has fields that are not known: colour"],
    [{ types: { SALE: { class: "platform_fee" } } }, ""],
    [{ types: { SALE: { class: "sale_refund", colour: "blue" } } }, "types.SALE has fields that are not known: colour"],
    [{ types: none }, "types needs a value of type record"],
    [{ dates: "week-first" }, "dates must be one of year-first, day-first, month-first, compact"],
  ]);

  const whole = { ...mapping, columns: { type: "T", occurredAt: "D", gross: "G", id: "I", currency: "C" } } as unknown as Parameters<
    typeof openInMapping
  >[0];
  const open = (more: object, top: object = {}) => openInMapping({ ...whole, ...top, columns: { ...whole.columns, ...more } });

  test("is whole when a row has an amount, a name, a currency, and its payout a day", () => {
    expect(open({})).toEqual([]);
    expect(open({ gross: none, net: "N" })).toEqual([]);
    expect(open({ id: none }, { identity: ["D"] })).toEqual([]);
    expect(open({ currency: none }, { currency: "EUR" })).toEqual([]);
    expect(open({ payoutId: "P", payoutDate: "PD" })).toEqual([]);
    expect(open({ presentmentAmount: "PA", presentmentCurrency: "PC" })).toEqual([]);
    expect(open({ payoutDate: "PD", presentmentCurrency: "PC" })).toEqual([]);
  });

  test("says all that it leaves open", () => {
    expect(open({ gross: none, id: none, currency: none, payoutId: "P", presentmentAmount: "PA" })).toEqual([
      "columns.gross or columns.net: without one a row has no amount",
      "columns.id or identity: without one a row is told twice",
      "columns.currency or currency",
      "columns.payoutDate: a payout has a day",
      "columns.presentmentCurrency",
    ]);
  });
});

describe("a bank's file described as data", () => {
  const mapping: Fields = {
    ...{ name: "my-bank", numbers: "minor-units", dates: "compact", columns: { bookedOn: "Date", amount: "Amount" } },
  };
  const columns = mapping.columns as Fields;
  const optional = [
    ...["account", "valueOn", "currency", "balance", "counterparty", "counterpartyAccount", "endToEndId", "bankReference"],
    ...["customerReference", "bankCode"],
  ];
  tell(bankCsvMappingSchema, mapping, [
    ...names,
    ...noNames.map((name) => [{ name }, `name ${noForm}`] as const),
    ...optional.flatMap((field): (readonly [Fields, string])[] => [
      [{ columns: { ...columns, [field]: "Column" } }, ""],
      [{ columns: { ...columns, [field]: "" } }, `columns.${field} ${tooShort}`],
    ]),
    [{ columns: { amount: "Amount" } }, "columns.bookedOn needs a value of type string"],
    [{ columns: { ...columns, amount: { credit: "In", debit: "Out" } } }, ""],
    [{ columns: { ...columns, colour: "Colour" } }, "columns has fields that are not known: colour"],
    [{ colour: "blue" }, "it has fields that are not known: colour"],
    [{ remittance: [] }, ""],
    [{ remittance: Array(10).fill("Text") }, ""],
    [{ remittance: Array(11).fill("Text") }, "remittance may be or have at most 10"],
    [{ currency: "EUR" }, ""],
    ...currency(),
  ]);
});

describe("what of a checked file is kept", () => {
  const part = { kind: "line", line, words: ["TR104"] };
  const sums = { count: 1, gross: -1, fees: -1, net: -1 };

  test("chunks of at most 500 parts, each a row, a payout or a line", () => {
    expect([settlementChunkMax, unlistedRowsMax]).toEqual([500, 200]);
    expect(complaint(settlementChunkSchema, Array(500).fill(part))).toBe("");
    expect(complaint(settlementChunkSchema, Array(501).fill(part))).toBe("it may be or have at most 500");
    expect(complaint(settlementChunkSchema, [{ ...part, kind: "page" }])).toContain("0.kind");
    expect(complaint(settlementChunkSchema, [{ kind: "row" }])).toBe("0.row needs a value of type object");
    expect(complaint(settlementChunkSchema, [{ kind: "payout" }])).toBe("0.payout needs a value of type object");
    expect(complaint(settlementChunkSchema, [{ kind: "line", line }])).toBe("0.words needs a value of type array");
  });

  test("rows of unlisted types by at most 200 ids", () => {
    expect(complaint(unlistedSchema, Array(200).fill(letters(120)))).toBe("");
    expect(complaint(unlistedSchema, Array(201).fill("1"))).toBe("it may be or have at most 200");
    expect(complaint(unlistedSchema, [letters(121)])).toBe("0 may be or have at most 120");
    expect(complaint(unlistedSchema, [""])).toBe(`0 ${tooShort}`);
  });

  test("at most 50 words", () => {
    expect(complaint(referenceWordsSchema, Array(50).fill(letters(255)))).toBe("");
    expect(complaint(referenceWordsSchema, Array(51).fill("W1"))).toBe("it may be or have at most 50");
    expect(complaint(referenceWordsSchema, [letters(256)])).toBe("0 may be or have at most 255");
    expect(complaint(referenceWordsSchema, [""])).toBe(`0 ${tooShort}`);
  });

  test("what the rows of a payout come to", () => {
    expect(complaint(rowSumsSchema, sums)).toBe("");
    expect(complaint(rowSumsSchema, { ...sums, count: -1 })).toBe("count must be or have at least 0");
    for (const field of ["count", "gross", "fees", "net"]) {
      expect(complaint(rowSumsSchema, { ...sums, [field]: 0.5 })).toBe(`${field} needs a value of type int`);
    }
  });

  test("a manifest that counts what is in it", () => {
    const manifest = { format: "camt.053", fileHash: "h", bytes: 0, rows: 0, payouts: 0, lines: 0, chunks: ["a"] };
    expect(settlementManifestSchema.safeParse(manifest).data).toEqual(manifest);
    for (const field of ["bytes", "rows", "payouts", "lines"]) {
      expect(complaint(settlementManifestSchema, { ...manifest, [field]: -1 })).toBe(`${field} must be or have at least 0`);
    }
    for (const field of ["format", "fileHash", "chunks"]) {
      expect(complaint(settlementManifestSchema, { ...manifest, [field]: none })).toContain(`${field} needs a value of type`);
    }
  });
});

describe("words of a text that may be references", () => {
  test.each([
    ["payout tr104 of 2026-11-05", ["TR104", "2026-11-05"]],
    ["A/1.b_2-c d2e3", ["A/1.B_2-C", "D2E3"]],
    ["abc 123 abcd 1234", ["1234"]],
    ["-1234 _9876 .1111", ["1234", "9876", "1111"]],
    ["TR104 tr104", ["TR104"]],
    ["no number here", []],
    ["", []],
  ])("%j has %j", (text, words) => {
    expect(referenceWords(text)).toEqual(words);
  });

  test("are fifty at most, and each of 255 characters", () => {
    const many = Array.from({ length: 60 }, (_, index) => `WORD${100 + index}`);
    const words = referenceWords(many.join(" "));
    expect([words.length, words[0], words[49]]).toEqual([50, "WORD100", "WORD149"]);
    expect(referenceWords(`1${letters(300)}`)[0]).toBe(`1${"X".repeat(254)}`);
  });
});

describe("the complaint of a schema", () => {
  test("names the field by its path, the first of them alone, and at most five unknown ones", () => {
    expect(shapeProblem({ issues: [] })).toBe("it has not the expected form");
    const extra = Object.fromEntries(["a", "b", "c", "d", "e", "f"].map((name) => [name, 1]));
    expect(
      complaint(bankCsvMappingSchema, {
        name: "n",
        numbers: "minor-units",
        dates: "compact",
        columns: { bookedOn: "D", amount: "A" },
        ...extra,
      }),
    ).toBe("it has fields that are not known: a, b, c, d, e");
    expect(complaint(bankLineSchema, "text")).toBe("it needs a value of type object");
    expect(complaint(bankLineSchema, { ...line, amount: "1", currency: "" })).toBe("amount needs a value of type number");
  });
});
