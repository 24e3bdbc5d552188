import { describe, expect, it } from "vitest";
import type { ApiClient } from "#domain/access";
import type { ApiClients } from "#ports/api-clients";

const till: ApiClient = {
  secrets: ["till-secret-0123456789-0123456789"],
  may: ["read", "write-events"],
  channels: [{ channel: "pos", places: ["0101", "0102"] }],
};
const desk: ApiClient = { secrets: ["desk-secret-0123456789-0123456789", "desk-second-0123456789-0123456789"], may: ["read"] };

/** What every adapter of ports/api-clients keeps. `open` gives a store with these registrations. */
export function apiClientsContract(name: string, open: (stored: Readonly<Record<string, unknown>>) => Promise<ApiClients>): void {
  describe(`API clients contract: ${name}`, () => {
    it("finds a registered client with all that it may", async () => {
      const clients = await open({ till, "service-desk": desk });
      expect(await clients.find("till")).toEqual(till);
      expect(await clients.find("service-desk")).toEqual(desk);
    });

    it.each(["", "*", "tills", "../till", "till/..", "__proto__", "constructor", "x".repeat(5_000)])(
      "finds nobody called %j",
      async (client) => {
        expect(await (await open({ till })).find(client)).toBeUndefined();
      },
    );

    it.each([
      { ...till, secrets: [] },
      { ...till, secrets: ["hunter2"] },
      { ...till, may: ["everything"] },
      { ...till, admin: "hunter2-hunter2-hunter2-hunter2-hunter2" },
    ])("lets nobody in by a registration that is not of the form, and repeats nothing of it: %j", async (broken) => {
      const clients = await open({ broken });
      const error = await clients.find("broken").catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(Error);
      expect(JSON.stringify([String(error), (error as Error).cause ?? null])).not.toContain("hunter2");
    });
  });
}
