import { describe, expect, test } from "vitest";
import { contentHash } from "#domain/canonical";
import { CellProblem } from "#domain/csv";
import { heldTicket, ignoredTicket, issueOf, strayTicket } from "../../../domain/pos-files/held-ticket.ts";
import {
  completedTicket,
  type StatedLine,
  type StatedTicket,
  settledFacts,
  settleTicket,
} from "../../../domain/pos-files/settle-ticket.ts";
import { documentOf } from "../../../domain/pos-files/settled-ticket.ts";
import { brokenKey, keyCharactersMax, nameOf, numberOf, numberOverAll } from "../../../domain/pos-files/ticket-key.ts";
import { TicketProblem, ticketProblemOf } from "../../../domain/pos-files/ticket-problem.ts";

const key = { store: "0101", register: "3", businessDate: "2026-11-27", sequence: "17" };
const problem = new TicketProblem("data.value", "figure", "range", "the figure is absurd");
const own = {
  transaction: "sale:pos:0101:3:2026-11-27:17",
  kind: "sale",
  source: "pos:0101:ticket:3.2026-11-27.17",
  channel: "pos",
  shop: "0101",
};
const ownReference = { type: "ticket", value: "0101.3.2026-11-27.17" };

describe("the natural key of a ticket", () => {
  test("is told as a number, over all stores, and for people", () => {
    expect([numberOf(key), numberOverAll(key), nameOf(key)]).toEqual([
      "3.2026-11-27.17",
      "0101.3.2026-11-27.17",
      "ticket 17 of register 3, store 0101, 2026-11-27",
    ]);
  });

  const long = "x".repeat(41);
  test.each<[object, string | undefined]>([
    [{}, undefined],
    [{ store: "" }, "has no readable store"],
    [{ register: undefined }, "has no readable register"],
    [{ sequence: "" }, "has no readable sequence"],
    [{ businessDate: "27.11.2026" }, "has no readable business day"],
    [{ businessDate: undefined }, "has no readable business day"],
    [{ store: "", register: "", sequence: "", businessDate: "" }, "has no readable store, register, sequence, business day"],
    [{ store: long }, "has an identity of more than 40 characters"],
    [{ register: long }, "has an identity of more than 40 characters"],
    [{ sequence: long }, "has an identity of more than 40 characters"],
    [{ store: "x".repeat(40), register: "x".repeat(40), sequence: "x".repeat(40) }, undefined],
    [{ store: long, sequence: "" }, "has no readable sequence"],
  ])("with %j", (more, broken) => {
    expect(brokenKey({ ...key, ...more })).toBe(broken);
  });

  test("has parts of at most forty characters", () => {
    expect(keyCharactersMax).toBe(40);
  });
});

describe("what keeps a ticket from being read", () => {
  test("is a problem as it is, a cell's with its column, or a figure out of range", () => {
    expect(ticketProblemOf(problem)).toBe(problem);
    const of = (error: unknown) => {
      const { name, class: problemClass, code, cause, message } = ticketProblemOf(error);
      return [name, problemClass, code, cause, message];
    };
    expect(of(new CellProblem("data.missing", "cell", "Net", "the cell is empty"))).toEqual([
      "TicketProblem",
      "data.missing",
      "cell",
      "cell:Net",
      'column "Net": the cell is empty',
    ]);
    expect(of(new CellProblem("data.value", "row", undefined, "the row is odd"))).toEqual([
      "TicketProblem",
      "data.value",
      "row",
      "row:",
      "the row is odd",
    ]);
    expect(of(new RangeError("too large"))).toEqual(["TicketProblem", "data.value", "figure", "range", "too large"]);
  });

  test("is thrown again where it is a fault of ours", () => {
    const fault = new TypeError("undefined is not a function");
    expect(() => ticketProblemOf(fault)).toThrow(fault);
  });

  test("is told to the desk with the ticket's name and what to do, and with a cause of bounded length", () => {
    expect(issueOf(key, problem)).toEqual({
      class: "data.value",
      code: "figure",
      cause: "range",
      message: "ticket 17 of register 3, store 0101, 2026-11-27: the figure is absurd. Correct it at the source and send the ticket again.",
    });
    expect(issueOf(key, new TicketProblem("data.value", "figure", "c".repeat(101), "x")).cause).toBe("c".repeat(100));
  });
});

