import { expect, test } from "vitest";
import { closedBooksSchema } from "../../../functions/aws/schemas/store-days.ts";

const item = { kind: "unposted", transaction: "sale:shopify:example.myshopify.com:1", day: "2026-11-30", text: "not posted" };
const day = "store-day:0101:2026-11-27";
const sales = "period:US1:web:2026-11";

test.each([
  [{ action: "store-day", outcome: "audited", transaction: day, contributions: 3 }],
  [{ action: "store-day", outcome: "incomplete", transaction: day, missing: ["0101/1 number 7"] }],
  [{ action: "store-day", outcome: "already-audited", transaction: day, by: "Ana Ruiz", at: "2026-11-28T08:00:00.000Z" }],
  [{ action: "store-day", outcome: "not-posted", transaction: day }],
  [{ action: "store-day", outcome: "unknown-store" }],
  [{ action: "accrue", outcome: "closed", transaction: sales }],
  [{ action: "accrue", outcome: "kept", transaction: sales, sales: -1200, cost: 400 }],
  [{ action: "accrue", outcome: "not-over", endsOn: "2026-11-30" }],
  [{ action: "accrue", outcome: "not-estimated" }],
  [{ action: "close", outcome: "closed", release: 2, openItems: [item], openItemCount: 1 }],
  [{ action: "close", outcome: "open-items", openItems: [item], openItemCount: 1 }],
  [{ action: "close", outcome: "not-over", endsOn: "2026-11-30" }],
  [{ action: "close", outcome: "already-closed" }],
])("%j is an answer, and reaches whoever asked as it is", (answer) => {
  expect(closedBooksSchema.safeParse(answer)).toEqual({ success: true, data: answer });
});

test.each([
  ["no action says what was asked", { outcome: "unknown-entity" }],
  ["the outcome is one of another action", { action: "close", outcome: "audited", transaction: day, contributions: 3 }],
  ["a closing does not name its release", { action: "close", outcome: "closed", openItems: [], openItemCount: 0 }],
  ["the closing of a period answers like a closed accrual", { action: "close", outcome: "closed", transaction: sales }],
  ["what is missing of a day is not named", { action: "store-day", outcome: "incomplete", transaction: day }],
  ["an amount is no whole number of minor units", { action: "accrue", outcome: "kept", transaction: sales, sales: 1.5, cost: 0 }],
  ["an open item has no day", { action: "close", outcome: "open-items", openItems: [{ ...item, day: undefined }], openItemCount: 1 }],
  ["a field is one that the outcome does not have", { action: "close", outcome: "already-closed", release: 2 }],
])("it is no answer where %s", (_why, answer) => {
  expect(closedBooksSchema.safeParse(answer).success).toBe(false);
});
