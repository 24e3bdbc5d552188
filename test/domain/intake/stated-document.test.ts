import { describe, expect, test } from "vitest";
import { eventSchema } from "#domain/events";
import { readStatedDocument, statedEventNames } from "#domain/intake";
import { eventExamples } from "../../../scripts/event-examples.ts";

const version = "2026-11-27T14:03:22.000Z";
const order = { channel: "market", place: "north", resource: "order", id: "5002", version, events: [eventExamples["order.placed"]] };
const ticketEvent = { ...eventExamples["ticket.completed"], key: "ticket.completed:1.2026-11-27.101", version: "1", receipt: "R-101" };
const ticket = { channel: "pos", place: "0101", resource: "ticket", id: "1.2026-11-27.101", version: "1", events: [ticketEvent] };
const with_ = (document: { events: readonly object[] }, change: object) => ({
  ...document,
  events: [{ ...document.events[0], ...change }],
});

function errorsOf(value: unknown): string[] {
  const answer = readStatedDocument(value, "documents[0]");
  return answer.kind === "read" ? ["it was read"] : answer.errors.map(({ field, message }) => `${field} ${message}`);
}

describe("what a document becomes", () => {
  test("an order of any channel is a fact of the sale of its order id, found by its names", () => {
    expect(readStatedDocument(order, "documents[0]")).toMatchObject({
      kind: "read",
      parsed: {
        transaction: "sale:market:north:5002",
        kind: "sale",
        source: "market:north:order:5002",
        channel: "market",
        shop: "north",
        references: [
          { type: "order", value: "5002" },
          { type: "order-name", value: "#1001" },
        ],
        issues: [],
      },
    });
  });

  test("a ticket is the fact that a file of its till would bring: same transaction, same source, same names", () => {
    expect(readStatedDocument(ticket, "documents[0]")).toMatchObject({
      kind: "read",
      parsed: {
        transaction: "sale:pos:0101:1:2026-11-27:101",
        source: "pos:0101:ticket:1.2026-11-27.101",
        references: [
          { type: "ticket", value: "0101.1.2026-11-27.101" },
          { type: "receipt", value: "R-101" },
          { type: "till-day", value: "0101.1.2026-11-27" },
        ],
        issues: [],
      },
    });
  });

  test("a payment is a resource of its own on the sale of its order", () => {
    const captured = eventExamples["payment.captured"];
    const payment = { ...order, resource: "payment", id: "8102", version: captured.version, events: [captured] };
    expect(readStatedDocument(payment, "documents[0]")).toMatchObject({
      parsed: {
        transaction: "sale:market:north:5002",
        source: "market:north:payment:8102",
        references: [{ type: "order" }, { type: "payment" }],
      },
    });
  });

  const { version: at } = eventExamples["gift-card.issued"];
  test.each([
    [
      "gift-card",
      "445566",
      [eventExamples["gift-card.issued"], eventExamples["gift-card.redeemed"], eventExamples["gift-card.adjusted"]],
      {
        transaction: "stored-value:shopify:vale.myshopify.com:gift-card:445566",
        kind: "stored-value",
        references: [{ type: "gift-card", value: "445566" }],
      },
    ],
    [
      "store-credit",
      "771",
      [eventExamples["store-credit.issued"], eventExamples["store-credit.redeemed"], eventExamples["store-credit.adjusted"]],
      { transaction: "stored-value:shopify:vale.myshopify.com:store-credit:771", kind: "stored-value", references: [] },
    ],
    [
      "transfer",
      "71",
      [eventExamples["transfer.shipped"], eventExamples["transfer.received"], eventExamples["transfer.closed"]],
      { transaction: "transfer:shopify:vale.myshopify.com:71", kind: "transfer", references: [{ type: "transfer", value: "71" }] },
    ],
  ])("a %s is a stream of its own, found by its own name and not by those of the sales it names", (resource, id, events, parsed) => {
    const document = { channel: "shopify", place: "vale.myshopify.com", resource, id, version: at, events };
    expect(readStatedDocument(document, "documents[0]")).toMatchObject({ kind: "read", parsed });
  });

  const day = "2026-11-27";
  const ofTill = { store: "0101", register: "1", businessDate: day };
  test.each([
    ["void", "1.2026-11-27.104", eventExamples["ticket.voided"], { transaction: "sale:pos:0101:1:2026-11-27:101", kind: "sale" }],
    [
      "void",
      "1.2026-11-27.104",
      { ...eventExamples["ticket.voided"], original: { register: "2", sequence: "55" } },
      { transaction: "sale:pos:0101:2:2026-11-27:55", kind: "sale" },
    ],
    [
      "void",
      "1.2026-11-27.104",
      { ...eventExamples["ticket.voided"], original: { reference: "R-55" } },
      { transaction: "sale:pos:0101:1:2026-11-27:104", kind: "sale" },
    ],
    ["till", "1.2026-11-27.105", eventExamples["till.moved"], { transaction: "store-day:pos:0101:2026-11-27", kind: "store-day" }],
    [
      "till",
      "safe.2026-11-27.140",
      { ...eventExamples["till.counted"], register: undefined, key: "till.counted:0101.safe.2026-11-27.140" },
      { transaction: "store-day:pos:0101:2026-11-27", kind: "store-day" },
    ],
    [
      "card-batch",
      "T01.2026-11-27.311",
      eventExamples["card-batch.stated"],
      { transaction: "store-day:pos:0101:2026-11-27", kind: "store-day", source: "pos:0101:card-batch:T01.2026-11-27.311" },
    ],
    ["stock", "1.2026-11-27.120", eventExamples["stock.received"], { transaction: "stock:pos:0101:1:2026-11-27:120", kind: "stock" }],
    ["stock", "1.2026-11-27.123", eventExamples["stock.adjusted"], { transaction: "stock:pos:0101:1:2026-11-27:123", kind: "stock" }],
    ["write-off", "WO-12", eventExamples["receivable.written-off"], { transaction: "account:pos:receivable:H-2001", kind: "account" }],
    ["transfer", "71", eventExamples["transfer.shipped"], { transaction: "transfer:pos:stores:71", kind: "transfer" }],
  ])("what a till states as a %s (%s) is a fact of its own stream", (resource, id, event, parsed) => {
    const { register: _, ...rest } = event as { register?: string };
    const stated = "register" in event && event.register === undefined ? rest : event;
    const document = { channel: "pos", place: ofTill.store, resource, id, version: event.version, events: [stated] };
    expect(readStatedDocument(document, "documents[0]")).toMatchObject({ kind: "read", parsed });
  });

  test("what a courier collected and what is written off of an order are facts of its sale", () => {
    const remitted = eventExamples["cod.remitted"];
    const { account: _, store: __, ...writeOff } = eventExamples["receivable.written-off"];
    const on = (resource: string, id: string, event: { readonly version: string; readonly orderId?: string | undefined }) =>
      readStatedDocument({ channel: "market", place: "north", resource, id, version: event.version, events: [event] }, "documents[0]");
    const sale = { kind: "read", parsed: { transaction: "sale:market:north:5002", kind: "sale" } };
    expect(on("cod-remittance", "R77", remitted)).toMatchObject(sale);
    expect(on("write-off", "WO-12", { ...writeOff, orderId: "5002" })).toMatchObject(sale);
    expect(on("write-off", "WO-12", writeOff)).toEqual({
      kind: "refused",
      errors: [
        { field: "documents[0].events[0].account", message: "must be stated, or orderId, and not both" },
        { field: "documents[0].events[0].orderId", message: "has 1 to 120 characters" },
      ],
    });
  });

  test("a store writes off what customers owe on its own accounts, and none of another store's", () => {
    const event = { ...eventExamples["receivable.written-off"], store: "0102" };
    const document = { channel: "pos", place: "0101", resource: "write-off", id: "WO-12", version: event.version, events: [event] };
    expect(errorsOf(document)).toEqual(["documents[0].events[0].store must be the place of the document"]);
    expect(errorsOf({ ...document, place: "0102" })).toEqual(["it was read"]);
  });

  test("a till may state a card, and what another card did is refused", () => {
    const issued = eventExamples["gift-card.issued"];
    const card = { channel: "pos", place: "0101", resource: "gift-card", id: "445566", version: at, events: [issued] };
    expect(readStatedDocument(card, "documents[0]")).toMatchObject({ parsed: { transaction: "stored-value:pos:0101:gift-card:445566" } });
    expect(errorsOf({ ...card, events: [{ ...issued, cardId: "1", key: "gift-card.issued:1" }] })).toEqual([
      "documents[0].events[0] must be of the gift-card that the document is about: its id must be that of the document",
    ]);
  });

  test("what a channel's holders may claim in all is a fact beside its cards, one for each day", () => {
    const stated = eventExamples["stored-value.stated"];
    const day = {
      channel: "shopify",
      place: "a.example",
      resource: "stored-value",
      id: "gift-card.2026-11-27",
      version: at,
      events: [stated],
    };
    expect(readStatedDocument(day, "documents[0]")).toMatchObject({
      parsed: { transaction: "stored-value:shopify:a.example:gift-card:balance" },
    });
    expect(errorsOf({ ...day, events: [{ ...stated, date: "2026-02-30" }] })).toContain(
      "documents[0].events[0].date must be a day that exists",
    );
  });

  test("every event that a client may state is one of the bus", () => {
    const names = eventSchema.def.options.map((option) => String(option.def.shape.name.def.values[0]));
    expect(statedEventNames.filter((name) => !names.includes(name))).toEqual([]);
    expect(statedEventNames).not.toContain("file.received");
  });
});

