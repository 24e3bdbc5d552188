import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { targetLedger } from "#domain/ledger";
import { ledgerText } from "./ledger-text.ts";
import { policy } from "./sale-policy.ts";

const head = (key: string, time = "12:00") => ({ schema: 1, key, version: "1", occurredAt: `2026-11-27T${time}:00.000Z` }) as const;
const problems = (stream: string, ...events: BusinessEvent[]) => targetLedger(events, policy, stream);
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
