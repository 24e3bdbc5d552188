import { expect, test } from "vitest";
import type { SweptShop } from "#functions/sweep-source";
import { readToItsEnd } from "../../cli/read-to-its-end.ts";

const span = { shop: "quill.myshopify.com", from: "2026-11-01T00:00:00.000Z", to: "2026-12-01T00:00:00.000Z" };
const at = (day: number) => `2026-11-${String(day).padStart(2, "0")}T12:00:00.000Z`;
const stopped = (goesOnFrom: string, listed: number, missing: number, waitSeconds?: number): SweptShop => ({
  ...{ ...span, outcome: "continues", listed, missing, goesOnFrom },
  ...(waitSeconds === undefined
    ? { reason: "the time for one sweep was over" }
    : { reason: `the source asked for ${waitSeconds} s of patience`, waitSeconds }),
});
const read = (listed: number, missing: number): SweptShop => ({ ...span, outcome: "swept", listed, missing });

async function readOn(begun: SweptShop, ...rest: readonly (SweptShop | undefined)[]) {
  const said: string[] = [];
  const answers = [...rest];
  const goOn = async (from: string) => {
    said.push(`from ${from}`);
    const next = answers.shift();
    return { shops: next === undefined ? [] : [{ ...next, from }] };
  };
  const around = { note: (line: string) => said.push(line), sleep: async (milliseconds: number) => said.push(`${milliseconds} ms`) };
  return { answer: await readToItsEnd(begun, goOn, around), said };
}

test("a span that one call read to its end is asked for no more", async () => {
  expect(await readOn(read(7, 2))).toEqual({ answer: read(7, 2), said: [] });
});

test("goes on from where each call stopped, after the patience that it was asked for, says so, and adds up what was found", async () => {
  const { answer, said } = await readOn(stopped(at(5), 100, 3, 30), stopped(at(12), 200, 1), read(50, 0));
  expect(answer).toEqual({ ...read(350, 4), from: "2026-11-01T00:00:00.000Z" });
  expect(said).toEqual([
    "quill.myshopify.com: read up to 2026-11-05T12:00:00.000Z, the source asked for 30 s of patience; going on",
    "30000 ms",
    "from 2026-11-05T12:00:00.000Z",
    "quill.myshopify.com: read up to 2026-11-12T12:00:00.000Z, the time for one sweep was over; going on",
    "0 ms",
    "from 2026-11-12T12:00:00.000Z",
  ]);
});

test("no source makes it wait for longer than fifteen minutes", async () => {
  expect((await readOn(stopped(at(5), 1, 0, 86_400), read(1, 0))).said).toContain("900000 ms");
});

test("stops when three calls in a row got no further, with the instant to go on from", async () => {
  const stuck = stopped(at(5), 0, 0, 1);
  const { answer, said } = await readOn(stopped(at(5), 100, 3, 1), stuck, stuck, stuck, read(1, 1));
  expect(answer).toEqual({ ...stopped(at(5), 100, 3, 1), from: "2026-11-01T00:00:00.000Z" });
  expect(said.filter((each) => each.startsWith("from"))).toHaveLength(3);
});

test("a call that gets further begins the count of those that do not anew", async () => {
  const stuck = stopped(at(5), 0, 0, 1);
  const stuckLater = stopped(at(6), 0, 0, 1);
  const { answer } = await readOn(stopped(at(5), 1, 0, 1), stuck, stuck, stopped(at(6), 1, 1, 1), stuckLater, stuckLater, read(1, 0));
  expect(answer).toMatchObject({ outcome: "swept", listed: 3, missing: 1 });
});

test.each(["refused", "failed"] as const)("a call that is %s ends it, with what was found until then", async (outcome) => {
  const { answer, said } = await readOn(stopped(at(5), 100, 3), { ...span, outcome, listed: 0, missing: 0, reason: "403" }, read(1, 1));
  expect(answer).toMatchObject({ outcome, listed: 100, missing: 3, reason: "403" });
  expect(said.filter((each) => each.startsWith("from"))).toHaveLength(1);
});

test("a shop that is no longer in the policies ends it where it stopped", async () => {
  expect((await readOn(stopped(at(5), 100, 3), undefined)).answer).toEqual(stopped(at(5), 100, 3));
});
