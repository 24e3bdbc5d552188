import { describe, expect, test } from "vitest";
import { verifySignature } from "#adapters/channels/shopify";

// HMAC-SHA256 of RFC 4231, test case 2, in base64.
const body = new TextEncoder().encode("what do ya want for nothing?");
const secret = "Jefe";
const signature = "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=";

describe("verifySignature", () => {
  test("accepts the HMAC-SHA256 of RFC 4231 in base64", () => {
    expect(verifySignature(body, signature, [secret])).toBe(true);
  });

  test("accepts either of two secrets during a rotation", () => {
    expect(verifySignature(body, signature, ["new-secret", secret])).toBe(true);
    expect(verifySignature(body, signature, [secret, "new-secret"])).toBe(true);
  });

  test("refuses another body, another secret, no secret", () => {
    expect(verifySignature(new TextEncoder().encode("what do ya want for nothing!"), signature, [secret])).toBe(false);
    expect(verifySignature(body, signature, ["jefe"])).toBe(false);
    expect(verifySignature(body, signature, [])).toBe(false);
  });

  test("refuses a signature under an empty secret, which anyone can make", () => {
    // printf 'what do ya want for nothing?' | openssl dgst -sha256 -hmac '' -binary | base64
    expect(verifySignature(body, "dtnnGU59vDqgC76P+59vy1qTIXD5cflIuyq2FgfSudY=", [""])).toBe(false);
  });

  test.each([
    undefined,
    "",
    "=",
    signature.slice(0, -1),
    `${signature}=`,
    ` ${signature.slice(0, -1)}`,
    signature.replace("=", "!"),
    signature.replace("M=", "N="),
    signature.replace("W9", "-9"),
    "é".repeat(44),
    "\u{1F600}".repeat(22),
  ])("refuses %j without throwing", (malformed) => {
    expect(verifySignature(body, malformed, [secret])).toBe(false);
  });
});
