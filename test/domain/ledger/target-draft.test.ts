import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { TargetDraft } from "../../../domain/ledger/draft.ts";
import { JournalLines } from "../../../domain/ledger/journal-lines.ts";
import { linkedReturns, tellOriginals } from "../../../domain/ledger/tickets/ticket-originals.ts";
import { depositKey } from "../../../domain/ledger/to-bank.ts";

type Ticket = EventOf<"ticket.completed">;

const transaction = "sale:shopify:us.example:1";
const event = (key: string, hour: string) =>
  ({ name: "refund.issued", key: `refund.issued:${key}`, version: "1", occurredAt: `2026-11-27T${hour}:00:00.000Z` }) as BusinessEvent;
const [early, late] = [event("1", "10"), event("2", "11")];
const frame = (of: BusinessEvent) => ({ event: of, entity: "us", currency: "USD", businessDate: "2026-11-27" });
const lines = (amount = 100, credit = -amount) => {
  const gathered = new JournalLines();
  gathered.add("cogs", {}, amount);
  gathered.add("inventory", { location: "dc" }, credit);
  return gathered;
};

describe("a target as it gathers", () => {
  test("has its documents in the order of their events, with what they follow and who ordered", () => {
    const draft = new TargetDraft(transaction);
    const movement = { id: "1", item: "SHIRT" } as never;
    draft.journal(frame(late), "second", lines());
    draft.stock(frame(late), "goods", [movement], { id: "p", counterparty: "ca" } as never, "PO-7");
    draft.stock(frame(early), "plain", [movement]);
    draft.journal({ ...frame(early), follows: "k" }, "first", lines());
    draft.journal(frame(early), "nothing", new JournalLines());
    draft.stock(frame(early), "nothing", []);
    draft.costed(frame(early), "nothing", []);
    const { documents, ...rest } = draft.finish();
    expect(documents.map(({ kind }) => kind)).toEqual(["plain", "first", "second", "goods"]);
    expect(documents[0]).toEqual({
      type: "stock",
      key: `${transaction}/refund.issued:1/plain/us/USD`,
      kind: "plain",
      event: "refund.issued:1",
      entity: "us",
      currency: "USD",
      businessDate: "2026-11-27",
      movements: [movement],
    });
    expect(documents[1]).toEqual({
      type: "journal",
      key: `${transaction}/refund.issued:1/first/us/USD`,
      kind: "first",
      event: "refund.issued:1",
      entity: "us",
      currency: "USD",
      businessDate: "2026-11-27",
      lines: [
        { role: "cogs", dimensions: {}, amount: 100 },
        { role: "inventory", dimensions: { location: "dc" }, amount: -100 },
      ],
      follows: "k",
    });
    expect(Object.keys(documents[2]!)).not.toContain("follows");
    expect(documents[3]).toMatchObject({ purchaseOrder: "PO-7", pair: { id: "p", counterparty: "ca" } });
    expect(rest).toEqual({ problems: [], heldEvents: [] });
  });

  test("names a journal that does not balance, and does not have it", () => {
    const draft = new TargetDraft(transaction);
    draft.journal(frame(early), "restock", lines(100, -99));
    expect(draft.isHeld("refund.issued:1")).toBe(true);
    expect(draft.isHeld("refund.issued:2")).toBe(false);
    const { documents, problems, heldEvents } = draft.finish();
    expect([documents, heldEvents]).toEqual([[], ["refund.issued:1"]]);
    expect(problems).toEqual([
      {
        class: "money.unbalanced",
        code: "restock",
        cause: `${transaction}/refund.issued:1/restock/us/USD`,
        event: "refund.issued:1",
        document: `${transaction}/refund.issued:1/restock/us/USD`,
        amount: 1,
        currency: "USD",
        message:
          "the restock journal of refund.issued:1 does not balance by 0.01 USD. Compare the figures of refund.issued:1 with the source; nothing of it was posted.",
      },
    ]);
  });

  test("gives the documents of one event, leaves out what is not to be, and takes its key again", () => {
    const draft = new TargetDraft(transaction);
    draft.journal(frame(early), "first", lines());
    draft.journal(frame(late), "second", lines());
    const kinds = (key: string) => draft.documentsOf(key).map(({ kind }) => kind);
    expect([kinds("refund.issued:1"), kinds("refund.issued:2"), kinds("refund.issued:3")]).toEqual([["first"], ["second"], []]);
    draft.leaveOut(`${transaction}/refund.issued:1/first/us/USD`);
    expect([kinds("refund.issued:1"), kinds("refund.issued:2")]).toEqual([[], ["second"]]);
    expect(() => draft.leaveOut(`${transaction}/refund.issued:1/first/us/USD`)).toThrow(
      `${transaction}/refund.issued:1/first/us/USD is no document of the draft`,
    );
    draft.journal(frame(early), "first", lines());
    expect(kinds("refund.issued:1")).toEqual(["first"]);
  });

  test("tells what is open again where a document is refused, and each rate that it waits for once", () => {
    const draft = new TargetDraft(transaction);
    const problem = { class: "policy.over-return", code: "c", cause: "x", message: "m" } as const;
    draft.ifRefused("k", problem);
    for (const day of ["2026-11-27", "2026-11-27", "2026-11-28"]) draft.wantRate({ from: "CAD", to: "USD", day });
    expect(draft.finish()).toEqual({
      documents: [],
      problems: [],
      heldEvents: [],
      ifRefused: [{ ...problem, document: "k" }],
      ratesWanted: [
        { from: "CAD", to: "USD", day: "2026-11-27" },
        { from: "CAD", to: "USD", day: "2026-11-28" },
      ],
    });
  });

  test("names a deposit by its transaction and event", () => {
    const keys = [depositKey(transaction, "a"), depositKey(transaction, "b"), depositKey("sale:shopify:us.example:2", "a")];
    expect(keys.map((key) => key.replace(/[0-9a-f]{32}$/, "#"))).toEqual([
      "bank-deposit.sent:#",
      "bank-deposit.sent:#",
      "bank-deposit.sent:#",
    ]);
    expect(new Set(keys).size).toBe(3);
  });
});

