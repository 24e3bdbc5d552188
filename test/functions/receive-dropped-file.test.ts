import { expect, test } from "vitest";
import { Unavailable } from "#domain/failures";
import { createHandler } from "#functions/receive-dropped-file";

/** What lies at the address begins with these bytes. */
const beginning = (...head: number[]) => ({
  put: () => Promise.reject(new Error("not a part of this")),
  get: () => Promise.reject(new Error("not a part of this")),
  readRange: async () => new Uint8Array(head),
  size: async () => head.length,
});
const xml = beginning(0x3c, 0x3f, 0x78, 0x6d);

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
    documents: xml,
    workflows: {
      runSynchronously: () => Promise.reject(new Error("not a part of this")),
      start: async (machine, name, input) => {
        const known = started.has(`${machine} ${name}`);
        started.set(`${machine} ${name}`, input);
        return known ? "already-started" : "started";
      },
    },
  });
  expect(await handler(dropped)).toEqual({ machine: "ingest-pos-file", execution: "3f2a-2026-11-27T22:15:00.000Z", answer: "started" });
  expect(await handler(dropped)).toEqual({
    machine: "ingest-pos-file",
    execution: "3f2a-2026-11-27T22:15:00.000Z",
    answer: "already-started",
  });
  expect([...started]).toEqual([
    [
      "ingest-pos-file 3f2a-2026-11-27T22:15:00.000Z",
      { drop: "drops/pos/store 12.xml", file: "store 12.xml", receivedAt: "2026-11-27T22:15:00.000Z" },
    ],
  ]);
});

test("a start that did not happen is the caller's to try again", async () => {
  const workflows = { runSynchronously: () => Promise.reject(new Error()), start: () => Promise.reject(new Unavailable("throttled")) };
  await expect(createHandler({ documents: xml, workflows })(dropped)).rejects.toThrow("throttled");
});

test.each([
  ["gzip", [0x1f, 0x8b, 8, 0], "unpack-pos-archive"],
  ["zip", [0x50, 0x4b, 3, 4], "unpack-pos-archive"],
  ["XML", [0x3c, 0x50, 0x4b, 3], "ingest-pos-file"],
])("a drop that begins like %s goes to its machine, whatever its name is", async (_, head, machine) => {
  const workflows = { runSynchronously: () => Promise.reject(new Error()), start: async () => "started" as const };
  const receive = createHandler({ documents: beginning(...head), workflows });
  expect(await receive({ ...dropped, archives: "unpack-pos-archive" })).toMatchObject({ machine, answer: "started" });
  expect(await receive(dropped)).toMatchObject({ machine: "ingest-pos-file" });
});
