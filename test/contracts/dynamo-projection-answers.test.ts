import { describe, expect, it } from "vitest";
import { createDynamoLineageStore, createDynamoRateLimit, createDynamoReferences, createDynamoWorkLists } from "#adapters/aws";
import { noteWith } from "./lineage-items.ts";
import { fails, scriptedApi } from "./scripted-api.ts";
import { settableClock } from "./settable-clock.ts";

const table = "lineage";
const entries = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `id ${index}`, order: "1", body: null }));

describe("answers of the projections on DynamoDB to what can go wrong", () => {
  it("writes in batches of 25, each key once, the last content counting", async () => {
    const { api, calls } = scriptedApi(() => ({}));
    await createDynamoWorkLists({ api, table }).put("open", [...entries(60), { id: "id 3", order: "2", body: "last" }]);
    const sizes = calls.map(({ operation, input }) => [operation, input.RequestItems.lineage.length]);
    expect(sizes).toEqual([
      ["BatchWriteItem", 25],
      ["BatchWriteItem", 25],
      ["BatchWriteItem", 10],
    ]);
    const written = calls.flatMap(({ input }) => input.RequestItems.lineage).map(({ PutRequest }) => PutRequest.Item);
    expect(written.filter(({ sk }) => sk.S === "id 3").map(({ entry }) => entry)).toEqual([
      { S: '{"id":"id 3","order":"2","body":"last"}' },
    ]);
  });

  it("sends what DynamoDB did not take again, and only that", async () => {
    const { api, calls } = scriptedApi(({ input }, count) =>
      count === 1 ? { UnprocessedItems: { lineage: input.RequestItems.lineage.slice(20) } } : {},
    );
    await createDynamoWorkLists({ api, table }).remove(
      "open",
      entries(25).map(({ id }) => id),
    );
    expect(calls.map(({ input }) => input.RequestItems.lineage.length)).toEqual([25, 5]);
    expect(calls[1]?.input.RequestItems.lineage).toEqual(calls[0]?.input.RequestItems.lineage.slice(20));
  });

  it("gives up after four rounds, and says how much was not taken", async () => {
    const { api, calls } = scriptedApi(({ input }) => ({ UnprocessedItems: { lineage: input.RequestItems.lineage.slice(0, 2) } }));
    const put = createDynamoWorkLists({ api, table }).put("open", entries(5));
    await expect(put).rejects.toMatchObject({
      name: "Unavailable",
      message: "the writing of list open was not done for 2 of 5 rows, in 4 tries: write it again",
    });
    expect(calls).toHaveLength(4);
  });

  it.each([
    ["ThrottlingException", "not-applied", "Unavailable"],
    ["InternalServerError", "unknown", "UnknownOutcome"],
    ["NoAnswer", "unknown", "UnknownOutcome"],
  ] as const)("names a write that failed with %s", async (code, fate, name) => {
    const { api, calls } = scriptedApi(() => fails(code, fate));
    const references = createDynamoReferences({ api, table });
    await expect(references.put([{ reference: { type: "order", value: "1" }, transaction: "sale:1" }])).rejects.toMatchObject({ name });
    await expect(references.wait({ type: "order", value: "1" }, "file:a")).rejects.toMatchObject({ name });
    await expect(createDynamoWorkLists({ api, table }).remove("open", ["a"])).rejects.toMatchObject({ name });
    expect(calls).toHaveLength(3);
  });

  it("calls every failed read unavailable", async () => {
    const { api } = scriptedApi(() => fails("InternalServerError", "unknown"));
    const references = createDynamoReferences({ api, table });
    await expect(references.find("order", "1")).rejects.toMatchObject({ name: "Unavailable" });
    await expect(references.waiters([{ type: "order", value: "1" }])).rejects.toMatchObject({ name: "Unavailable" });
    await expect(createDynamoWorkLists({ api, table }).read("open", undefined, 5)).rejects.toMatchObject({ name: "Unavailable" });
  });

  it("reads names and waiters with strong consistency, and asks for each value once", async () => {
    const { api, calls } = scriptedApi(() => ({}));
    const references = createDynamoReferences({ api, table });
    await references.find(undefined, "1");
    await references.waiters([
      { type: "order", value: "1" },
      { type: "payment", value: "1" },
      { type: "order", value: "2" },
    ]);
    expect(calls.map(({ input }) => [input.ConsistentRead, input.ExpressionAttributeValues[":value"].S])).toEqual([
      [true, "R#1"],
      [true, "R#1"],
      [true, "R#2"],
    ]);
  });

  it("reads on past pages that DynamoDB ends early, also empty ones", async () => {
    const row = (transaction: string) => ({ pk: { S: "R#1" }, sk: { S: `T#order#${transaction}` }, transaction: { S: transaction } });
    const pages = [
      { Items: [row("sale:1")], LastEvaluatedKey: row("sale:1") },
      { Items: [], LastEvaluatedKey: row("sale:2") },
      { Items: [row("sale:3")] },
    ];
    const { api, calls } = scriptedApi((_, count) => pages[count - 1]!);
    expect(await createDynamoReferences({ api, table }).find("order", "1")).toEqual(["sale:1", "sale:3"]);
    expect(calls.map(({ input }) => input.ExclusiveStartKey)).toEqual([undefined, row("sale:1"), row("sale:2")]);
  });

  it("asks the shards of a list for no more than a page needs", async () => {
    const { api, calls } = scriptedApi(() => ({ Items: [] }));
    await createDynamoWorkLists({ api, table }).read("open", undefined, 1_000);
    expect(calls.map(({ input }) => [input.IndexName, input.Limit, input.ExpressionAttributeValues[":list"].S])).toEqual(
      Array.from({ length: 8 }, (_, shard) => ["by-place", 250, `L#open#1.${shard}`]),
    );
  });
});

