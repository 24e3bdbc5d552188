import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { Unavailable } from "#domain/failures";
import { type DocumentItem, documentItem, viewTransaction } from "#domain/lineage";
import { createOriginals } from "#functions/find-originals";
import type { InsertAnswer } from "#ports/lineage-store";
import { goldenPolicy } from "../golden/golden-policy.ts";

const returning = "sale:pos:0002:1:2026-11-27:9";
const order = "sale:shopify:us.example:1";
/** Of a shop that the policies do not know. */
const elsewhere = "sale:shopify:new.example:1";
const sold = "sale:pos:0001:1:2026-11-20:7";

const ticket = (store: string, sequence: string, original?: EventOf<"ticket.completed">["lines"][number]["original"]): BusinessEvent => ({
  name: "ticket.completed",
  schema: 1,
  key: `ticket.completed:${sequence}`,
  version: "1",
  occurredAt: "2026-11-27T18:00:00.000Z",
  store,
  register: "1",
  sequence,
  businessDate: "2026-11-27",
  currency: "USD",
  taxesIncluded: false,
  lines: [
    {
      id: "1",
      kind: original === undefined ? "sale" : "return",
      item: "MUG",
      quantityMillionths: 1_000_000,
      gross: 1_000,
      discounts: [],
      taxes: [],
      restock: true,
      ...(original === undefined ? {} : { original }),
    },
  ],
  discounts: [],
  taxes: [],
  tenders: [],
  cashRounding: 0,
  rounding: 0,
  stated: {},
});
const placed: BusinessEvent = {
  name: "order.placed",
  schema: 1,
  key: "order.placed:1",
  version: "1",
  occurredAt: "2026-11-20T10:00:00.000Z",
  orderId: "1",
  orderName: "#1001",
  currency: "USD",
  presentmentCurrency: "USD",
  taxesIncluded: false,
  test: false,
  gateways: [],
  paymentTerms: false,
  lines: [],
  shipping: [],
  totals: { lines: 0, discounts: 0, tax: 0, tip: 0, duties: 0, fees: 0, cashRounding: 0, total: 0 },
};

const documentOf = (transaction: string, event: BusinessEvent): DocumentItem =>
  documentItem(
    { transaction, kind: "sale", source: `s:${event.key}`, channel: "c", shop: "s", events: [event], references: [], issues: [] },
    { hash: "0", bytes: 0 },
    "2026-11-27T18:00:00.000Z",
  );

/** Streams and references in memory; `calls` says in which order they were asked. */
function house(
  names: Readonly<Record<string, readonly string[]>>,
  answer: InsertAnswer = "inserted",
  ofSold: readonly BusinessEvent[] = [],
) {
  const streams = new Map([
    [order, [documentOf(order, placed)]],
    [sold, [ticket("0001", "7"), ...ofSold].map((event) => documentOf(sold, event))],
    [elsewhere, [documentOf(elsewhere, placed)]],
  ]);
  const calls: string[] = [];
  const inserted: DocumentItem[] = [];
  const find = createOriginals({
    lineage: {
      insert: async (items) => {
        inserted.push(...(items as DocumentItem[]));
        return items.map(() => answer);
      },
      page: async (transaction) => ({ items: streams.get(transaction) ?? [] }),
      get: unused,
      removeRawBody: unused,
      transactions: unused,
    },
    references: {
      wait: async ({ type, value }, waiter) => void calls.push(`wait ${type} ${value} ${waiter === returning}`),
      find: async (type, value) => {
        calls.push(`find ${type} ${value}`);
        return names[`${type} ${value}`] ?? [];
      },
      put: unused,
      waiters: unused,
    },
    clock: { now: () => "2026-11-27T19:00:00.000Z" },
  });
  const look = (...events: readonly BusinessEvent[]) =>
    find(
      viewTransaction(
        returning,
        events.map((event) => documentOf(returning, event)),
      ),
      goldenPolicy,
    );
  const facts = () =>
    inserted.flatMap(({ events }) => events.map((event) => event.name === "original.found" && [event.reference, event.sales]));
  return { look, calls, facts, inserted };
}

function unused(): Promise<never> {
  return Promise.reject(new Error("not a part of finding an original"));
}

