import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { targetLedger } from "#domain/posting";
import { ledgerText } from "./ledger-text.ts";
import { order, transaction } from "./sale-events.ts";
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

const refund = (quantityMillionths: number): BusinessEvent => ({
  name: "refund.issued",
  ...head("refund.issued:r", "13:00"),
  orderId: "1",
  refundId: "r",
  currency: "USD",
  lines: [{ id: "1", lineId: "A", item: "SHIRT", quantityMillionths, subtotal: 0, tax: 0, taxes: [], restock: "return" }],
  shipping: [],
  adjustments: [],
  duties: 0,
  fees: 0,
  payments: [],
  processedAt: "2026-11-27T13:00:00.000Z",
});

describe("goods that come back", () => {
  const sale = order({ A: { gross: 5_000, quantity: 2 } });

  test("before their refund wait for it by name", () => {
    const target = problems(transaction, sale, received("521"));
    expect(ledgerText(target)).toBe("! sequence.parent-missing/refund return.received:521\nheld return.received:521");
    expect(target.problems[0]?.message).toBe(
      "return.received:521: 1 of line A came back and is not refunded yet. The refund books the return and its goods; refund it, or book the goods by hand.",
    );
  });

  test("are explained by a refund of the same line, as far as it goes", () => {
    const held = (quantity: number) =>
      problems(transaction, sale, received("521"), received("522", head("return.received:522", "12:30")), refund(quantity))
        .problems.filter(({ code, cause }) => code === "refund" && cause.startsWith("return.received"))
        .map(({ cause }) => cause);
    expect(held(2_000_000)).toEqual([]);
    expect(held(1_000_000)).toEqual(["return.received:522"]);
  });

  test("that never came, or of a test order, are no goods", () => {
    expect(problems(transaction, sale, received("521", { disposition: "missing" })).problems).toEqual([]);
    expect(problems(transaction, { ...sale, test: true }, received("521")).problems).toEqual([]);
  });
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
