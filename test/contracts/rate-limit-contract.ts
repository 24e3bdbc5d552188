import { describe, expect, it } from "vitest";
import type { PaceSettings, PlaceInLine } from "#domain/pace";
import type { Clock } from "#ports/clock";
import type { RateLimit, TokenAnswer } from "#ports/rate-limit";
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

  /** The answer to one who asks alone. */
  async function asked(limit: RateLimit, connection: string, documents: number, place?: PlaceInLine, shop = "shop"): Promise<TokenAnswer> {
    const [answer] = await limit.acquire(connection, [{ documents, shop, ...(place === undefined ? {} : { place }) }]);
    if (answer === undefined) throw new Error("no answer");
    return answer;
  }

  async function answerTo(limit: RateLimit, connection: string, documents: number, place?: PlaceInLine): Promise<TokenAnswer["answer"]> {
    return (await asked(limit, connection, documents, place)).answer;
  }

  async function failTimes(limit: RateLimit, times: number): Promise<void> {
    for (let count = 0; count < times; count += 1) await limit.report("north", "failed");
  }

  describe(`rate limit contract: ${name}`, () => {
    it("grants a burst, then waits, then grants at the pace", async () => {
      const { clock, limit } = await start();
      expect(await answerTo(limit, "north", 6)).toBe("granted");
      expect(await answerTo(limit, "north", 4)).toBe("granted");
      const { answer, place } = await asked(limit, "north", 1);
      expect(answer).toBe("wait");
      clock.advance(0.5);
      expect(await answerTo(limit, "north", 2, place)).toBe("wait");
      expect(await answerTo(limit, "north", 1, place)).toBe("granted");
      expect(await answerTo(limit, "north", 1)).toBe("wait");
    });

    it("never gathers more than a burst, however long it was idle", async () => {
      const { clock, limit } = await start();
      await answerTo(limit, "north", 1);
      clock.advance(3_600);
      expect(await answerTo(limit, "north", 10)).toBe("granted");
      expect(await answerTo(limit, "north", 1)).toBe("wait");
    });

    it("grants a call above the burst from a full bucket, and makes the next ones wait for all of it", async () => {
      const { clock, limit } = await start();
      expect(await answerTo(limit, "north", 30)).toBe("granted");
      clock.advance(10);
      const { answer, place } = await asked(limit, "north", 1);
      expect(answer).toBe("wait");
      clock.advance(0.5);
      expect(await answerTo(limit, "north", 1, place)).toBe("granted");
    });

    it("leaves an ERP alone for as long as it asked, and for its own pause when it did not say", async () => {
      const { clock, limit } = await start();
      await answerTo(limit, "north", 10);
      await limit.report("north", "throttled", 20);
      clock.advance(20);
      const first = await asked(limit, "north", 1);
      expect(first.answer).toBe("wait");
      clock.advance(0.5);
      expect(await answerTo(limit, "north", 1, first.place)).toBe("granted");
      await limit.report("north", "throttled");
      clock.advance(5);
      const second = await asked(limit, "north", 1);
      expect(second.answer).toBe("wait");
      clock.advance(0.5);
      expect(await answerTo(limit, "north", 1, second.place)).toBe("granted");
    });

    it("keeps connections apart", async () => {
      const { limit } = await start();
      await answerTo(limit, "north", 10);
      await failTimes(limit, 3);
      expect(await answerTo(limit, "north", 1)).toBe("open");
      expect(await answerTo(limit, "south", 10)).toBe("granted");
    });

    it("lets one sender at a time have a connection that takes no more, until it is done", async () => {
      const { limit } = await start({ senderSeconds: 40 });
      expect(await answerTo(limit, "north", 1)).toBe("granted");
      expect(await answerTo(limit, "north", 1)).toBe("wait");
      await limit.report("north", "answered");
      await limit.report("north", "failed");
      expect(await answerTo(limit, "north", 1)).toBe("wait");
      expect(await answerTo(limit, "south", 1)).toBe("granted");
      await limit.release("north");
      expect(await answerTo(limit, "north", 1)).toBe("granted");
    });

    it("lets the next sender go when nothing was heard of the one before for the time that it had", async () => {
      const { clock, limit } = await start({ senderSeconds: 40 });
      await answerTo(limit, "north", 1);
      clock.advance(39);
      expect(await answerTo(limit, "north", 1)).toBe("wait");
      clock.advance(1);
      expect(await answerTo(limit, "north", 1)).toBe("granted");
    });

    it("sends nothing for a while after the ERP said too many", async () => {
      const { clock, limit } = await start();
      await limit.report("north", "throttled");
      const { answer, place } = await asked(limit, "north", 1);
      expect(answer).toBe("wait");
      clock.advance(5);
      expect(await answerTo(limit, "north", 1, place)).toBe("wait");
      clock.advance(0.5);
      expect(await answerTo(limit, "north", 1, place)).toBe("granted");
    });

    it("opens after three failures in a row, and only in a row", async () => {
      const { limit } = await start();
      await failTimes(limit, 2);
      await limit.report("north", "answered");
      await failTimes(limit, 2);
      await limit.report("north", "throttled");
      await failTimes(limit, 2);
      expect(await answerTo(limit, "north", 1)).not.toBe("open");
      await failTimes(limit, 1);
      expect(await answerTo(limit, "north", 1)).toBe("open");
    });

    it("lets one trial call through after its time, and closes when it is answered", async () => {
      const { clock, limit } = await start();
      await failTimes(limit, 3);
      clock.advance(29);
      expect(await answerTo(limit, "north", 1)).toBe("open");
      clock.advance(1);
      expect(await answerTo(limit, "north", 1)).toBe("granted");
      expect(await answerTo(limit, "north", 1)).toBe("open");
      await limit.report("north", "answered");
      expect(await answerTo(limit, "north", 1)).toBe("granted");
      expect(await answerTo(limit, "north", 1)).toBe("granted");
    });

    it("opens again when the trial call fails", async () => {
      const { clock, limit } = await start();
      await failTimes(limit, 3);
      clock.advance(30);
      await answerTo(limit, "north", 1);
      await limit.report("north", "failed");
      clock.advance(29);
      expect(await answerTo(limit, "north", 1)).toBe("open");
      clock.advance(1);
      expect(await answerTo(limit, "north", 1)).toBe("granted");
    });

    it("lets another trial call through when nothing was heard of the first", async () => {
      const { clock, limit } = await start();
      await failTimes(limit, 3);
      clock.advance(30);
      expect(await answerTo(limit, "north", 1)).toBe("granted");
      clock.advance(29);
      expect(await answerTo(limit, "north", 1)).toBe("open");
      clock.advance(1);
      expect(await answerTo(limit, "north", 1)).toBe("granted");
    });

    it("does not spend the trial on a call that has to wait for its token", async () => {
      const { clock, limit } = await start();
      // A debt of 70 documents outlasts the 30 seconds that the breaker is open.
      expect(await answerTo(limit, "north", 80)).toBe("granted");
      await failTimes(limit, 3);
      clock.advance(30);
      const { answer, place } = await asked(limit, "north", 1);
      expect(answer).toBe("wait");
      clock.advance(5.5);
      expect(await answerTo(limit, "north", 1, place)).toBe("granted");
      expect(await answerTo(limit, "north", 1)).toBe("open");
    });

    it("is not closed by a late answer from before it opened", async () => {
      const { limit } = await start();
      await failTimes(limit, 3);
      await limit.report("north", "answered");
      expect(await answerTo(limit, "north", 1)).toBe("open");
    });

    it("tells whoever waits when to come, grants him then, and nobody new before him", async () => {
      const { clock, limit } = await start();
      await answerTo(limit, "north", 10);
      const first = await asked(limit, "north", 4);
      expect(first).toMatchObject({ answer: "wait", until: "2026-03-02T10:00:02.000Z" });
      const second = await asked(limit, "north", 2);
      expect(second).toMatchObject({ answer: "wait", until: "2026-03-02T10:00:03.000Z" });
      clock.advance(1.5);
      expect(await answerTo(limit, "north", 1)).toBe("wait");
      clock.advance(0.5);
      expect(await answerTo(limit, "north", 1)).toBe("wait");
      expect(await answerTo(limit, "north", 2, second.place)).toBe("wait");
      expect(await answerTo(limit, "north", 4, first.place)).toBe("granted");
      clock.advance(1);
      expect(await answerTo(limit, "north", 2, second.place)).toBe("granted");
    });

    it("keeps the place of whoever asks before he is called", async () => {
      const { clock, limit } = await start();
      await answerTo(limit, "north", 10);
      await asked(limit, "north", 6);
      const told = await asked(limit, "north", 2);
      expect(told.until).toBe("2026-03-02T10:00:04.000Z");
      clock.advance(2);
      expect(await asked(limit, "north", 2, told.place)).toEqual(told);
    });

    it("has the shops take turns, whoever brought more", async () => {
      const { limit } = await start();
      await answerTo(limit, "north", 10);
      for (let order = 0; order < 100; order += 1) await asked(limit, "north", 2, undefined, "hot");
      expect(await asked(limit, "north", 1, undefined, "quiet")).toMatchObject({ answer: "wait", until: "2026-03-02T10:00:02.000Z" });
      // Half of the time until all 203 are sent: many of them will need nothing any more.
      expect(await asked(limit, "north", 2, undefined, "hot")).toMatchObject({ answer: "wait", until: "2026-03-02T10:00:51.000Z" });
    });

    it("grants several who ask together by their places, as far as the tokens go", async () => {
      const { clock, limit } = await start();
      await answerTo(limit, "north", 10);
      const { place: first } = await asked(limit, "north", 2);
      const { place: second } = await asked(limit, "north", 2);
      clock.advance(1);
      const requests = [
        { documents: 1, shop: "shop" },
        { documents: 2, shop: "shop", ...(second && { place: second }) },
        { documents: 2, shop: "shop", ...(first && { place: first }) },
      ];
      expect((await limit.acquire("north", requests)).map(({ answer }) => answer)).toEqual(["wait", "wait", "granted"]);
    });

    it("calls others instead of who needs nothing any more", async () => {
      const { clock, limit } = await start();
      await answerTo(limit, "north", 10);
      const { place: first } = await asked(limit, "north", 4);
      const { place: second } = await asked(limit, "north", 2);
      clock.advance(1);
      expect(await answerTo(limit, "north", 2, second)).toBe("wait");
      expect(await answerTo(limit, "north", 0, first)).toBe("granted");
      expect(await answerTo(limit, "north", 2, second)).toBe("granted");
    });

    it("lets anybody have what a full bucket would lose, and waits for nobody who does not come", async () => {
      const { clock, limit } = await start();
      await answerTo(limit, "north", 10);
      await asked(limit, "north", 8);
      await asked(limit, "north", 8);
      clock.advance(4.9);
      expect(await answerTo(limit, "north", 1, undefined)).toBe("wait");
      clock.advance(0.1);
      expect(await answerTo(limit, "north", 1)).toBe("granted");
    });

    it("has whoever shows the place of another line stand in this one", async () => {
      const { limit } = await start();
      await answerTo(limit, "north", 10);
      const { place } = await asked(limit, "north", 2);
      const { place: other } = await asked(limit, "north", 2, place && { ...place, line: place.line - 1 });
      expect(other).toEqual({ ...place, mark: 4 });
    });

    it("knows no time for who waits for the end of another's turn, or of an open breaker, and keeps the place that he had", async () => {
      const { limit } = await start({ senderSeconds: 40 });
      const place = { line: 1, mark: 2, documents: 1 };
      await answerTo(limit, "north", 1);
      expect(await asked(limit, "north", 1)).toEqual({ answer: "wait" });
      expect(await asked(limit, "north", 1, place)).toEqual({ answer: "wait", place });
      await failTimes(limit, 3);
      expect(await asked(limit, "north", 1, place)).toEqual({ answer: "open", place });
    });

    it("refuses a connection that nobody configured", async () => {
      const { limit } = await start();
      await expect(limit.acquire("west", [])).rejects.toThrow('there is no ERP connection "west": the known ones are north, south');
    });
  });
}
