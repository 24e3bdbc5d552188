import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { type Target, targetLedger } from "#domain/ledger";
import { goldenPolicy } from "../../golden/golden-policy.ts";

type Ticket = EventOf<"ticket.completed">;

const own = "sale:pos:0001:1:2026-11-27:9";
const head = (name: string, id: string, time = "15:00") =>
  ({ schema: 1, key: `${name}:${id}`, version: "1", occurredAt: `2026-11-27T${time}:00.000Z` }) as const;
const line = (more: Partial<Ticket["lines"][number]>): Ticket["lines"][number] => ({
  id: "1",
  kind: "sale",
  item: "",
  quantityMillionths: 1_000_000,
  gross: 0,
  discounts: [],
  taxes: [],
  restock: true,
  ...more,
});
const ticket = (more: Partial<Ticket>): Ticket => ({
  name: "ticket.completed",
  ...head("ticket.completed", "0001.1.2026-11-27.9"),
  store: "0001",
  register: "1",
  sequence: "9",
  businessDate: "2026-11-27",
  currency: "USD",
  taxesIncluded: false,
  lines: [],
  discounts: [],
  taxes: [],
  tenders: [],
  cashRounding: 0,
  rounding: 0,
  stated: {},
  ...more,
});
const voided = (
  original: EventOf<"ticket.voided">["original"],
  more: Partial<EventOf<"ticket.voided">> = {},
): EventOf<"ticket.voided"> => ({
  name: "ticket.voided",
  ...head("ticket.voided", "0001.2.2026-11-27.40", "16:00"),
  store: "0001",
  register: "2",
  sequence: "40",
  businessDate: "2026-11-27",
  original,
  currency: "USD",
  ...more,
});

const target = (events: readonly BusinessEvent[], stream = own): Target => targetLedger(events, goldenPolicy, stream);
/** Without what a store day is told of each ticket, which has tests of its own. */
const told = ({ documents }: Target) =>
  documents.flatMap((document) =>
    document.type === "told" && document.kind !== "tally" ? [{ to: document.to, facts: document.facts }] : [],
  );
const kinds = ({ documents }: Target) => documents.map(({ kind }) => kind).filter((kind) => kind !== "tally");

describe("what a ticket tells an account", () => {
  const deposit = line({ collects: "deposit", gross: 5_000, account: "LAY-7" });

  test("a deposit taken is told to the layaway, and one that is used as money and as a line at once is told as one sum", () => {
    expect(told(target([ticket({ lines: [deposit], tenders: [{ id: "1", type: "Cash", amount: 5_000 }] })]))).toEqual([
      {
        to: "account:pos:deposit:LAY-7",
        facts: [expect.objectContaining({ name: "account.moved", kind: "deposit", account: "LAY-7", amount: 5_000 })],
      },
    ]);
    const used = ticket({
      lines: [line({ id: "1", item: "SHIRT", gross: 9_000 }), { ...deposit, id: "2", kind: "return", gross: 2_000 }],
      tenders: [
        { id: "1", type: "Deposit", amount: 3_000, account: "LAY-7" },
        { id: "2", type: "Cash", amount: 4_000 },
      ],
    });
    expect(told(target([used]))).toEqual([
      { to: "account:pos:deposit:LAY-7", facts: [expect.objectContaining({ amount: -5_000, entity: "us", store: "0001", ticket: own })] },
    ]);
  });

  test("a charge and a payment on account are told to the customer's account, each on its own ticket", () => {
    const charged = ticket({
      lines: [line({ item: "SHIRT", gross: 9_000 })],
      tenders: [{ id: "1", type: "House", amount: 9_000, account: "H-1" }],
    });
    const paid = ticket({
      lines: [line({ collects: "on-account", gross: 9_000, account: "H-1" })],
      tenders: [{ id: "1", type: "Cash", amount: 9_000 }],
    });
    const receivable = (amount: number) => [
      { to: "account:pos:receivable:H-1", facts: [expect.objectContaining({ kind: "receivable", amount })] },
    ];
    expect(told(target([charged]))).toEqual(receivable(9_000));
    expect(told(target([paid]))).toEqual(receivable(-9_000));
  });

  test("without an account nobody is told, and the money is booked all the same", () => {
    const { account: _, ...nameless } = deposit;
    const booked = target([ticket({ lines: [nameless], tenders: [{ id: "1", type: "Cash", amount: 5_000 }] })]);
    expect(told(booked)).toEqual([]);
    expect(kinds(booked)).toEqual(["ticket"]);
  });

  test("a ticket that is undone tells its account nothing any more", () => {
    const taken = ticket({ lines: [deposit], tenders: [{ id: "1", type: "Cash", amount: 5_000 }] });
    const undone = target([taken, voided({ sequence: "9" })]);
    expect(told(undone)).toEqual([]);
    expect(kinds(undone)).toEqual(["ticket", "ticket-voided"]);
  });
});