describe("the lines of a journal", () => {
  test("add up by role and dimensions, debits first, each with what it is worth", () => {
    const gathered = new JournalLines();
    const worth = { currency: "EUR", amount: 5 } as never;
    gathered.add("b", {}, -30);
    gathered.add("c", {}, 10, worth);
    gathered.add("a", { x: "1" }, 20);
    gathered.add("a", { x: "2" }, 5);
    gathered.add("c", {}, 10, worth);
    gathered.add("a", { x: "1" }, 1, worth);
    gathered.add("d", {}, 7);
    gathered.add("d", {}, -7);
    gathered.add("e", {}, 0);
    gathered.add("A", {}, -16);
    expect(gathered.list()).toEqual([
      { role: "a", dimensions: { x: "1" }, amount: 21 },
      { role: "a", dimensions: { x: "2" }, amount: 5 },
      { role: "c", dimensions: {}, amount: 20, worth: [worth, worth] },
      { role: "A", dimensions: {}, amount: -16 },
      { role: "b", dimensions: {}, amount: -30 },
    ]);
  });
});

describe("what a ticket says to the sales whose goods it took back", () => {
  const line = (id: string, reference: string | undefined, more: Partial<Ticket["lines"][number]> = {}): Ticket["lines"][number] => ({
    id,
    kind: "return",
    item: "SHIRT",
    quantityMillionths: 1_000_000,
    gross: 1_000,
    discounts: [],
    taxes: [{ code: "A", amount: 80 }],
    restock: true,
    ...(reference === undefined ? {} : { original: { reference } }),
    ...more,
  });
  const ticket = (lines: Ticket["lines"], tenders: Ticket["tenders"]): Ticket => ({
    name: "ticket.completed",
    schema: 1,
    key: "ticket.completed:9",
    version: "1",
    occurredAt: "2026-11-28T05:30:00.000Z",
    store: "7",
    register: "1",
    sequence: "9",
    businessDate: "2026-11-27",
    currency: "USD",
    taxesIncluded: false,
    lines,
    discounts: [],
    taxes: [],
    tenders,
    cashRounding: 0,
    rounding: 0,
    stated: {},
  });
  const found = (reference: string, ...sales: readonly (readonly [string, string])[]): BusinessEvent =>
    ({
      name: "original.found",
      key: `original.found:${reference}`,
      reference,
      sales: sales.map(([sold, seller]) => ({ transaction: sold, seller })),
    }) as unknown as BusinessEvent;

  test("is linked by the name of each line, to one sale", () => {
    const lines = [
      line("1", "#1"),
      line("2", undefined),
      line("3", "#2"),
      line("4", "#9"),
      line("5", "#1", { collects: "gift-card" }),
      line("6", "#1", { collects: "shipping", item: "" }),
      line("7", "#1", { kind: "sale" }),
    ];
    const decoy = { ...found("#1", ["sale:x", "xx"]), name: "file.received" } as unknown as BusinessEvent;
    expect(
      linkedReturns(ticket(lines, []), [found("#1", ["sale:a", "us"]), found("#2", ["sale:b", "us"], ["sale:c", "ca"]), decoy]),
    ).toEqual({
      lines: new Map([
        [0, { original: "sale:a", seller: "us" }],
        [5, { original: "sale:a", seller: "us" }],
      ]),
      ambiguous: [{ reference: "#2", sales: ["sale:b", "sale:c"] }],
    });
  });

  const told = (given: Ticket, seller = "us") => {
    const draft = new TargetDraft("sale:pos:7:1:2026-11-27:9");
    tellOriginals(given, { ...frame(given) }, "loop", linkedReturns(given, [found("#1", ["sale:a", seller])]), draft);
    return draft.finish().documents;
  };

  test("names the goods in their condition, the shipping, and what the till gave back in all", () => {
    const lines = [
      line("1", "#1", { condition: "opened", restock: false }),
      line("2", "#1"),
      line("3", "#1", { collects: "shipping", gross: 500, taxes: [] }),
    ];
    const [document, ...others] = told(
      ticket(lines, [
        { id: "t1", type: "CreditDebit", cardBrand: "VISA", amount: -2_600 },
        { id: "t2", type: "Cash", amount: -160 },
        { id: "t3", type: "Coupon", amount: 100 },
        { id: "t4", type: "Scrip", amount: 0 },
      ]),
    );
    expect(others).toEqual([]);
    expect(document).toMatchObject({ type: "told", to: "sale:a" });
    expect(document?.kind).toMatch(/^told-[0-9a-f]{8}$/);
    const [fact] = document?.type === "told" ? document.facts : [];
    expect(fact?.key).toMatch(/^return\.taken-back:[0-9a-f]{32}$/);
    expect({ ...fact, key: "" }).toEqual({
      name: "return.taken-back",
      schema: 1,
      key: "",
      version: "1",
      occurredAt: "2026-11-28T05:30:00.000Z",
      ticket: "sale:pos:7:1:2026-11-27:9",
      store: "7",
      location: "loop",
      entity: "us",
      seller: "us",
      businessDate: "2026-11-27",
      currency: "USD",
      lines: [
        {
          id: "1",
          item: "SHIRT",
          quantityMillionths: 1_000_000,
          net: 1_000,
          taxes: [{ code: "A", amount: 80 }],
          restock: false,
          condition: "opened",
        },
        { id: "2", item: "SHIRT", quantityMillionths: 1_000_000, net: 1_000, taxes: [{ code: "A", amount: 80 }], restock: true },
      ],
      shipping: { net: 500, taxes: [] },
      tenders: [
        { type: "CreditDebit", cardBrand: "VISA", amount: 2_600 },
        { type: "Cash", amount: 160 },
      ],
    });
  });

  test("gives no money back where the ticket sold for as much or more: its change is no refund", () => {
    const tenders = (...amounts: number[]) => {
      const [document] = told(
        ticket(
          [line("1", "#1")],
          amounts.map((amount, index) => ({ id: `${index}`, type: "Cash", amount })),
        ),
      );
      const [fact] = document?.type === "told" ? document.facts : [];
      return fact?.name === "return.taken-back" ? fact.tenders : undefined;
    };
    expect(tenders(500, -100)).toEqual([]);
    expect(tenders(100, -100)).toEqual([]);
    expect(tenders(100, -101)).toEqual([{ type: "Cash", amount: 101 }]);
  });

  test("is owed by the seller to the till's entity where these are two", () => {
    const [, journal, ...others] = told(ticket([line("1", "#1"), line("2", "#1")], []), "ca");
    expect(others).toEqual([]);
    expect(journal?.kind).toMatch(/^taken-back-[0-9a-f]{8}$/);
    expect(journal?.type === "journal" ? journal.lines.map(({ role, dimensions, amount }) => [role, dimensions, amount]) : []).toEqual([
      ["due-from", { counterparty: "ca" }, 2_160],
      [expect.any(String), expect.any(Object), -2_160],
    ]);
  });
});
