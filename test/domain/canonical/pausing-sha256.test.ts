import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { pausingSha256 } from "#domain/canonical";

test("bytes cut anywhere, each part hashed by another hash that goes on as JSON tells it, come to their SHA-256", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), (parts) => {
      const last = parts.reduce((before, part) => {
        const hash = pausingSha256(JSON.parse(JSON.stringify(before.standing())));
        hash.update(part);
        return hash;
      }, pausingSha256());
      expect(last.hex()).toBe(createHash("sha256").update(Buffer.concat(parts)).digest("hex"));
    }),
    { numRuns: 200, seed: 7 },
  );
});
