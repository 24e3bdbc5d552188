import { expect, test } from "vitest";
import { assertStorable } from "#domain/lineage";

test.each([
  ["a transaction id of 2,048 bytes", "t".repeat(2_048), "k", "{}"],
  ["a key of 1,024 bytes", "t", "k".repeat(1_024), "{}"],
  ["a body of 400,000 bytes", "t", "k", "b".repeat(400_000)],
  ["a body of 400,000 bytes in characters of two", "t", "k", "é".repeat(200_000)],
])("%s is storable", (_, transaction, key, body) => {
  expect(() => assertStorable(transaction, key, body)).not.toThrow();
});

test.each([
  ["a transaction id", "t".repeat(2_049), "k", "{}", "has 2049 bytes, above the 2048"],
  ["a key", "t", "k".repeat(1_025), "{}", "has 1025 bytes, above the 1024"],
  ["a body", "t", "k", "b".repeat(400_001), "item k of transaction t has 400001 bytes, above the 400000"],
  ["a body counted in bytes and not in characters", "t", "k", "é".repeat(200_001), "has 400002 bytes"],
  ["an empty key", "t", "", "{}", "an empty key cannot be stored"],
])("%s beyond its limit is refused", (_, transaction, key, body, message) => {
  expect(() => assertStorable(transaction, key, body)).toThrow(message);
});
