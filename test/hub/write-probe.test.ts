import { expect, test } from "vitest";
import { createWriteProbe } from "../../hub/write-probe.ts";
import { settableClock } from "../contracts/settable-clock.ts";
import { memoryHouse } from "../functions/memory-house.ts";

test("health writes a row as well as a document: a database that takes none is told, although the folder takes documents", async () => {
  const clock = settableClock();
  const { documents } = memoryHouse();
  let fault: Error | undefined;
  const set = async () => {
    if (fault !== undefined) throw fault;
  };
  const probe = createWriteProbe({ documents, clock, cursors: { get: async () => 0, set } });
  expect(await probe()).toBeUndefined();
  fault = new Error("database or disk is full");
  clock.advance(1);
  expect(await probe()).toBe("database or disk is full");
  fault = undefined;
  clock.advance(1);
  expect(await probe()).toBeUndefined();
});