describe("the scan for transactions", () => {
  it("ends a call after sixteen pages, and goes on above the place where it stood", async () => {
    const { api, calls } = scriptedApi((_, count) => ({
      Items: count === 3 ? [{ pk: { S: "sale:1" } }] : [],
      LastEvaluatedKey: { pk: { S: `L#open#1.${count}` }, sk: { S: "a" } },
    }));
    const store = createDynamoLineageStore({ api, table });
    expect(await store.transactions(undefined, 10)).toEqual({ transactions: ["sale:1"], next: "L#open#1.16" });
    expect(calls).toHaveLength(16);
    await store.transactions("L#open#1.16", 10);
    expect(calls[16]?.input).toMatchObject({
      FilterExpression: "attribute_exists(#type)",
      ExclusiveStartKey: { pk: { S: "L#open#1.16" }, sk: { S: "~" } },
    });
  });
});

describe("rows of the lineage that cannot be read", () => {
  it.each([
    ["a newer type", { type: { S: "omen" }, body: { S: "{}" } }, 'row D#a of sale:1 has type "omen", which this version'],
    ["a newer packing", { type: { S: "document" }, body: { B: "CQ==" } }, "row D#a of sale:1 has packing 9, which this version"],
    ["another program's", {}, "row D#a of sale:1 has no type or no body"],
  ])("are refused by name: %s", async (_what, attributes, message) => {
    const { api } = scriptedApi(() => ({ Item: { pk: { S: "sale:1" }, sk: { S: "D#a" }, ...attributes } }));
    const get = createDynamoLineageStore({ api, table }).get("sale:1", "D#a");
    await expect(get).rejects.toMatchObject({ name: "Invalid", message: expect.stringContaining(message) });
  });
});

describe("a batch of inserts", () => {
  it("begins no further one once one failed by a fault of the program", async () => {
    let begun = 0;
    const { api } = scriptedApi(() => {
      begun += 1;
      throw new TypeError("a fault of the program");
    });
    const items = Array.from({ length: 40 }, (_, index) => noteWith("sale:1", `D#${index}`, ""));
    await expect(createDynamoLineageStore({ api, table }).insert(items)).rejects.toThrow("a fault of the program");
    expect(begun).toBeLessThanOrEqual(16);
  });
});

