import { describe, expect, it } from "vitest";
import type { Secrets } from "#ports/secrets";

/** What every adapter of ports/secrets keeps. `open` gives a store with these secrets. */
export function secretsContract(name: string, open: (stored: Readonly<Record<string, readonly string[]>>) => Promise<Secrets>): void {
  describe(`secrets contract: ${name}`, () => {
    it("answers the secret of a shop, both during a rotation, and none for a shop that it does not know", async () => {
      const secrets = await open({ "maple.myshopify.com": ["only"], "birch.myshopify.com": ["new", "old"] });
      expect(await secrets.webhookSecrets("maple.myshopify.com")).toEqual(["only"]);
      expect(await secrets.webhookSecrets("birch.myshopify.com")).toEqual(["new", "old"]);
      expect(await secrets.webhookSecrets("oak.myshopify.com")).toEqual([]);
    });

    it.each(["", "*", "../maple.myshopify.com", "maple.myshopify.com/..", "__proto__", "constructor", "x".repeat(5_000)])(
      "answers no secret for the shop %j",
      async (shop) => {
        const secrets = await open({ "maple.myshopify.com": ["only"] });
        expect(await secrets.webhookSecrets(shop)).toEqual([]);
      },
    );
  });
}