describe("figures that contradict themselves are kept as issues", () => {
  const totals = { lines: 10_000, discounts: 0, tax: 1_000, tip: 0, duties: 0, fees: 0, cashRounding: 0, total: 11_000 };
  test.each([
    ["total", { totals: { ...totals, total: 11_001 } }, "totals.total is 110.01 USD and its rows come to 110.00 USD", 1],
    ["lines", { totals: { ...totals, lines: 9_999 } }, "totals.lines is 99.99 USD and its rows come to 100.00 USD", -1],
    ["tax", { totals: { ...totals, tax: 1_100 } }, "totals.tax is 11.00 USD and its rows come to 10.00 USD", 100],
    ["discounts", { totals: { ...totals, discounts: 5 } }, "totals.discounts is 0.05 USD and its rows come to 0.00 USD", 5],
  ])("an order's %s", (name, change, words, amount) => {
    const answer = readStatedDocument(with_(order, change), "documents[0]");
    expect(answer).toMatchObject({
      kind: "read",
      parsed: { issues: [{ class: "money.amount-mismatch", code: `order-${name}`, message: expect.stringContaining(words), amount }] },
    });
  });

  test("tax that prices include is no part of the total a second time", () => {
    const change = { taxesIncluded: true, totals: { ...totals, total: 10_000 } };
    expect(readStatedDocument(with_(order, change), "documents[0]")).toMatchObject({ parsed: { issues: [] } });
  });

  test("tenders that do not pay a ticket", () => {
    const answer = readStatedDocument(with_(ticket, { tenders: [{ id: "1", type: "Cash", amount: 5_400 }] }), "documents[0]");
    expect(answer).toMatchObject({ parsed: { issues: [{ class: "money.amount-mismatch", code: "tenders-pay-total", amount: -100 }] } });
  });

  test("a currency that does not exist", () => {
    expect(readStatedDocument(with_(order, { currency: "QQQ" }), "documents[0]")).toMatchObject({
      parsed: { issues: [{ class: "data.value", code: "currency" }] },
    });
  });
});

