import { expect, test } from "vitest";
import { createAwsApi, createDynamoRateLimit } from "#adapters/aws";
import type { HttpRequest } from "#ports/http";

/** A row that somebody else has always changed between the read and the write. */
function contestedLimit() {
  const sent: string[] = [];
  const http = {
    async send({ headers }: HttpRequest) {
      const operation = headers["x-amz-target"]?.split(".")[1] ?? "";
      sent.push(operation);
      const type = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
      return operation === "PutItem"
        ? { status: 400, headers: {}, body: JSON.stringify({ __type: type, message: "The conditional request failed" }) }
        : { status: 200, headers: {}, body: "{}" };
    },
  };
  const clock = { now: () => "2026-11-27T10:00:00.000Z" };
  const api = createAwsApi({ http, clock, region: "eu-central-1", credentials: () => ({ accessKeyId: "a", secretAccessKey: "s" }) });
  const north = { documentsPerSecond: 2, burstDocuments: 10, throttledPauseSeconds: 5, failuresToOpen: 3, openSeconds: 30 };
  return { sent, limit: createDynamoRateLimit({ api, table: "lineage", clock, connections: { north } }) };
}

test("who loses the race for the pace five times comes again in two seconds, with the place that he had; who sends nothing is done", async () => {
  const { limit, sent } = contestedLimit();
  const place = { line: 1, mark: 12, documents: 2 };
  const requests = [
    { documents: 2, shop: "shop", place },
    { documents: 1, shop: "shop" },
    { documents: 0, shop: "shop", place: { line: 1, mark: 14, documents: 2 } },
  ];
  expect(await limit.acquire("north", requests)).toEqual([
    { answer: "wait", place: { line: 1, mark: 12, documents: 2 }, until: "2026-11-27T10:00:02.000Z" },
    { answer: "wait", until: "2026-11-27T10:00:02.000Z" },
    { answer: "granted" },
  ]);
  expect(sent).toEqual(["GetItem", "PutItem", "GetItem", "PutItem", "GetItem", "PutItem", "GetItem", "PutItem", "GetItem", "PutItem"]);
});