describe("answers of the rate limit on DynamoDB to what can go wrong", () => {
  const settings = { documentsPerSecond: 2, burstDocuments: 10, throttledPauseSeconds: 5, failuresToOpen: 3, openSeconds: 30 };
  const one = [{ documents: 1, shop: "shop" }];
  const place = { line: 1, mark: 2, documents: 1 };
  const limitOver = (script: Parameters<typeof scriptedApi>[0]) => {
    const { api, calls } = scriptedApi(script);
    return { calls, limit: createDynamoRateLimit({ api, table, clock: settableClock(), connections: { north: settings } }) };
  };

  it("replaces the pace only if nobody else did meanwhile", async () => {
    const { calls, limit } = limitOver(({ operation }, count) => {
      if (operation === "PutItem") return count === 2 ? fails("ConditionalCheckFailedException", "condition-failed") : {};
      const bucket = { level: 4, filledAt: Date.parse("2026-03-02T10:00:00.000Z") };
      const Item = { version: { N: "7" }, pace: { S: JSON.stringify({ bucket, breaker: { kind: "closed", failures: 0 } }) } };
      return count === 1 ? {} : { Item };
    });
    expect(await limit.acquire("north", one)).toEqual([{ answer: "granted" }]);
    const puts = calls.filter(({ operation }) => operation === "PutItem").map(({ input }) => input);
    expect(puts[0]).toMatchObject({ ConditionExpression: "attribute_not_exists(pk)", Item: { version: { N: "1" } } });
    expect(puts[1]).toMatchObject({
      ConditionExpression: "#version = :version",
      ExpressionAttributeValues: { ":version": { N: "7" } },
      Item: { pk: { S: "E#north" }, sk: { S: "pace" }, version: { N: "8" } },
    });
    // The level that the other left, less one.
    expect(JSON.parse(puts[1].Item.pace.S).bucket.level).toBe(3);
    expect(calls.every(({ operation, input }) => operation !== "GetItem" || input.ConsistentRead === true)).toBe(true);
  });

  it("lets wait where he stands who loses the race five times, and forgets such a report", async () => {
    const { calls, limit } = limitOver(({ operation }) =>
      operation === "PutItem" ? fails("ConditionalCheckFailedException", "condition-failed") : {},
    );
    expect(await limit.acquire("north", [{ documents: 1, shop: "shop", place }])).toEqual([
      { answer: "wait", place, until: "2026-03-02T10:00:02.000Z" },
    ]);
    expect(calls).toHaveLength(10);
    await limit.report("north", "failed");
    expect(calls).toHaveLength(20);
  });

  it("writes nothing when nothing changed", async () => {
    const { calls, limit } = limitOver(() => ({}));
    await limit.report("north", "answered");
    expect(calls.map(({ operation }) => operation)).toEqual(["GetItem"]);
  });

  it("grants nothing when the table does not answer, and loses no answer of the ERP for it", async () => {
    const reading = limitOver(() => fails("ThrottlingException", "not-applied"));
    await expect(reading.limit.acquire("north", one)).rejects.toMatchObject({ name: "Unavailable" });
    await reading.limit.report("north", "failed");
    const writing = limitOver(({ operation }) => (operation === "PutItem" ? fails("NoAnswer", "unknown") : {}));
    await expect(writing.limit.acquire("north", one)).rejects.toMatchObject({ name: "UnknownOutcome" });
    await writing.limit.report("north", "failed");
  });

  it("hides no fault of the program in a report", async () => {
    const { limit } = limitOver(() => {
      throw new TypeError("a fault of the program");
    });
    await expect(limit.report("north", "failed")).rejects.toThrow("a fault of the program");
  });
});
