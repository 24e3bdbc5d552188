import { createHmac, timingSafeEqual } from "node:crypto";

/** Base64 of 32 bytes. */
const signatureCharacters = 44;

/**
 * True when `signature` is the base64 HMAC-SHA256 of the raw bytes under one of the secrets (two during a rotation). Compared as text
 * in constant time, so exactly one spelling is accepted; never throws.
 */
export function verifySignature(rawBody: Uint8Array, signature: string | undefined, secrets: readonly string[]): boolean {
  if (signature === undefined || signature.length !== signatureCharacters) return false;
  const given = Buffer.from(signature, "latin1");
  let valid = false;
  for (const secret of secrets) {
    // Anyone can sign with an empty secret: a shop whose secret was left empty accepts nothing.
    if (secret.length === 0) continue;
    const expected = Buffer.from(createHmac("sha256", secret).update(rawBody).digest("base64"), "latin1");
    valid = timingSafeEqual(given, expected) || valid;
  }
  return valid;
}