describe("a ticket that cannot be taken", () => {
  test("is held under its key, apart from what else came under it", () => {
    const hash = contentHash({ rows: ["a"] }).slice(0, 16);
    const issue = {
      class: "data.value",
      code: "figure",
      cause: `range@${hash}`,
      message: "ticket 17 of register 3, store 0101, 2026-11-27: the figure is absurd. Correct it at the source and send the ticket again.",
    };
    expect(heldTicket(key, problem, { rows: ["a"] })).toEqual({
      ...key,
      document: { ...own, events: [], issues: [issue], references: [ownReference] },
      issues: [issue],
    });
    const two = heldTicket(
      key,
      [problem, new TicketProblem("data.missing", "tender", "none", "no tender")],
      { rows: ["b"] },
      { receipt: "R-17" },
    );
    expect(two.issues.map(({ code }) => code)).toEqual(["figure", "tender"]);
    expect(two.issues[0]?.cause).not.toBe(issue.cause);
    expect(two.document?.references).toEqual([ownReference, { type: "receipt", value: "R-17" }]);
  });

  test("is ignored where it is no sale, with the reason", () => {
    expect(ignoredTicket(key, "training", { transactionId: "T-1" })).toEqual({
      ...key,
      document: { ...own, events: [], issues: [], references: [ownReference, { type: "ticket", value: "T-1" }] },
      issues: [],
      ignored: "training",
    });
  });

  test("belongs to its file where nobody can name it, and has no document without the file's hash", () => {
    const place = { byteStart: 100, byteEnd: 250, ordinal: 4 };
    const stray = new TicketProblem("data.missing", "key", "c".repeat(101), "has no readable store");
    const issue = {
      class: "data.missing",
      code: "key",
      cause: `${"c".repeat(100)}:4`,
      message: "Transaction 5 of the file has no readable store. It lies at bytes 100 to 250. Ask the store system for it again, complete.",
    };
    expect(strayTicket(undefined, place, stray)).toEqual({ document: undefined, issues: [issue] });
    expect(strayTicket("abc", place, stray)).toEqual({
      document: {
        transaction: "file:pos:abc",
        kind: "file",
        source: "pos:drop:ticket:abc.4",
        channel: "pos",
        shop: "drop",
        events: [],
        references: [],
        issues: [issue],
      },
      issues: [issue],
    });
  });
});

describe("whose fact a transaction of a till is", () => {
  const nothing = { events: [], issues: [] };
  const names = { receipt: "r".repeat(256), transactionId: "t".repeat(256) };

  test("a ticket's own, by its number, its receipt and the till's own id", () => {
    expect(documentOf(key, "ticket", nothing, names)).toEqual({
      ...own,
      ...nothing,
      references: [ownReference, { type: "ticket", value: "t".repeat(255) }, { type: "receipt", value: "r".repeat(255) }],
    });
  });

  test.each([
    ["store-day", "store-day:pos:0101:2026-11-27", "store-day", "till"],
    ["stock", "stock:pos:0101:3:2026-11-27:17", "stock", "stock"],
    [{ transfer: "TR-1" }, "transfer:pos:stores:TR-1", "transfer", "transfer"],
    [{ ticket: { ...key, register: "4", sequence: "9" } }, "sale:pos:0101:4:2026-11-27:9", "sale", "void"],
  ] as const)("%j: found by no name of the ticket", (stream, transaction, kind, resource) => {
    expect(documentOf(key, stream, nothing, names)).toEqual({
      transaction,
      kind,
      source: `pos:0101:${resource}:3.2026-11-27.17`,
      channel: "pos",
      shop: "0101",
      ...nothing,
      references: [],
    });
  });
});