describe("the ticket that a post-void undoes", () => {
  const voided = (original: EventOf<"ticket.voided">["original"]): BusinessEvent => ({
    name: "ticket.voided",
    schema: 1,
    key: "ticket.voided:0001.2.2026-11-27.40",
    version: "1",
    occurredAt: "2026-11-27T18:00:00.000Z",
    store: "0001",
    register: "2",
    sequence: "40",
    businessDate: "2026-11-27",
    original,
    currency: "USD",
  });

  test("is the latest one of its number in the seven days before, where the void does not say of which day", async () => {
    const older = "sale:pos:0001:1:2026-11-19:7";
    const { look, facts, calls } = house({ "ticket 0001.1.2026-11-20.7": [sold], "ticket 0001.1.2026-11-19.7": [older] });
    expect(await look(voided({ register: "1", sequence: "7" }))).toEqual({ isNew: true, problems: [] });
    expect(facts()).toEqual([["ticket.voided:0001.2.2026-11-27.40", [{ transaction: sold, seller: "us" }]]]);
    expect(calls.filter((call) => call.startsWith("wait ticket"))).toEqual(
      ["26", "25", "24", "23", "22", "21", "20"].map((day) => `wait ticket 0001.1.2026-11-${day}.7 true`),
    );
  });

  test("is found by its receipt where that is all the till knows, also when it was undone before", async () => {
    const { look, facts } = house({ "receipt R-7": [sold] }, "inserted", [voided({})]);
    expect(await look(voided({ reference: "R-7" }))).toEqual({ isNew: true, problems: [] });
    expect(facts()).toEqual([["ticket.voided:0001.2.2026-11-27.40", [{ transaction: sold, seller: "us" }]]]);
  });

  test("is not looked for where the void names its day: its stream is known", async () => {
    const { look, calls } = house({});
    expect(await look(voided({ register: "1", sequence: "7", businessDate: "2026-11-20" }))).toEqual({ isNew: false, problems: [] });
    expect(calls).toEqual([]);
  });

  test("of a ticket that takes another's place is looked for by its receipt", async () => {
    const { look, facts } = house({ "receipt R-7": [sold] });
    const replacing = { ...(ticket("0002", "9") as EventOf<"ticket.completed">), replaces: { reference: "R-7" } };
    expect(await look(replacing)).toEqual({ isNew: true, problems: [] });
    expect(facts()).toEqual([["ticket.completed:9 replaces", [{ transaction: sold, seller: "us" }]]]);
  });
});

