import { expect, expectTypeOf, test } from "vitest";
import type * as z from "zod/mini";
import { fetchedSettlementsSchema } from "#functions/aws/schemas/fetched-settlements";
import type { FetchedAccount } from "#functions/fetch-settlements";

const read = { account: "us-shop", shop: "us.myshopify.com", outcome: "read", since: "2026-11-01", pages: 2, recorded: 2, revised: 0 };

test("a sweep's answer is held to its schema: a reason is a text or left out", () => {
  expectTypeOf<z.infer<typeof fetchedSettlementsSchema>>().toEqualTypeOf<{ accounts: FetchedAccount[] }>();
  const taken = (account: unknown) => fetchedSettlementsSchema.safeParse({ accounts: [account] }).success;
  expect(taken(read)).toBe(true);
  expect(taken({ ...read, outcome: "continues", reason: "the gateway asked for 30 s of patience" })).toBe(true);
  expect(taken({ ...read, reason: undefined })).toBe(false);
  const byFiles = { account: "adyen-us", outcome: "by-files", pages: 0, recorded: 0, revised: 0, missing: 2 };
  expect(fetchedSettlementsSchema.parse({ accounts: [byFiles] })).toEqual({ accounts: [byFiles] });
});
