import { describe, expect, test } from "vitest";
import { type Played, playRush, type Rush, type Sent } from "./waiting-line.ts";

/** Half an hour at twice the pace: 7,200 documents of four shops alike. */
const equals: Rush = {
  documentsPerSecond: 2,
  burstDocuments: 20,
  seconds: 1_800,
  shops: { north: { orders: 900 }, south: { orders: 900 }, east: { orders: 900 }, west: { orders: 900 } },
  messagesPerOrder: 2,
  seed: 1,
};
const ofShop = ({ sent }: Played, shop: string) => sent.filter((each) => each.shop === shop);
const wait = ({ cameAt, sentAt }: Sent) => sentAt - cameAt;
const waits = (sent: readonly Sent[]) => sent.map(wait).sort((a, b) => a - b);
const median = (sorted: readonly number[]) => sorted[sorted.length >> 1] ?? Number.NaN;
/** Seconds that it waited longer than what had come before it takes at the pace; less than 0 if it was sooner. */
const late = (sent: readonly Sent[]) => sent.map((each) => wait(each) - each.backlogSeconds).sort((a, b) => a - b);
const between = (sorted: readonly number[]) => ({ first: sorted[0] ?? Number.NaN, last: sorted.at(-1) ?? Number.NaN });

describe("a rush at twice the pace of the ERP, over the real line", () => {
  test.for([1, 2])(
    "shops alike wait alike, in the order of their coming to ten seconds or so, and the ERP is never idle: seed %i",
    async (seed) => {
      const played = await playRush({ ...equals, seed });
      expect(played.sent).toHaveLength(3_600);
      const { first, last } = between(late(played.sent));
      expect(first).toBeGreaterThan(-10);
      expect(last).toBeLessThan(15);
      const medians = Object.keys(equals.shops).map((shop) => median(waits(ofShop(played, shop))));
      for (const each of medians) expect(Math.abs(each - 895)).toBeLessThan(10);
      // Of 7,200; a burst is 20.
      expect(played.documentsLost).toBeLessThan(10);
      expect(played.looksPerOrder).toBeLessThan(8);
    },
  );

  test("a quiet shop has its turn beside one that brings a hundred times as much, and a plan of 60 documents is sent in about its own time", async () => {
    const shops = { hot: { orders: 3_600 }, quiet: { orders: 36 } };
    const played = await playRush({ ...equals, shops, plansAt: [300, 900, 1_500] });
    expect(between(waits(ofShop(played, "quiet"))).last).toBeLessThan(40);
    expect(median(waits(ofShop(played, "quiet")))).toBeLessThan(4);
    const plans = waits(ofShop(played, "plans"));
    expect(plans).toHaveLength(3);
    expect(between(plans).last).toBeLessThan(40);
    // The hot shop waits for what the others brought meanwhile, 252 documents, and no longer.
    expect(between(late(ofShop(played, "hot"))).last).toBeLessThan(252 / 2 + 15);
    expect(played.documentsLost).toBeLessThan(20);
  });

  test.for([20, 60, 200])(
    "a plan of 60 documents has its turn, whether the bucket holds it or not, and the ERP is not idle for it: a bucket of %i",
    async (burstDocuments) => {
      const played = await playRush({ ...equals, burstDocuments, plansAt: [300, 900, 1_500] });
      const plans = waits(ofShop(played, "plans"));
      expect(plans).toHaveLength(3);
      // Five shops take turns: 60 documents at a fifth of the pace.
      expect(between(plans).last).toBeLessThan(150);
      expect(played.documentsLost).toBeLessThan(20);
    },
  );

  test("who was told to wait and never comes takes nothing from the others but seconds of the pace", async () => {
    const played = await playRush({ ...equals, lost: 0.1 });
    expect(played.sent.length).toBeGreaterThan(3_300);
    expect(between(late(played.sent)).last).toBeLessThan(15);
    expect(played.documentsLost).toBeLessThan(180);
  });

  test("a bucket of one second loses little between the looks of those who wait", async () => {
    const played = await playRush({ ...equals, documentsPerSecond: 10, burstDocuments: 10, seconds: 360 });
    expect(between(late(played.sent)).last).toBeLessThan(15);
    expect(played.documentsLost).toBeLessThan(100);
  });
});
