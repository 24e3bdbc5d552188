import { expect, test } from "vitest";
import { simulateSeed } from "#simulation";

const policiesFolder = "policies";

test("a seed decides everything: run again it tells the same story, to the millisecond", { timeout: 60_000 }, async () => {
  const [first, second] = [
    await simulateSeed(12, { policiesFolder, isTold: true }),
    await simulateSeed(12, { policiesFolder, isTold: true }),
  ];
  expect(first.story.length).toBeGreaterThan(20);
  expect(second).toEqual(first);
});

test("another seed tells another story", { timeout: 60_000 }, async () => {
  const [first, second] = [
    await simulateSeed(12, { policiesFolder, isTold: true }),
    await simulateSeed(13, { policiesFolder, isTold: true }),
  ];
  expect(second.story).not.toEqual(first.story);
});