describe("what is refused names its field and what is allowed there", () => {
  test.each([
    [{}, "documents[0].channel needs a value of type string"],
    [{ ...order, place: "" }, "documents[0].place must be text like /^[\\x20-\\x7e]{1,120}$/"],
    [{ ...order, transaction: "sale:market:north:1" }, "documents[0] has fields that are not known: transaction"],
    [
      { ...order, resource: "invoice" },
      'documents[0].resource must be "order", "payment", "fulfillment", "refund", "return", "ticket", "gift-card", "store-credit", "loyalty", "stored-value", "transfer", "void", "till", "card-batch", "stock", "write-off", "cod-remittance"',
    ],
    [
      { ...order, channel: "pos" },
      'documents[0].resource must be ticket, void, till, card-batch, stock, gift-card, store-credit, loyalty, stored-value, transfer, write-off for the channel "pos", and ticket, void, till, card-batch, stock for no other channel',
    ],
    [
      { ...ticket, channel: "market" },
      'documents[0].resource must be ticket, void, till, card-batch, stock, gift-card, store-credit, loyalty, stored-value, transfer, write-off for the channel "pos", and ticket, void, till, card-batch, stock for no other channel',
    ],
    [{ ...order, events: [] }, "documents[0].events must be or have at least 1"],
    [
      { ...order, events: [eventExamples["payment.captured"]] },
      "documents[0].events[0].name must be order.placed, order.edited, order.cancelled: the resource is order",
    ],
    [with_(order, { currency: 5 }), "documents[0].events[0].currency needs a value of type string"],
    [with_(order, { totals: { lines: 1.5 } }), "documents[0].events[0].totals.lines needs a value of type int"],
    [with_(order, { tips: 5 }), "documents[0].events[0].tips is no field of this event: compare it with docs/events.md"],
    [with_(order, { version: "2" }), "documents[0].events[0].version must be the version of the document"],
    [with_(order, { occurredAt: "2026-02-30T00:00:00.000Z" }), "documents[0].events[0].occurredAt must be a time that exists"],
    [with_(order, { key: "order.placed:7" }), "documents[0].events[0].key must be order.placed:5002"],
    [{ ...order, id: "7" }, "documents[0].events[0] must be of the order that the document is about: its id must be that of the document"],
    [with_(ticket, { store: "0102" }), "documents[0].events[0].store must be the place of the document"],
    [with_(ticket, { businessDate: "2026-11-31" }), "documents[0].events[0].businessDate must be a day that exists"],
    [{ ...order, events: [order.events[0], order.events[0]] }, "documents[0].events must each have a key of their own"],
    [with_(order, { orderName: "x".repeat(256) }), "documents[0].events[0].orderName may be or have at most 255"],
  ])("%#", (document, words) => {
    expect(errorsOf(document)).toContain(words);
  });

  test("events of two orders are not one document", () => {
    const shipped = eventExamples["fulfillment.shipped"];
    const { fulfillmentId: id, version: at } = shipped;
    const events = [
      shipped,
      { ...eventExamples["fulfillment.delivered"], fulfillmentId: id, key: `fulfillment.delivered:${id}`, version: at, orderId: "6000" },
    ];
    expect(errorsOf({ ...order, resource: "fulfillment", id, version: at, events })).toEqual([
      "documents[0].events must all be of one order: send a document for each",
    ]);
  });

  test("figures that no number holds exactly", () => {
    const line = { ...eventExamples["order.placed"].lines[0], gross: Number.MAX_SAFE_INTEGER };
    expect(errorsOf(with_(order, { lines: [line, line] }))).toEqual([
      "documents[0] has figures that add up to more than can be held exactly",
    ]);
  });

  test("a document above its bound", () => {
    const lines = Array.from({ length: 3_000 }, () => eventExamples["order.placed"].lines[0]);
    expect(errorsOf(with_(order, { lines }))[0]).toMatch(/^documents\[0\] has \d+ bytes: at most 300000 are accepted$/);
  });
});