describe("a ticket as its file states it", () => {
  const line: StatedLine = { kind: "sale", item: "MUG", quantityMillionths: 1_000_000, gross: 1_000, discounts: [], taxes: [] };
  const tax = (amount: number, more: object = {}) => ({ code: "TX", rate: "0.1", amount, ...more });
  const stated: StatedTicket = {
    occurredAt: "2026-11-27T14:03:22.000Z",
    currency: "USD",
    taxesIncluded: false,
    lines: [{ ...line, taxes: [tax(100)] }],
    tenders: [{ type: "Cash", amount: 1_100 }],
  };
  const settled = (more: Partial<StatedTicket> = {}) => settleTicket(key, { ...stated, ...more }, {});
  const event = (more: Partial<StatedTicket> = {}) => settled(more).document?.events[0];

  test("becomes its event, with lines and tenders numbered", () => {
    expect(settled({ receipt: "R-17", total: 1_100, discounts: [] })).toEqual({
      ...key,
      document: {
        ...own,
        issues: [],
        references: [ownReference, { type: "receipt", value: "R-17" }],
        events: [
          {
            name: "ticket.completed",
            schema: 1,
            key: "ticket.completed:3.2026-11-27.17",
            version: "0",
            occurredAt: "2026-11-27T14:03:22.000Z",
            ...key,
            receipt: "R-17",
            currency: "USD",
            taxesIncluded: false,
            lines: [{ ...line, taxes: [tax(100)], id: "1", restock: true }],
            discounts: [],
            taxes: [tax(100)],
            tenders: [{ type: "Cash", amount: 1_100, id: "t1" }],
            cashRounding: 0,
            rounding: 0,
            stated: { total: 1_100 },
          },
        ],
      },
      issues: [],
      total: { amount: 1_100, currency: "USD" },
      tenders: [{ type: "Cash", amount: 1_100 }],
    });
  });

  test("a receipt that is the ticket's own number says nothing new", () => {
    const same = settled({ receipt: "17" });
    expect(same.document?.references).toEqual([ownReference]);
    expect(event({ receipt: "17" })).not.toHaveProperty("receipt");
    expect(event()).not.toHaveProperty("receipt");
    expect(event()).toMatchObject({ stated: {}, discounts: [] });
  });

  test("goods go back to stock unless the file says that they do not", () => {
    const back: StatedLine = { ...line, kind: "return" };
    expect(
      (
        event({ lines: [{ ...back, restock: false }, { ...back, restock: true }, back] }) as { lines: { restock: boolean; id: string }[] }
      ).lines.map(({ id, restock }) => [id, restock]),
    ).toEqual([
      ["1", false],
      ["2", true],
      ["3", true],
    ]);
  });

  test("the lines' taxes add up by code and rate, what came back with a minus, and no line speaks for the others' exemption", () => {
    const taxes = (
      event({
        lines: [
          { ...line, taxes: [tax(100), tax(7, { code: "CITY" })] },
          { ...line, taxes: [tax(50, { rate: "0.2" })] },
          { ...line, kind: "return", taxes: [tax(30), tax(0, { code: "FREE", exempt: true })] },
        ],
      }) as { taxes: unknown }
    ).taxes;
    expect(taxes).toEqual([
      { code: "TX", rate: "0.1", amount: 70 },
      { code: "CITY", rate: "0.1", amount: 7 },
      { code: "TX", rate: "0.2", amount: 50 },
      { code: "FREE", rate: "0.1", amount: 0 },
    ]);
  });

  test.each<[string, Partial<StatedTicket>, boolean]>([
    ["tenders that pay the lines alone", { tenders: [{ type: "Cash", amount: 1_000 }] }, true],
    ["tenders that pay the tax too", {}, false],
    [
      "several tenders together",
      {
        tenders: [
          { type: "Cash", amount: 600 },
          { type: "Card", amount: 400 },
        ],
      },
      true,
    ],
    ["a total, before the tenders", { total: 1_000 }, true],
    ["neither", { tenders: [{ type: "Cash", amount: 7 }] }, false],
  ])("whether amounts include their tax is read from %s", (_, more, included) => {
    expect(event({ taxesIncluded: undefined, ...more })).toMatchObject({ taxesIncluded: included });
    expect(event({ taxesIncluded: true, ...more })).toMatchObject({ taxesIncluded: true });
  });

  test("is no ticket in what is no currency", () => {
    expect(() => settled({ currency: "dollars and some cents" })).toThrow("dollars and some cen is no ISO 4217 currency");
    expect(() => settled({ currency: "usd" })).toThrow(
      expect.objectContaining({ class: "data.value", code: "currency", cause: "currency" }),
    );
  });

  test("comes to its own figures where it states no total, and is held where the gate finds it wrong", () => {
    const short = settled({ tenders: [{ type: "Cash", amount: 1_000 }] });
    expect(short.total).toEqual({ amount: 1_100, currency: "USD" });
    expect(short.issues).toHaveLength(1);
    expect(short.document?.issues).toEqual(short.issues);
    const asked: string[] = [];
    settleTicket(key, stated, {
      ticketRule: (rule, ticket) => {
        asked.push(`${rule} ${ticket.store}`);
        return { severity: "off" };
      },
    });
    expect(asked).toContain("tenders-pay-total 0101");
  });

  test("what its reader saw comes before what the gate finds", () => {
    const built = event() as never;
    expect(completedTicket(key, built, {}, { found: [problem] }).issues.map(({ code, cause }) => [code, cause])).toEqual([
      ["figure", "range"],
    ]);
    expect(completedTicket(key, built, {}).issues).toEqual([]);
    expect(completedTicket(key, built, {}, { names: { transactionId: "T-1" } }).document?.references).toEqual([
      ownReference,
      { type: "ticket", value: "T-1" },
    ]);
  });

  test("is refused with the place and the words of the schema", () => {
    expect(() => settled({ occurredAt: "yesterday" })).toThrow(
      expect.objectContaining({
        class: "data.value",
        code: "shape",
        cause: "occurredAt",
        message: expect.stringMatching(/^occurredAt: ./),
      }),
    );
    expect(() => settled({ lines: [{ ...line, gross: -1 }] })).toThrow(expect.objectContaining({ cause: "lines.0.gross" }));
  });
});

describe("facts beside tickets", () => {
  const moved = {
    name: "till.moved",
    schema: 1,
    key: "till.moved:3.2026-11-27.17",
    version: "0",
    occurredAt: "2026-11-27T14:03:22.000Z",
    ...key,
    kind: "pickup",
    tender: "Cash",
    currency: "USD",
    amount: 100,
  };

  test("go to the stream that they are of", () => {
    expect(settledFacts(key, "store-day", [moved])).toEqual({
      ...key,
      document: {
        transaction: "store-day:pos:0101:2026-11-27",
        kind: "store-day",
        source: "pos:0101:till:3.2026-11-27.17",
        channel: "pos",
        shop: "0101",
        events: [moved],
        issues: [],
        references: [],
      },
      issues: [],
    });
  });

  test("are refused where they are none", () => {
    expect(() => settledFacts(key, "store-day", [{ ...moved, amount: 0 }])).toThrow(
      expect.objectContaining({ code: "shape", cause: "amount" }),
    );
    expect(() => settledFacts(key, "store-day", [{ ...moved, name: "till.dreamt" }])).toThrow(
      expect.objectContaining({ code: "shape", cause: "name", class: "data.value" }),
    );
  });
});
