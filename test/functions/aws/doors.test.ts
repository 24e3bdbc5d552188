import { expect, test } from "vitest";
import { Invalid, Unavailable } from "#domain/failures";
import type { DroppedFile } from "#functions/receive-dropped-file";
import type { EventReceipt } from "#functions/receive-shopify-event";
import { droppedFiles } from "../../../functions/aws/triggers/dropped-files.ts";
import { shopifyEvents } from "../../../functions/aws/triggers/shopify-events.ts";
import { invoke } from "./invoke.ts";
import { queueEvent, sentLetters } from "./sent-letters.ts";

/** As S3 writes "Object Created" on EventBridge; its keys are not URL-encoded. */
const created = (key: string, changes: Record<string, unknown> = {}) =>
  JSON.stringify({
    version: "0",
    id: "17793124-05d4-b198-2fde-7ededc63b103",
    "detail-type": "Object Created",
    source: "aws.s3",
    account: "123456789012",
    time: "2026-11-27T22:15:00Z",
    region: "us-east-1",
    resources: ["arn:aws:s3:::drops"],
    detail: {
      version: "0",
      bucket: { name: "drops" },
      object: {
        key,
        size: 5,
        etag: "b1946ac92492d2347c6235b4d2611184",
        "version-id": "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
        sequencer: "00617F",
      },
      "request-id": "N4N7GDK58NMKJ12R",
      reason: "PutObject",
      ...changes,
    },
  });

function drops(failing?: Error) {
  const files: DroppedFile[] = [];
  const { queue, letters } = sentLetters();
  const receive = async (file: DroppedFile) => {
    if (failing !== undefined && file.file.startsWith("bad")) throw failing;
    files.push(file);
  };
  return { handler: droppedFiles("receive-dropped-file", receive, queue), files, letters };
}

test("a file that appears in a drop folder is told with its machine, the one for archives, its address, name, version and time", async () => {
  const { handler, files } = drops();
  expect((await invoke(handler, queueEvent("dropped-files", created("pos/store 12+1/ä.xml")))).answer).toEqual({ batchItemFailures: [] });
  expect(files).toEqual([
    {
      machine: "ingest-pos-file",
      archives: "unpack-pos-archive",
      address: "drops@IYV3p45BT0ac8hjHg1houSdS1a.Mro8e/pos/store 12+1/ä.xml",
      file: "store 12+1/ä.xml",
      version: expect.stringMatching(/^[0-9a-f]{32}$/),
      receivedAt: "2026-11-27T22:15:00.000Z",
    },
  ]);
});

test("the same event told twice is the same version; another version, or another write, is another", async () => {
  const { handler, files } = drops();
  const object = { key: "pos/a.xml", etag: "b1946ac92492d2347c6235b4d2611184" };
  await invoke(
    handler,
    queueEvent(
      "dropped-files",
      created("pos/a.xml"),
      created("pos/a.xml"),
      created("pos/a.xml", { object: { ...object, "version-id": "2" } }),
      created("pos/a.xml", { object: { ...object, sequencer: "1" } }),
      created("pos/a.xml", { object: { ...object, sequencer: "2" } }),
    ),
  );
  const [first, again, ...others] = files.map(({ version }) => version);
  expect(again).toBe(first);
  expect(new Set([first, ...others]).size).toBe(4);
});

test("without versions the file is read as it lies there", async () => {
  const { handler, files } = drops();
  await invoke(handler, queueEvent("dropped-files", created("pos/a.xml", { object: { key: "pos/a.xml", sequencer: "1" } })));
  expect(files.map(({ address }) => address)).toEqual(["drops/pos/a.xml"]);
});

test("a folder's own mark is no file", async () => {
  const { handler, files, letters } = drops();
  await invoke(handler, queueEvent("dropped-files", created("pos/", { object: { key: "pos/", size: 0 } })));
  expect([files, letters]).toEqual([[], []]);
});

test.each([
  ["no JSON", 'this is no "Object Created" event of S3: check the rule that fills the queue'],
  ["{}", 'this is no "Object Created" event of S3: check the rule that fills the queue'],
  [created("invoices/a.pdf"), "invoices/a.pdf lies in no folder that is taken in: drop it into pos/, settlement/"],
  [
    created("pos/a.xml").replace("2026-11-27T22:15:00Z", "yesterday"),
    'the time of this "Object Created" event is no time: check the rule that fills the queue',
  ],
])("%s is a dead letter with its reason, and its neighbour is taken in", async (text, reason) => {
  const { handler, files, letters } = drops();
  expect((await invoke(handler, queueEvent("dropped-files", text, created("pos/a.xml")))).answer).toEqual({ batchItemFailures: [] });
  expect(files.map(({ file }) => file)).toEqual(["a.xml"]);
  expect(letters.map(({ queue, body }) => [queue, body])).toEqual([
    [
      "unreadable",
      {
        function: "receive-dropped-file",
        class: "transport.parse",
        reason,
        content: text,
        from: { queue: "dropped-files", message: "m1" },
      },
    ],
  ]);
});

test.each([
  [new Unavailable("throttled"), [{ itemIdentifier: "m1" }], 0],
  [new TypeError("a fault over this file"), [{ itemIdentifier: "m1" }], 0],
  [new Invalid("no such document address"), [], 1],
])("what %o brings to one file is no matter of its neighbour", async (error, batchItemFailures, letterCount) => {
  const { handler, files, letters } = drops(error);
  expect((await invoke(handler, queueEvent("dropped-files", created("pos/bad.xml"), created("pos/a.xml")))).answer).toEqual({
    batchItemFailures,
  });
  expect(files.map(({ file }) => file)).toEqual(["a.xml"]);
  expect(letters.length).toBe(letterCount);
});

test("a fault is told to the log", async () => {
  const { lines } = await invoke(
    drops(new TypeError("a fault over this file")).handler,
    queueEvent("dropped-files", created("pos/bad.xml")),
  );
  expect(lines).toMatchObject([
    { level: "ERROR", outcome: "event failed", error: { name: "TypeError" } },
    { outcome: "done", failed: 1 },
  ]);
});

test("events of Shopify: what was taken is done, what could not be stored comes again, what is unusable is a letter that says where it lies", async () => {
  const receipts: Record<string, EventReceipt> = {
    accepted: { answer: "accepted", transaction: "t", key: "k" },
    duplicate: { answer: "duplicate", transaction: "t", key: "k" },
    away: { answer: "unavailable" },
    denied: { answer: "unusable", class: "transport.access", reason: "the app may not read it", address: "sha256/00" },
  };
  const { queue, letters } = sentLetters();
  const handler = shopifyEvents("receive-shopify-event", async ({ text }) => receipts[text] ?? { answer: "unavailable" }, queue, {
    flush() {},
  });
  expect((await invoke(handler, queueEvent("shopify-events", "accepted", "duplicate", "away", "denied"))).answer).toEqual({
    batchItemFailures: [{ itemIdentifier: "m3" }],
  });
  expect(letters.map(({ body }) => body)).toEqual([
    {
      function: "receive-shopify-event",
      class: "transport.access",
      reason: "the app may not read it. The event is kept at sha256/00",
      from: { queue: "shopify-events", message: "m4" },
    },
  ]);
});
