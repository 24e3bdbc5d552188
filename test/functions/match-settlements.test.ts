import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { documentItem } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { exported, housePolicy, settlementHouse } from "./settlement-house.ts";

const policy = {
  ...housePolicy,
  shops: {
    "us.example": { channel: "shopify", entity: "US1", timeZone: "UTC", channelDimension: "web" },
    bazaar: { channel: "marketplace", entity: "US1", timeZone: "UTC", channelDimension: "marketplace" },
  },
  tenders: [
    { channel: "shopify", match: "shopify_payments", role: "payment-clearing", dimensions: { gateway: "shopify_payments" }, why: "house" },
    { channel: "marketplace", match: "bazaar_pay", role: "payment-clearing", dimensions: { gateway: "shopify_payments" }, why: "house" },
  ],
} as Policy;

const captured: BusinessEvent = {
  name: "payment.captured",
  schema: 1,
  key: "payment.captured:P1",
  version: "1",
  occurredAt: "2026-11-27T12:00:00.000Z",
  orderId: "5",
  paymentId: "P1",
  gateway: "shopify_payments",
  amount: 10_000,
  currency: "USD",
};

/** A sale with one capture of 100.00, known as #1001. */
function withSale(house: ReturnType<typeof settlementHouse>, channel = "shopify", shop = "us.example", gateway = "shopify_payments"): void {
  const sale = `sale:${channel}:${shop}:5`;
  const parsed = {
    transaction: sale,
    kind: "sale" as const,
    source: `${channel}:${shop}:transaction:P1`,
    channel,
    shop,
    events: [{ ...captured, gateway }],
    references: [{ type: "order-name" as const, value: "#1001" }],
    issues: [],
  };
  house.put(documentItem(parsed, { hash: "0", bytes: 0 }, "2026-11-27T12:00:00.000Z"));
  house.name("order-name #1001", sale);
}

const ask = (...transactions: string[]) => ({
  queue: "matching",
  messages: [{ id: "m1", body: { transactions: transactions.map((id) => ({ id })) } }],
});

async function houseWithRow(answer?: Parameters<typeof settlementHouse>[1]) {
  const house = settlementHouse(policy, answer);
  await house.takeIn(exported(["charge", "#1001", "100.00", "3.20", "96.80", "pending,,"]));
  const row = house.documents().find(({ kind }) => kind === "settlement-row")!.transaction;
  return { house, row };
}

const names = (house: ReturnType<typeof settlementHouse>) => house.documents().flatMap(({ events }) => events.map(({ name }) => name));

describe("matching settlements", () => {
  test("waits for every name of a row before it looks, and says that nothing is known for it", async () => {
    const { house, row } = await houseWithRow();
    expect(await house.match(ask(row))).toEqual({ failures: [], unreadable: [] });
    expect(house.waits).toEqual(["order-name #1001"]);
    const [matched] = house.documents().flatMap(({ events }) => events.filter(({ name }) => name === "settlement.matched"));
    expect(matched).toMatchObject({ outcome: "unmatched", reason: "missing", parts: [] });
  });

  test("tells the sale first and the row last, and writes nothing when it looks again", async () => {
    const { house, row } = await houseWithRow();
    withSale(house);
    await house.match(ask(row));
    expect(names(house).slice(-2)).toEqual(["payment.settled", "settlement.matched"]);
    const before = house.items().length;
    await house.match(ask(row));
    expect(house.items().length).toBe(before);
  });

  test("knows how the sale's own channel names what the gateway settles", async () => {
    const { house, row } = await houseWithRow();
    withSale(house, "marketplace", "bazaar", "bazaar_pay");
    await house.match(ask(row));
    expect(names(house).slice(-2)).toEqual(["payment.settled", "settlement.matched"]);
  });

  test("a crash between the two is healed by the next look", async () => {
    let failures = 1;
    const { house, row } = await houseWithRow((item) =>
      item.type === "document" && item.events.some(({ name }) => name === "settlement.matched") && failures-- > 0
        ? "unavailable"
        : undefined,
    );
    withSale(house);
    expect(await house.match(ask(row))).toEqual({ failures: ["m1"], unreadable: [] });
    expect(names(house)).not.toContain("settlement.matched");
    expect(await house.match(ask(row))).toEqual({ failures: [], unreadable: [] });
    expect(names(house).at(-1)).toBe("settlement.matched");
  });

  test("leaves alone what is neither a row nor a bank line, and names a message that nobody can read", async () => {
    const house = settlementHouse(policy);
    const answer = await house.match({
      queue: "matching",
      messages: [...ask("sale:shopify:us.example:5").messages, { id: "m2", body: { nothing: true } }],
    });
    expect([answer.failures, answer.unreadable.map(({ id, class: exceptionClass }) => [id, exceptionClass])]).toEqual([
      [],
      [["m2", "transport.parse"]],
    ]);
    expect(house.items()).toEqual([]);
  });

  test("closes what was brought to the desk when an earlier message was given up", async () => {
    const { house, row } = await houseWithRow();
    const opened = {
      class: "transport.connection",
      code: "dead-letter",
      cause: "matching",
      message: "gave up",
      foundBy: "operation",
    } as const;
    const at = "2026-12-01T03:00:06.000Z";
    house.put({ type: "exception", transaction: row, key: "X#transport.connection#1#0001", at, occurrence: 1, dueAt: at, ...opened });
    await house.match(ask(row));
    expect(
      house
        .items()
        .filter(({ type }) => type === "closure")
        .map(({ key }) => key),
    ).toEqual(["X#transport.connection#1#0001#C"]);
  });
});
