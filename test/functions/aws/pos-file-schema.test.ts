import { expect, test } from "vitest";
import { checkedPosFileSchema } from "../../../functions/aws/schemas/pos-file.ts";

const checked = {
  drop: "drops/pos/day.xml",
  file: "day.xml",
  receivedAt: "2026-11-27T20:00:00.000Z",
  outcome: "accepted",
  hash: "a",
  bytes: 1,
  transactions: 1,
  manifest: "m",
  issues: [],
};
const chunks = (count: number) => ({ ...checked, chunks: Array.from({ length: count }, (_, index) => index) });

test("a file has at most as many chunks as fit into the history of an execution", () => {
  expect(checkedPosFileSchema.safeParse(chunks(3_000)).success).toBe(true);
  expect(checkedPosFileSchema.safeParse(chunks(3_001)).success).toBe(false);
});