test("a return of an online order that is undone takes back what it told the order", () => {
  const returning = ticket({
    lines: [line({ kind: "return", item: "SHIRT", gross: 10_000, original: { reference: "#1001" } })],
    tenders: [{ id: "1", type: "Cash", amount: -10_000 }],
  });
  const found: EventOf<"original.found"> = {
    name: "original.found",
    ...head("original.found", "1"),
    reference: "#1001",
    sales: [{ transaction: "sale:shopify:us.example:1", seller: "us" }],
  };
  expect(told(target([returning, found])).map(({ to }) => to)).toEqual(["sale:shopify:us.example:1"]);
  const undone = target([returning, found, voided({ sequence: "9" })]);
  expect(told(undone)).toEqual([]);
  expect(
    undone.documents.flatMap((document) =>
      document.type === "journal" ? [[document.kind, ...document.lines.map(({ role, amount }) => `${role} ${amount}`)]] : [],
    ),
  ).toEqual([
    ["ticket", "refund-payable 10000", "cash-drawer -10000"],
    ["ticket-voided", "cash-drawer 10000", "refund-payable -10000"],
  ]);
});

describe("a void whose ticket lies on another day", () => {
  const assumed = "sale:pos:0001:1:2026-11-27:7";
  const event = voided({ register: "1", sequence: "7" });

  test("waits by name until it is found", () => {
    const waiting = target([event], assumed);
    expect(waiting.documents).toEqual([]);
    expect(waiting.heldEvents).toEqual(["ticket.voided:0001.2.2026-11-27.40"]);
    expect(waiting.problems.map(({ class: name, code, message }) => [name, code, message])).toEqual([
      [
        "sequence.parent-missing",
        "voided-ticket",
        "ticket.voided:0001.2.2026-11-27.40 voids a ticket that has not arrived or is quarantined. It takes effect when it does; if overdue, have the file of the days up to 2026-11-27 of store 0001 sent again.",
      ],
    ]);
  });

  test("is passed on to the ticket that was found, and no longer when its own day has one after all", () => {
    const sale = { transaction: "sale:pos:0001:1:2026-11-24:7", seller: "us" };
    const found: EventOf<"original.found"> = {
      name: "original.found",
      ...head("original.found", "1"),
      reference: event.key,
      sales: [sale],
    };
    const passed = target([event, found], assumed);
    expect(told(passed)).toEqual([{ to: "sale:pos:0001:1:2026-11-24:7", facts: [event] }]);
    expect(passed.problems).toEqual([]);
    const late = ticket({ sequence: "7", lines: [line({ item: "MUG", gross: 900 })], tenders: [{ id: "1", type: "Cash", amount: 900 }] });
    expect(kinds(target([event, found, late], assumed))).toEqual(["ticket", "stock", "ticket-voided", "stock-voided"]);
  });
});

describe("a ticket that takes the place of another", () => {
  const sale = { lines: [line({ item: "MUG", gross: 900 })], tenders: [{ id: "1", type: "Cash", amount: 900 }] };

  test("undoes that one in its own stream, on whatever day it says", () => {
    expect(told(target([ticket({ ...sale, replaces: { sequence: "8" } })]))).toEqual([
      {
        to: "sale:pos:0001:1:2026-11-27:8",
        facts: [
          expect.objectContaining({ name: "ticket.voided", reason: "replaced", original: { store: "0001", register: "1", sequence: "8" } }),
        ],
      },
    ]);
    const other = ticket({ ...sale, replaces: { store: "0002", register: "3", businessDate: "2026-11-25", sequence: "8" } });
    expect(told(target([other])).map(({ to }) => to)).toEqual(["sale:pos:0002:3:2026-11-25:8"]);
  });

  test("says so while nobody knows the one that it names by its receipt, and is booked all the same", () => {
    const waiting = target([ticket({ ...sale, replaces: { reference: "R-8" } })]);
    expect(kinds(waiting)).toEqual(["ticket", "stock"]);
    expect(waiting.heldEvents).toEqual([]);
    expect(waiting.problems.map(({ code }) => code)).toEqual(["replaced-ticket"]);
  });
});

describe("cash that is brought to the bank", () => {
  const deposit = (more: Partial<EventOf<"till.moved">> = {}): EventOf<"till.moved"> => ({
    name: "till.moved",
    ...head("till.moved", "0001.1.2026-11-27.131", "21:00"),
    store: "0001",
    register: "1",
    businessDate: "2026-11-27",
    sequence: "131",
    kind: "bank-deposit",
    tender: "Cash",
    currency: "USD",
    amount: 45_000,
    bag: "B-0042",
    ...more,
  });
  const day = "store-day:pos:0001:2026-11-27";

  test("is told to a stream of its own under the number of its bag, where the bank line looks for it", () => {
    expect(told(target([deposit()], day))).toEqual([
      {
        to: "payout:store:0001:2026-11-27.1.0001.1.2026-11-27.131",
        facts: [
          expect.objectContaining({
            name: "bank-deposit.sent",
            bankAccount: "us-bank",
            amount: 45_000,
            currency: "USD",
            sentOn: "2026-11-27",
            names: ["B-0042"],
            lagDays: 5,
          }),
        ],
      },
    ]);
  });

  test("in another currency is told as the money that it is, not as what it is worth", () => {
    const rate: EventOf<"rate.fixed"> = {
      name: "rate.fixed",
      ...head("rate.fixed", "EUR-USD-2026-11-27"),
      from: "EUR",
      to: "USD",
      day: "2026-11-27",
      rate: "1.10",
      publishedOn: "2026-11-27",
      source: "test",
    };
    const [sent] = told(target([deposit({ currency: "EUR", amount: 10_000 }), rate], day));
    expect(sent?.facts).toEqual([expect.objectContaining({ amount: 10_000, currency: "EUR" })]);
  });
});
