import { expect, test } from "vitest";
import { Unavailable } from "#domain/failures";
import type { LineageItem } from "#domain/lineage";
import { lineageStream } from "../../../functions/aws/triggers/lineage-stream.ts";
import { invoke } from "./invoke.ts";
import { sentLetters } from "./sent-letters.ts";

const closure = (key: string): LineageItem => ({
  type: "closure",
  transaction: "sale:1",
  key,
  at: "2026-11-27T10:00:00.000Z",
  by: "hub",
  reason: "Jane Doe has mended it",
});

/** As Lambda delivers a record of a DynamoDB stream, shortened. */
const record = (sequenceNumber: string, image: Record<string, unknown> | undefined, eventName = "INSERT") => ({
  eventID: "c4ca4238a0b923820dcc509a6f75849b",
  eventName,
  eventSource: "aws:dynamodb",
  awsRegion: "us-east-1",
  dynamodb: {
    ApproximateCreationDateTime: 1764237600,
    Keys: { pk: { S: "sale:1" }, sk: { S: `X#${sequenceNumber}` } },
    ...(image === undefined ? {} : { NewImage: image }),
    SequenceNumber: sequenceNumber,
    SizeBytes: 200,
    StreamViewType: "NEW_IMAGE",
  },
});
const good = (sequenceNumber: string) => {
  const item = closure(`X#${sequenceNumber}`);
  return record(sequenceNumber, { pk: { S: "sale:1" }, sk: { S: item.key }, type: { S: "closure" }, body: { S: JSON.stringify(item) } });
};
const later = (sequenceNumber: string) =>
  record(sequenceNumber, {
    pk: { S: "sale:1" },
    sk: { S: `X#${sequenceNumber}` },
    type: { S: "of a later version" },
    body: { S: '"Jane Doe"' },
  });

function stream(options: { sending?: "accepted" | "failed"; failing?: Error } = {}) {
  const announced: (readonly LineageItem[])[] = [];
  const { queue, letters } = sentLetters(options.sending);
  const announce = async ({ items }: { items: readonly LineageItem[] }) => {
    if (options.failing !== undefined) throw options.failing;
    announced.push(items);
    return { announced: items.length };
  };
  return { handler: lineageStream("announce-events", announce, queue), announced, letters };
}

test("items are announced together, in the order of the stream", async () => {
  const { handler, announced } = stream();
  expect(await invoke(handler, { Records: [good("100"), good("200")] })).toMatchObject({
    answer: { batchItemFailures: [] },
    lines: [{ outcome: "done", records: 2, announced: 2, unreadable: 0, failed: 0 }],
  });
  expect(announced).toEqual([[closure("X#100"), closure("X#200")]]);
});

test("a row of a later version is a dead letter with its keys and without its content; its neighbours are announced", async () => {
  const { handler, announced, letters } = stream();
  expect((await invoke(handler, { Records: [good("100"), later("200"), good("300")] })).answer).toEqual({ batchItemFailures: [] });
  expect(announced.flat().map(({ key }) => key)).toEqual(["X#100", "X#300"]);
  expect(letters).toEqual([
    {
      queue: "unreadable",
      group: "announce-events",
      delaySeconds: 0,
      body: {
        function: "announce-events",
        class: "transport.parse",
        reason: expect.stringMatching(
          /\. The row stays in the table: deploy a version that reads it; whatever comes new for its transaction has that looked at as a whole$/,
        ),
        from: { sequenceNumber: "200", transaction: "sale:1", key: "X#200" },
      },
    },
  ]);
  expect(JSON.stringify(letters)).not.toContain("Jane");
});

test.each([
  ["no new image", record("200", undefined)],
  ["no body", record("200", { pk: { S: "sale:1" }, type: { S: "closure" } })],
  ["another kind of change", record("200", {}, "TRUNCATE")],
])("so is one with %s", async (_, broken) => {
  const { handler, announced, letters } = stream();
  expect((await invoke(handler, { Records: [broken, good("300")] })).answer).toEqual({ batchItemFailures: [] });
  expect([announced.flat().length, letters.length]).toEqual([1, 1]);
});

test("a record without its place says so by the whole batch, if its letter is not taken", async () => {
  const { handler } = stream({ sending: "failed" });
  expect((await invoke(handler, { Records: [{ eventName: "INSERT" }, good("300")] })).answer).toEqual({
    batchItemFailures: [{ itemIdentifier: "" }],
  });
});

test("when the letter is not taken the record comes again, and what follows it with it; its neighbours were announced", async () => {
  const { handler, announced } = stream({ sending: "failed" });
  expect((await invoke(handler, { Records: [good("100"), later("200"), good("300")] })).answer).toEqual({
    batchItemFailures: [{ itemIdentifier: "200" }],
  });
  expect(announced.flat().length).toBe(2);
});

test("what is no insert into the lineage is passed over", async () => {
  const { handler, announced, letters } = stream();
  const changed = record("100", { pk: { S: "sale:1" } }, "MODIFY");
  const projection = record("200", { pk: { S: "R#order" }, sk: { S: "1" } });
  expect((await invoke(handler, { Records: [changed, projection] })).answer).toEqual({ batchItemFailures: [] });
  expect([announced, letters]).toEqual([[], []]);
});

test("a batch that could not be announced fails as a whole, before any letter is sent", async () => {
  const { handler, letters } = stream({ failing: new Unavailable("the bus did not take 1 of 1 entries") });
  expect((await invoke(handler, { Records: [good("100"), later("200")] })).error?.name).toBe("Unavailable");
  expect(letters).toEqual([]);
});

test("an event of another service is an error", async () => {
  expect((await invoke(stream().handler, { Records: [] })).error?.message).toBe(
    "this is no event of a DynamoDB stream: check the function's event source",
  );
});
