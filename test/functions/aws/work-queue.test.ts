import { expect, test } from "vitest";
import type { WorkedMessages } from "#functions/unreadable-message";
import { connectionWorkQueue, type WorkQueueInput, workQueue } from "../../../functions/aws/triggers/work-queue.ts";
import { invoke } from "./invoke.ts";
import { queueEvent, sentLetters } from "./sent-letters.ts";

function dispatcher(worked: Partial<WorkedMessages> = {}, sending: "accepted" | "failed" = "accepted") {
  const inputs: (WorkQueueInput & { connection: string })[] = [];
  const { queue, letters } = sentLetters(sending);
  const clock = { now: () => "2026-11-27T10:00:00.000Z" };
  const ports = { queue, clock, queueNamePrefix: "throughline-dev-", metrics: { flush() {} } };
  const work = async (input: WorkQueueInput & { connection: string }) => {
    inputs.push(input);
    return { failures: [], unreadable: [], ...worked };
  };
  return { handler: connectionWorkQueue("dispatch-postings", work, ports), inputs, letters };
}

const ours = JSON.stringify({ shop: "a.myshopify.com", transactions: [{ id: "t1", connections: ["erp-us"] }] });
const fromBus = JSON.stringify({
  version: "0",
  id: "6a7e",
  "detail-type": "order.placed",
  source: "throughline",
  detail: JSON.parse(ours),
});
const unreadable = { id: "m2", class: "transport.parse" as const, reason: "the reason" };

test("messages of a connection's queue reach the function bare, with the queue's name, the connection and the time that is left", async () => {
  const { handler, inputs } = dispatcher();
  expect(await invoke(handler, queueEvent("throughline-dev-posting-erp-us", fromBus, ours), 120_000)).toMatchObject({
    answer: { batchItemFailures: [] },
    lines: [{ outcome: "done", queue: "posting-erp-us", messages: 2, failed: 0, unreadable: 0 }],
  });
  expect(inputs).toEqual([
    {
      connection: "erp-us",
      queue: "posting-erp-us",
      messages: [
        { id: "m1", body: JSON.parse(ours) },
        { id: "m2", body: JSON.parse(ours) },
      ],
      deadline: "2026-11-27T10:01:58.000Z",
    },
  ]);
});

test("only what failed comes again", async () => {
  const { handler } = dispatcher({ failures: ["m2"] });
  expect((await invoke(handler, queueEvent("throughline-dev-posting-erp-us", ours, ours, ours))).answer).toEqual({
    batchItemFailures: [{ itemIdentifier: "m2" }],
  });
});

test("what nobody can read is a dead letter at once, with class, reason and text, and does not come again", async () => {
  const { handler, letters } = dispatcher({ unreadable: [unreadable] });
  expect((await invoke(handler, queueEvent("throughline-dev-posting-erp-us", ours, "no JSON"))).answer).toEqual({ batchItemFailures: [] });
  expect(letters).toEqual([
    {
      queue: "unreadable",
      group: "dispatch-postings",
      delaySeconds: 0,
      body: {
        function: "dispatch-postings",
        class: "transport.parse",
        reason: "the reason",
        from: { queue: "throughline-dev-posting-erp-us", message: "m2" },
        content: "no JSON",
      },
    },
  ]);
});

test("unless the letter was not taken", async () => {
  const { handler } = dispatcher({ failures: ["m1"], unreadable: [unreadable] }, "failed");
  expect((await invoke(handler, queueEvent("throughline-dev-posting-erp-us", ours, "no JSON"))).answer).toEqual({
    batchItemFailures: [{ itemIdentifier: "m1" }, { itemIdentifier: "m2" }],
  });
});

test("text that is no JSON reaches the function as nothing, which it refuses by name", async () => {
  const { handler, inputs } = dispatcher();
  await invoke(handler, queueEvent("throughline-dev-posting-erp-us", "no JSON"));
  expect(inputs[0]?.messages).toEqual([{ id: "m1", body: undefined }]);
});

test.each([["throughline-dev-fetch-back"], ["other-posting-erp-us"], ["throughline-dev-posting"]])(
  "the queue %s is not the dispatcher's: nothing is deleted",
  async (queue) => {
    const { handler, inputs } = dispatcher();
    expect((await invoke(handler, queueEvent(queue, ours))).error).toMatchObject({
      name: "Invalid",
      message: `${queue} is no queue of dispatch-postings in wiring/: check the function's event source and QUEUE_URL_PREFIX`,
    });
    expect(inputs).toEqual([]);
  },
);

test("an event of another service is an error, and nothing is deleted", async () => {
  expect((await invoke(dispatcher().handler, { detail: {} })).error).toMatchObject({
    name: "Invalid",
    message: "this is no event of an SQS queue: check the function's event source",
  });
});

test("a queue that is no connection's has its own name", async () => {
  const inputs: WorkQueueInput[] = [];
  const ports = { ...sentLetters(), clock: { now: () => "2026-11-27T10:00:00.000Z" }, queueNamePrefix: "p-", metrics: { flush() {} } };
  const handler = workQueue(
    "fetch-source-document",
    async (input) => {
      inputs.push(input);
      return { failures: [], unreadable: [] };
    },
    ports,
  );
  await invoke(handler, queueEvent("p-fetch-back", ours));
  expect(inputs).toMatchObject([{ queue: "fetch-back", messages: [{ id: "m1" }] }]);
  expect((await invoke(handler, queueEvent("p-fetch-back-erp-us", ours))).error?.message).toContain("p-fetch-back-erp-us is no queue of");
});
