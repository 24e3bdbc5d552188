import { afterAll, describe, expect, it } from "vitest";
import { createDynamoRateLimit } from "#adapters/aws";
import type { RateLimit } from "#ports/rate-limit";
import { skipReason } from "../skip.ts";
import { startLocalTables } from "./dynamo-local-table.ts";
import { rateLimitContract } from "./rate-limit-contract.ts";
import { settableClock } from "./settable-clock.ts";

const local = await startLocalTables();

if ("skipped" in local) {
  skipReason("DynamoDB Local", local.skipped);
  describe.skip(`rate limit contract: DynamoDB Local (${local.skipped})`, () => {
    it("needs Java and the packaged emulator", () => {});
  });
} else {
  const { api, create } = local;
  afterAll(() => local.stop());

  rateLimitContract("DynamoDB Local", async (clock, settings) =>
    createDynamoRateLimit({ api, table: await create(), clock, connections: { north: settings, south: settings } }),
  );

  describe("a rate limit that several share: DynamoDB Local", () => {
    const settings = { documentsPerSecond: 2, burstDocuments: 10, throttledPauseSeconds: 5, failuresToOpen: 3, openSeconds: 30 };

    const answerTo = async (limit: RateLimit, documents: number) =>
      (await limit.acquire("north", [{ documents, shop: "shop" }])).map(({ answer }) => answer).join();

    async function instances(count: number) {
      const clock = settableClock();
      const table = await create();
      const limits = Array.from({ length: count }, () => createDynamoRateLimit({ api, table, clock, connections: { north: settings } }));
      return { clock, limits };
    }

    it("grants no more than one burst to all of them together", async () => {
      const { limits } = await instances(20);
      const answers = await Promise.all(limits.map((limit) => answerTo(limit, 1)));
      const granted = answers.filter((answer) => answer === "granted").length;
      expect(granted).toBeGreaterThan(0);
      expect(granted).toBeLessThanOrEqual(10);
      expect(answers).not.toContain("open");
      for (const limit of limits) if ((await answerTo(limit, 1)) === "wait") break;
      expect(await Promise.all(limits.map((limit) => answerTo(limit, 10)))).toEqual(Array.from({ length: 20 }, () => "wait"));
    });

    it("lets the failures of one close the way for the others, and exactly one of them try", async () => {
      const { clock, limits } = await instances(6);
      for (let count = 0; count < 3; count += 1) await limits[0]!.report("north", "failed");
      expect(await answerTo(limits[1]!, 1)).toBe("open");
      clock.advance(30);
      const answers = await Promise.all(limits.map((limit) => answerTo(limit, 1)));
      expect(answers.filter((answer) => answer === "granted")).toHaveLength(1);
      await limits[2]!.report("north", "answered");
      expect(await answerTo(limits[3]!, 1)).toBe("granted");
    });
  });
}
