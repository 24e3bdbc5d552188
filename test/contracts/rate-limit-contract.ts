import { describe, expect, it } from "vitest";
import type { PaceSettings } from "#domain/pace";
import type { Clock } from "#ports/clock";
import type { RateLimit } from "#ports/rate-limit";
import { settableClock } from "./settable-clock.ts";

/** What every adapter of ports/rate-limit keeps, for the connections "north" and "south" with these settings. */
export function rateLimitContract(name: string, open: (clock: Clock, settings: PaceSettings) => RateLimit | Promise<RateLimit>): void {
  const settings: PaceSettings = {
    documentsPerSecond: 2,
    burstDocuments: 10,
    throttledPauseSeconds: 5,
    failuresToOpen: 3,
    openSeconds: 30,
  };

  async function start(more: Partial<PaceSettings> = {}) {
    const clock = settableClock();
    return { clock, limit: await open(clock, { ...settings, ...more }) };
  }

  async function failTimes(limit: RateLimit, times: number): Promise<void> {
    for (let count = 0; count < times; count += 1) await limit.report("north", "failed");
  }

  describe(`rate limit contract: ${name}`, () => {
    it("grants a burst, then waits, then grants at the pace", async () => {
      const { clock, limit } = await start();
      expect(await limit.acquire("north", 6)).toBe("granted");
      expect(await limit.acquire("north", 4)).toBe("granted");
      expect(await limit.acquire("north", 1)).toBe("wait");
      clock.advance(0.5);
      expect(await limit.acquire("north", 2)).toBe("wait");
      expect(await limit.acquire("north", 1)).toBe("granted");
      expect(await limit.acquire("north", 1)).toBe("wait");
    });

    it("never gathers more than a burst, however long it was idle", async () => {
      const { clock, limit } = await start();
      await limit.acquire("north", 1);
      clock.advance(3_600);
      expect(await limit.acquire("north", 10)).toBe("granted");
      expect(await limit.acquire("north", 1)).toBe("wait");
    });

    it("grants a call above the burst from a full bucket, and makes the next ones wait for all of it", async () => {
      const { clock, limit } = await start();
      expect(await limit.acquire("north", 30)).toBe("granted");
      clock.advance(10);
      expect(await limit.acquire("north", 1)).toBe("wait");
      clock.advance(0.5);
      expect(await limit.acquire("north", 1)).toBe("granted");
    });

    it("leaves an ERP alone for as long as it asked, and for its own pause when it did not say", async () => {
      const { clock, limit } = await start();
      await limit.acquire("north", 10);
      await limit.report("north", "throttled", 20);
      clock.advance(20);
      expect(await limit.acquire("north", 1)).toBe("wait");
      clock.advance(0.5);
      expect(await limit.acquire("north", 1)).toBe("granted");
      await limit.report("north", "throttled");
      clock.advance(5);
      expect(await limit.acquire("north", 1)).toBe("wait");
      clock.advance(0.5);
      expect(await limit.acquire("north", 1)).toBe("granted");
    });

    it("keeps connections apart", async () => {
      const { limit } = await start();
      await limit.acquire("north", 10);
      await failTimes(limit, 3);
      expect(await limit.acquire("north", 1)).toBe("open");
      expect(await limit.acquire("south", 10)).toBe("granted");
    });

    it("lets one sender at a time have a connection that takes no more, until it is done", async () => {
      const { limit } = await start({ senderSeconds: 40 });
      expect(await limit.acquire("north", 1)).toBe("granted");
      expect(await limit.acquire("north", 1)).toBe("wait");
      await limit.report("north", "answered");
      await limit.report("north", "failed");
      expect(await limit.acquire("north", 1)).toBe("wait");
      expect(await limit.acquire("south", 1)).toBe("granted");
      await limit.release("north");
      expect(await limit.acquire("north", 1)).toBe("granted");
    });

    it("lets the next sender go when nothing was heard of the one before for the time that it had", async () => {
      const { clock, limit } = await start({ senderSeconds: 40 });
      await limit.acquire("north", 1);
      clock.advance(39);
      expect(await limit.acquire("north", 1)).toBe("wait");
      clock.advance(1);
      expect(await limit.acquire("north", 1)).toBe("granted");
    });

    it("sends nothing for a while after the ERP said too many", async () => {
      const { clock, limit } = await start();
      await limit.report("north", "throttled");
      expect(await limit.acquire("north", 1)).toBe("wait");
      clock.advance(5);
      expect(await limit.acquire("north", 1)).toBe("wait");
      clock.advance(0.5);
      expect(await limit.acquire("north", 1)).toBe("granted");
    });

    it("opens after three failures in a row, and only in a row", async () => {
      const { limit } = await start();
      await failTimes(limit, 2);
      await limit.report("north", "answered");
      await failTimes(limit, 2);
      await limit.report("north", "throttled");
      await failTimes(limit, 2);
      expect(await limit.acquire("north", 1)).not.toBe("open");
      await failTimes(limit, 1);
      expect(await limit.acquire("north", 1)).toBe("open");
    });

    it("lets one trial call through after its time, and closes when it is answered", async () => {
      const { clock, limit } = await start();
      await failTimes(limit, 3);
      clock.advance(29);
      expect(await limit.acquire("north", 1)).toBe("open");
      clock.advance(1);
      expect(await limit.acquire("north", 1)).toBe("granted");
      expect(await limit.acquire("north", 1)).toBe("open");
      await limit.report("north", "answered");
      expect(await limit.acquire("north", 1)).toBe("granted");
      expect(await limit.acquire("north", 1)).toBe("granted");
    });

    it("opens again when the trial call fails", async () => {
      const { clock, limit } = await start();
      await failTimes(limit, 3);
      clock.advance(30);
      await limit.acquire("north", 1);
      await limit.report("north", "failed");
      clock.advance(29);
      expect(await limit.acquire("north", 1)).toBe("open");
      clock.advance(1);
      expect(await limit.acquire("north", 1)).toBe("granted");
    });

    it("lets another trial call through when nothing was heard of the first", async () => {
      const { clock, limit } = await start();
      await failTimes(limit, 3);
      clock.advance(30);
      expect(await limit.acquire("north", 1)).toBe("granted");
      clock.advance(29);
      expect(await limit.acquire("north", 1)).toBe("open");
      clock.advance(1);
      expect(await limit.acquire("north", 1)).toBe("granted");
    });

    it("does not spend the trial on a call that has to wait for its token", async () => {
      const { clock, limit } = await start();
      // A debt of 70 documents outlasts the 30 seconds that the breaker is open.
      expect(await limit.acquire("north", 80)).toBe("granted");
      await failTimes(limit, 3);
      clock.advance(30);
      expect(await limit.acquire("north", 1)).toBe("wait");
      clock.advance(5.5);
      expect(await limit.acquire("north", 1)).toBe("granted");
      expect(await limit.acquire("north", 1)).toBe("open");
    });

    it("is not closed by a late answer from before it opened", async () => {
      const { limit } = await start();
      await failTimes(limit, 3);
      await limit.report("north", "answered");
      expect(await limit.acquire("north", 1)).toBe("open");
    });

    it("gives those who wait for tokens their places in the line of the connection", async () => {
      const { clock, limit } = await start();
      await limit.acquire("north", 10);
      expect(await limit.lineUp("north", 4)).toEqual({ from: "2026-03-02T10:00:00.000Z", until: "2026-03-02T10:00:01.000Z" });
      clock.advance(0.5);
      expect(await limit.lineUp("north", 2)).toEqual({ from: "2026-03-02T10:00:01.000Z", until: "2026-03-02T10:00:01.500Z" });
      expect(await limit.acquire("south", 10)).toBe("granted");
      expect(await limit.lineUp("south", 4)).toEqual({ from: "2026-03-02T10:00:00.500Z", until: "2026-03-02T10:00:01.500Z" });
    });

    it("knows no place for who waits for the end of another's turn", async () => {
      const { limit } = await start({ senderSeconds: 40 });
      await limit.acquire("north", 1);
      expect(await limit.lineUp("north", 1)).toBe(undefined);
    });

    it("refuses a connection that nobody configured", async () => {
      const { limit } = await start();
      await expect(limit.acquire("west", 1)).rejects.toThrow('there is no ERP connection "west": the known ones are north, south');
      await expect(limit.lineUp("west", 1)).rejects.toThrow('there is no ERP connection "west": the known ones are north, south');
    });
  });
}
