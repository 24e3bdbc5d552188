import { describe, expect, test } from "vitest";
import {
  accountTransaction,
  disputeTransaction,
  documentKey,
  eventKey,
  fileTransaction,
  isReversal,
  isTransactionId,
  orderTransaction,
  privacyTransaction,
  reversalKey,
  sourceKey,
  sourceTransaction,
  stockTransaction,
  storedValueTransaction,
  storeTransferTransaction,
  streamOf,
  ticketTransaction,
  transferTransaction,
} from "#domain/identity";

const shop = "vale.myshopify.com";

test("every stream has one name, derived from its natural key", () => {
  expect([
    orderTransaction("shopify", shop, "6120000001001"),
    ticketTransaction("0101", "3", "2026-11-27", "42"),
    fileTransaction("pos", "ab12"),
    transferTransaction("shopify", shop, "77"),
    storeTransferTransaction("T-88"),
    stockTransaction("0101", "3", "2026-11-27", "43"),
    accountTransaction("deposit", "LAY 7"),
    storedValueTransaction("shopify", shop, "gift-card", "9"),
    disputeTransaction("shopify", shop, "5"),
    sourceTransaction("shopify", shop, "return", "8"),
    privacyTransaction("shopify", shop, "r1"),
  ]).toEqual([
    "sale:shopify:vale.myshopify.com:6120000001001",
    "sale:pos:0101:3:2026-11-27:42",
    "file:pos:ab12",
    "transfer:shopify:vale.myshopify.com:77",
    "transfer:pos:stores:T-88",
    "stock:pos:0101:3:2026-11-27:43",
    "account:pos:deposit:LAY%207",
    "stored-value:shopify:vale.myshopify.com:gift-card:9",
    "dispute:shopify:vale.myshopify.com:5",
    "source:shopify:vale.myshopify.com:return:8",
    "privacy:shopify:vale.myshopify.com:r1",
  ]);
});

test("the keys within a stream name event, document and what reverses it", () => {
  expect(sourceKey("shopify", shop, "order", "1")).toBe("shopify:vale.myshopify.com:order:1");
  expect(eventKey("payment.captured", "P 1")).toBe("payment.captured:P%201");
  expect(documentKey("sale:pos:7:1:2026-11-27:1", "ticket.completed:1", "ticket", "US 1", "USD")).toBe(
    "sale:pos:7:1:2026-11-27:1/ticket.completed:1/ticket/US%201/USD",
  );
  expect(reversalKey("sale:x/a@1")).toBe("sale:x/a@1/reversal");
  expect(["sale:x/a@1/reversal", "sale:x/a@1", "/reversal of", "reversal"].map(isReversal)).toEqual([true, false, false, false]);
});

describe("a native id", () => {
  test("that holds a separator, or is not plain, is encoded, so that no two keys are alike", () => {
    expect(orderTransaction("shopify", "a:b", "1")).toBe("sale:shopify:a%3Ab:1");
    expect(orderTransaction("shopify", "a", "b:1")).toBe("sale:shopify:a:b%3A1");
    expect(orderTransaction("shopify", "a/b#c@d", "é ")).toBe("sale:shopify:a%2Fb%23c%40d:%C3%A9%20");
    expect(orderTransaction("shopify", "A-z_0.9", "1")).toBe("sale:shopify:A-z_0.9:1");
  });

  test("has 1 to 120 characters", () => {
    expect(fileTransaction("pos", "h".repeat(120))).toHaveLength("file:pos:".length + 120);
    expect(() => fileTransaction("pos", "h".repeat(121))).toThrow("an id has 1 to 120 characters, not 121");
    expect(() => fileTransaction("pos", "")).toThrow("an id has 1 to 120 characters, not 0");
  });
});

describe("the name of a stream", () => {
  test("tells its kind, channel and place, as they were before they were encoded", () => {
    expect(streamOf("sale:shopify:a%3Ab:1")).toEqual({ kind: "sale", channel: "shopify", place: "a:b" });
    expect(streamOf("file:pos:ab12")).toEqual({ kind: "file", channel: "pos", place: "ab12" });
    expect(streamOf("privacy")).toEqual({ kind: "privacy", channel: "", place: "" });
  });

  test("is none when its first part is no kind of stream", () => {
    expect(() => streamOf("order:shopify:a:1")).toThrow(
      /^"order:shopify:a:1" names no stream: its first part is none of sale, file, transfer, /,
    );
    expect(() => streamOf(`x${"y".repeat(300)}`)).toThrow(/^"xy{199}" names no stream/);
  });

  test("is told from other references by its beginning", () => {
    expect(["sale:shopify:a:1", "stored-value:x", "#1001", "sale", "presale:1", "a sale:"].map(isTransactionId)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
