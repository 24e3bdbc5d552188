import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { storedValueTransaction } from "#domain/identity";
import { targetLedger } from "#domain/posting";
import { ledgerText } from "./ledger-text.ts";
import { policy } from "./sale-policy.ts";

const head = (key: string, time = "12:00") => ({ schema: 1, key, version: "1", occurredAt: `2026-11-27T${time}:00.000Z` }) as const;
const problems = (stream: string, ...events: BusinessEvent[]) => targetLedger(events, policy, stream);
const stored = storedValueTransaction("shopify", "demo.example", "gift-card", "9");

const issued = (more: Partial<EventOf<"gift-card.issued">> = {}): BusinessEvent => ({
  name: "gift-card.issued",
  ...head("gift-card.issued:9"),
  cardId: "9",
  currency: "USD",
  amount: 2_500,
  ...more,
});

const received = (receiptId: string, more: Partial<EventOf<"return.received">> = {}): EventOf<"return.received"> => ({
  name: "return.received",
  ...head(`return.received:${receiptId}`),
  orderId: "1",
  receiptId,
  lineId: "A",
  item: "SHIRT",
  quantityMillionths: 1_000_000,
  disposition: "restocked",
  ...more,
});

describe("an event that must be booked and has no rule yet is held by name", () => {
  test("a gift card that no order sold", () => {
    const target = problems(stored, issued());
    expect(ledgerText(target)).toBe("! data.unmapped/gift-card.issued gift-card.issued:9\nheld gift-card.issued:9");
    expect(target.problems[0]?.message).toBe(
      "gift-card.issued:9 is a gift card that no order sold, and no posting rule covers that yet. It is held; book it by hand or wait for the rule.",
    );
  });

  test.each([
    ["gift-card.redeemed", { cardId: "9", entryId: "1", amount: 500 }],
    ["gift-card.adjusted", { cardId: "9", entryId: "1", amount: -500 }],
    ["store-credit.issued", { accountId: "9", entryId: "1", amount: 500 }],
    ["store-credit.redeemed", { accountId: "9", entryId: "1", amount: 500 }],
    ["store-credit.adjusted", { accountId: "9", entryId: "1", amount: -500 }],
  ] as const)("%s", (name, fields) => {
    const event = { name, ...head(`${name}:1`), currency: "USD", ...fields } as BusinessEvent;
    expect(ledgerText(problems(stored, event))).toBe(`! data.unmapped/${name} ${name}:1\nheld ${name}:1`);
  });

  test.each(["transfer.shipped", "transfer.received"] as const)("%s", (name) => {
    const event = { name, ...head(`${name}:81`), transferId: "71", shipmentId: "81", lines: [] } as BusinessEvent;
    expect(ledgerText(problems("transfer:shopify:demo.example:71", event))).toBe(`! data.unmapped/${name} ${name}:81\nheld ${name}:81`);
  });
});

test("a gift card and a customer's credit are streams of their own", () => {
  expect(stored).toBe("stored-value:shopify:demo.example:gift-card:9");
  expect(storedValueTransaction("shopify", "demo.example", "store-credit", "a:b")).toBe(
    "stored-value:shopify:demo.example:store-credit:a%3Ab",
  );
});

test.each([
  issued({ orderId: "1", lineId: "A" }),
  { name: "gift-card.redeemed", ...head("k"), cardId: "9", entryId: "1", currency: "USD", amount: 500, orderId: "1" },
  { name: "store-credit.issued", ...head("k"), accountId: "9", entryId: "1", currency: "USD", amount: 500, orderId: "1" },
] as const)("what a sale books is settled here without a document: $name of order 1", (event) => {
  expect(problems(stored, event as BusinessEvent)).toEqual({ documents: [], problems: [], heldEvents: [] });
});

test("goods of a ticket that are said to be back are held: the ticket of the return books them", () => {
  const target = problems("sale:pos:0001:1:2026-11-27:7", received("521"));
  expect(ledgerText(target)).toBe("! data.unmapped/return.received return.received:521\nheld return.received:521");
  expect(target.problems[0]?.message).toBe(
    "return.received:521 says that goods of a ticket came back, and the ticket of the return says so itself. It is held; book it by hand if there is no such ticket.",
  );
});

describe("a request about personal data", () => {
  const request = (more: Partial<EventOf<"privacy.requested">>): BusinessEvent => ({
    name: "privacy.requested",
    ...head("privacy.requested:9999"),
    request: "erase-customer",
    orderIds: [],
    ...more,
  });
  const asked = (more: Partial<EventOf<"privacy.requested">>) => problems("privacy:shopify:demo.example:9999", request(more));

  test("is a task for a person, and holds nothing", () => {
    expect(asked({ orderIds: ["1", "2"] })).toEqual({
      documents: [],
      problems: [
        {
          class: "privacy.request",
          code: "erase-customer",
          cause: "privacy.requested:9999",
          event: "privacy.requested:9999",
          message: "the data of a customer must be erased: orders 1, 2. The request itself, in the raw body of this transaction, says who.",
        },
      ],
      heldEvents: [],
    });
  });

  test("names no more than twenty orders", () => {
    const orderIds = Array.from({ length: 22 }, (_, index) => String(index + 1));
    expect(asked({ orderIds }).problems[0]?.message).toContain("19, 20 and 2 more");
  });

  test.each([
    ["customer-data", "a customer asks what is stored about them: no order is named."],
    ["erase-shop", "the shop has left: the personal data of all its customers must be erased. Its bookings stay."],
  ] as const)("%s says what to do", (kind, text) => {
    expect(asked({ request: kind }).problems[0]?.message).toContain(text);
  });
});
