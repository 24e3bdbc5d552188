import { describe, expect, test } from "vitest";
import { type ApiClient, bearerCredentials, mayWrite, secretFits } from "#domain/access";

const till: ApiClient = {
  secrets: ["new-secret-0123456789-0123456789-00", "old-secret-0123456789-0123456789-00"],
  may: ["write-events"],
  channels: [{ channel: "pos", places: ["0101"] }],
};

describe("the credentials of a call", () => {
  test.each([
    ["Bearer till.abcdefghijabcdefghijabcdefghij12", { client: "till", secret: "abcdefghijabcdefghijabcdefghij12" }],
    ["bearer  service-desk.a.b+c/d=efghijabcdefghijabcdefghij1", { client: "service-desk", secret: "a.b+c/d=efghijabcdefghijabcdefghij1" }],
  ])("%j", (header, credentials) => {
    expect(bearerCredentials(header)).toEqual(credentials);
  });

  test.each([
    undefined,
    "",
    "Bearer",
    "Bearer till",
    "Bearer till.short",
    "Basic till.abcdefghijabcdefghijabcdefghij12",
    "Bearer Till.abcdefghijabcdefghijabcdefghij12",
    "Bearer till.abcdefghij abcdefghijabcdefghij12",
    `Bearer till.${"x".repeat(257)}`,
    `Bearer ${"t".repeat(64)}.abcdefghijabcdefghijabcdefghij12`,
  ])("%j names nobody", (header) => {
    expect(bearerCredentials(header)).toBeUndefined();
  });
});

describe("a secret", () => {
  test("fits when it is one of the client's, first or second", () => {
    expect(till.secrets.map((secret) => secretFits(till, secret))).toEqual([true, true]);
  });

  test.each(["", "new-secret-0123456789-0123456789-0", "new-secret-0123456789-0123456789-01", "old", "nobody's"])(
    "%j does not",
    (secret) => {
      expect(secretFits(till, secret)).toBe(false);
    },
  );

  test("fits no client that is not registered, whatever it is", () => {
    expect(["", "nobody's", "new-secret-0123456789-0123456789-00"].map((secret) => secretFits(undefined, secret))).toEqual([
      false,
      false,
      false,
    ]);
  });
});

test("a client writes for the channels and places of its registration alone", () => {
  expect(mayWrite(till, "pos", "0101")).toBe(true);
  expect(mayWrite(till, "pos", "0102")).toBe(false);
  expect(mayWrite(till, "shopify", "0101")).toBe(false);
  expect(mayWrite({ secrets: till.secrets, may: ["write-events"] }, "pos", "0101")).toBe(false);
});
