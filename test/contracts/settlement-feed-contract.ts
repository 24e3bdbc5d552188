import { describe, expect, onTestFinished, test } from "vitest";
import { Unavailable } from "#domain/failures";
import type { SettlementFeed, SettlementPageAnswer } from "#ports/settlement-feed";
import type { SettlementSource } from "#ports/settlement-source";
import { readSettlement } from "./settlement-source-contract.ts";

/** How the far side answers what comes next. */
export type FeedBehaviour = "whole" | "refused" | "denied" | "throttled" | "failing" | "silent" | "truncated" | "about-another" | "huge";

export interface SettlementFeedHouse {
  readonly feed: SettlementFeed;
  /** Reads its pages. */
  readonly source: SettlementSource;
  readonly shop: string;
  readonly shopWithoutAccess: string;
  /** Ids of all rows and payouts that the far side has, above 2^53. */
  readonly rows: readonly string[];
  readonly payouts: readonly string[];
  /** Ids of the rows that are in the first of these payouts. */
  readonly rowsOfPayout: readonly string[];
  readonly throttledSeconds: number;
  /** Must appear in no message. */
  readonly secret: string;
  behave(behaviour: FeedBehaviour): void;
  requests(): number;
  close(): Promise<void>;
}

const pagesMax = 20;

/** What every feed promises: all pages, each a file of its format, and by name what an answer is otherwise. */
export function settlementFeedContract(name: string, open: () => Promise<SettlementFeedHouse>): void {
  async function house(behaviour: FeedBehaviour) {
    const opened = await open();
    onTestFinished(() => opened.close());
    opened.behave(behaviour);
    const { feed, shop } = opened;
    const page = (cursor?: string) => feed.fetchPage({ shop, since: "2026-11-01", ...(cursor === undefined ? {} : { cursor }) });
    return { ...opened, page };
  }

  describe(`settlement feed: ${name}`, () => {
    test("leads from page to page over all rows and payouts, and ends", async () => {
      const { page, source, rows, payouts } = await house("whole");
      const seen = { rows: [] as string[], payouts: [] as string[] };
      let cursor: string | undefined;
      for (let count = 0; ; count++) {
        expect(count).toBeLessThan(pagesMax);
        const answer: SettlementPageAnswer = await page(cursor);
        if (answer.kind !== "page") throw new Error(`the answer is ${answer.kind}`);
        expect(source.recognises(answer.body.subarray(0, 4096))).toBe(true);
        const read = readSettlement(source, { account: "a", timeZone: "UTC" }, answer.body);
        expect([read.error?.message, read.problems]).toEqual([undefined, []]);
        seen.rows.push(...read.rows.map(({ id }) => id));
        seen.payouts.push(...read.payouts.map(({ id }) => id));
        cursor = answer.next;
        if (cursor === undefined) break;
      }
      expect(seen).toEqual({ rows, payouts });
    });

    test("reads one payout by its id with the rows that are in it, and of one that is not there a page without it", async () => {
      const { feed, shop, source, rowsOfPayout, payouts } = await house("whole");
      const readById = async (payout: string) => {
        const seen = { rows: [] as string[], payouts: [] as string[] };
        let cursor: string | undefined;
        for (let count = 0; ; count++) {
          expect(count).toBeLessThan(pagesMax);
          const answer: SettlementPageAnswer = await feed.fetchPage({ shop, payout, ...(cursor === undefined ? {} : { cursor }) });
          if (answer.kind !== "page") throw new Error(`the answer is ${answer.kind}`);
          expect(source.recognises(answer.body.subarray(0, 4096))).toBe(true);
          const read = readSettlement(source, { account: "a", timeZone: "UTC" }, answer.body);
          expect([read.error?.message, read.problems]).toEqual([undefined, []]);
          seen.rows.push(...read.rows.map(({ id }) => id));
          seen.payouts.push(...read.payouts.map(({ id }) => id));
          cursor = answer.next;
          if (cursor === undefined) return seen;
        }
      };
      expect(await readById(payouts[0]!)).toEqual({ rows: rowsOfPayout, payouts: [payouts[0]] });
      expect(await readById("1")).toEqual({ rows: [], payouts: [] });
    });

    test("gives the same page however often it is asked", async () => {
      const { page } = await house("whole");
      expect(await page()).toEqual(await page());
    });

    test.each(["refused", "denied"] as const)("says that its access is %s, for which shop, and no secret", async (behaviour) => {
      const { page, shop, secret } = await house(behaviour);
      const answer = await page();
      expect(answer).toEqual({ kind: "refused", reason: expect.stringContaining(shop) });
      expect(JSON.stringify(answer)).not.toContain(secret);
    });

    test("asks nothing without access, or of what is no shop", async () => {
      const { feed, shopWithoutAccess, requests } = await house("whole");
      for (const shop of [shopWithoutAccess, "evil.example", "https://quill.myshopify.com/", "quill.myshopify.com@evil.example"]) {
        expect(await feed.fetchPage({ shop, since: "2026-11-01" })).toMatchObject({ kind: "refused" });
      }
      expect(requests()).toBe(0);
    });

    test("says how long it is asked to wait", async () => {
      const { page, throttledSeconds } = await house("throttled");
      expect(await page()).toEqual({ kind: "wait", seconds: throttledSeconds });
    });

    test.each(["failing", "silent", "truncated", "about-another"] as const)(
      "a far side that is %s gave no answer, and nothing of it is repeated",
      async (behaviour) => {
        const { page, secret } = await house(behaviour);
        const error = await page().then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        expect(error).toBeInstanceOf(Unavailable);
        expect(String(error)).not.toContain(secret);
        expect(String(error)).not.toContain("ada.quill@example.com");
      },
    );

    test("does not take an answer that is too large", async () => {
      const { page } = await house("huge");
      expect(await page()).toMatchObject({ kind: "too-large" });
    });

    test("refuses a day, an id of a payout and a cursor that are none", async () => {
      const { feed, shop, page } = await house("whole");
      await expect(feed.fetchPage({ shop, payout: "1 OR 1" })).rejects.toThrow(RangeError);
      await expect(feed.fetchPage({ shop, since: "yesterday" })).rejects.toThrow(RangeError);
      await expect(page("orders abc")).rejects.toThrow(RangeError);
    });
  });
}
