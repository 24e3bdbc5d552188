import { expect, test } from "vitest";
import { Unavailable } from "#domain/failures";
import { createHandler } from "#functions/receive-dropped-file";

const dropped = {
  machine: "ingest-pos-file",
  address: "drops/pos/store 12.xml",
  file: "store 12.xml",
  version: "3f2a",
  receivedAt: "2026-11-27T22:15:00.000Z",
};

test("a drop starts its machine under a name of its own, so that the same drop told twice is one execution", async () => {
  const started = new Map<string, unknown>();
  const handler = createHandler({
    workflows: {
      runSynchronously: () => Promise.reject(new Error("not a part of this")),
      start: async (machine, name, input) => {
        const known = started.has(`${machine} ${name}`);
        started.set(`${machine} ${name}`, input);
        return known ? "already-started" : "started";
      },
    },
  });
  expect(await handler(dropped)).toEqual({ execution: "3f2a-2026-11-27T22:15:00.000Z", answer: "started" });
  expect(await handler(dropped)).toEqual({ execution: "3f2a-2026-11-27T22:15:00.000Z", answer: "already-started" });
  expect([...started]).toEqual([
    [
      "ingest-pos-file 3f2a-2026-11-27T22:15:00.000Z",
      { drop: "drops/pos/store 12.xml", file: "store 12.xml", receivedAt: "2026-11-27T22:15:00.000Z" },
    ],
  ]);
});

test("a start that did not happen is the caller's to try again", async () => {
  const workflows = { runSynchronously: () => Promise.reject(new Error()), start: () => Promise.reject(new Unavailable("throttled")) };
  await expect(createHandler({ workflows })(dropped)).rejects.toThrow("throttled");
});