describe("the original of what a ticket takes back", () => {
  test.each<[string, EventOf<"ticket.completed">["lines"][number]["original"], string, string, string]>([
    ["by an order's name", { reference: " #1001 " }, "order-name #1001", order, "us"],
    ["by a receipt", { reference: "R-7" }, "receipt R-7", sold, "us"],
    [
      "by the parts of a ticket's number",
      { store: "0001", register: "1", businessDate: "2026-11-20", sequence: "7" },
      "ticket 0001.1.2026-11-20.7",
      sold,
      "us",
    ],
    ["by a return that was authorised", { reference: "RA-0123456789AB" }, "return-authorization RA-0123456789AB", order, "us"],
  ])("%s is recorded as a fact of the ticket, with whoever sold", async (_, original, name, sale, seller) => {
    const { look, facts, inserted } = house({ [name]: [sale] });
    expect(await look(ticket("0002", "9", original))).toEqual({ isNew: true, problems: [] });
    expect(facts()).toEqual([[name.slice(name.indexOf(" ") + 1), [{ transaction: sale, seller }]]]);
    expect(inserted[0]).toMatchObject({
      transaction: returning,
      shop: "0002",
      source: expect.stringMatching(/^pos:0002:original:[0-9a-f]{32}$/),
    });
  });

  test("is waited for under every kind of name before it is looked up: a sale that comes in between is seen by one of the two", async () => {
    const { look, calls, inserted } = house({});
    expect(await look(ticket("0002", "9", { reference: "#1001" }))).toEqual({ isNew: false, problems: [] });
    expect(calls).toEqual([
      "wait ticket #1001 true",
      "wait receipt #1001 true",
      "wait order-name #1001 true",
      "wait order #1001 true",
      "wait return-authorization #1001 true",
      "find ticket #1001",
      "find receipt #1001",
      "find order-name #1001",
      "find order #1001",
      "find return-authorization #1001",
    ]);
    expect(inserted).toEqual([]);
  });

  test("by its text when nothing answers to the number that the till states", async () => {
    const { look, facts } = house({ "receipt R-7": [sold] });
    await look(ticket("0002", "9", { businessDate: "2026-11-20", sequence: "7", reference: "R-7" }));
    expect(facts()).toEqual([["0002.1.2026-11-20.7", [{ transaction: sold, seller: "us" }]]]);
  });

  test("several sales under one name are all recorded", async () => {
    const { look, facts } = house({ "receipt 7": [sold], "order-name 7": [order] });
    await look(ticket("0002", "9", { reference: "7" }));
    expect(facts()).toEqual([
      [
        "7",
        [
          { transaction: sold, seller: "us" },
          { transaction: order, seller: "us" },
        ],
      ],
    ]);
  });

  test("is neither the ticket itself nor what is no sale", async () => {
    const { look, inserted } = house({ "receipt 9": [returning], "order-name 9": ["source:shopify:us.example:order:1"] });
    expect(await look(ticket("0002", "9", { reference: "9" }))).toEqual({ isNew: false, problems: [] });
    expect(inserted).toEqual([]);
  });

  test("is looked for when it is needed: not for sales, not for blind returns", async () => {
    const { look, calls } = house({ "order-name #1001": [order] });
    await look(ticket("0002", "9"));
    await look(ticket("0002", "9", {}));
    await look(placed);
    expect(calls).toEqual([]);
  });

  const found = (reference: string, transaction: string, version: string): BusinessEvent => ({
    name: "original.found",
    schema: 1,
    key: "original.found:1",
    version,
    occurredAt: "2026-11-27T18:00:00.000Z",
    reference,
    sales: [{ transaction, seller: "uk" }],
  });

  test("that was found is not recorded again, nor waited for", async () => {
    const { look, calls, inserted } = house({ "order-name #1001": [order] });
    expect(await look(ticket("0002", "9", { reference: "#1001" }), found("#1001", order, "0043"))).toEqual({ isNew: false, problems: [] });
    expect(inserted).toEqual([]);
    expect(calls.filter((call) => call.startsWith("wait"))).toEqual([]);
  });

  test("is several sales when another one comes to answer to the name of the one that was found, which keeps its seller", async () => {
    const { look, facts, inserted } = house({ "order-name 7": [order], "receipt 7": [sold] });
    expect(await look(ticket("0002", "9", { reference: "7" }), found("7", order, "0043"))).toEqual({ isNew: true, problems: [] });
    expect(facts()).toEqual([
      [
        "7",
        [
          { transaction: sold, seller: "us" },
          { transaction: order, seller: "uk" },
        ],
      ],
    ]);
    expect(inserted[0]?.events[0]?.version).toBe("0044");
  });

  test("under its number takes the place of what was found under a text, whichever of the two sales comes first", async () => {
    const names = { businessDate: "2026-11-20", sequence: "7", reference: "#1001" };
    const number = "0002.1.2026-11-20.7";
    const { look, facts, inserted } = house({ "order-name #1001": [order], [`ticket ${number}`]: [sold] });
    expect(await look(ticket("0002", "9", names), found(number, order, "0022"))).toEqual({ isNew: true, problems: [] });
    expect(facts()).toEqual([[number, [{ transaction: sold, seller: "us" }]]]);
    const numbered = inserted[0]!.events[0]!;
    const later = house({ "order-name #1001": [order] });
    expect(await later.look(ticket("0002", "9", names), numbered)).toEqual({ isNew: false, problems: [] });
  });

  test.each<InsertAnswer>(["unknown", "unavailable"])(
    "an insert that is answered %s is no finding: the ticket is looked at again",
    async (answer) => {
      const { look } = house({ "order-name #1001": [order] }, answer);
      await expect(look(ticket("0002", "9", { reference: "#1001" }))).rejects.toThrow(Unavailable);
    },
  );

  test("a fact that is there already is as good as one that is inserted", async () => {
    const { look } = house({ "order-name #1001": [order] }, "conflict");
    expect(await look(ticket("0002", "9", { reference: "#1001" }))).toEqual({ isNew: true, problems: [] });
  });

  test("of a shop that policy does not know is told, so that the release that adds the shop wakes the ticket, and nothing is recorded", async () => {
    const { look, facts } = house({ "order-name #1001": [elsewhere] });
    expect(await look(ticket("0002", "9", { reference: "#1001" }))).toEqual({
      isNew: false,
      problems: [
        {
          class: "policy.blind-return",
          code: "seller-unknown",
          cause: "ticket.completed:9 #1001",
          event: "ticket.completed:9",
          message:
            'ticket.completed:9 takes goods of "#1001" back, which is sale:shopify:new.example:1, and nobody can say who sold them: shop new.example belongs to no entity. Add it to the shops of the policies, then ask again. Until then the return is booked without its sale.',
        },
      ],
    });
    expect(facts()).toEqual([]);
  });
});
