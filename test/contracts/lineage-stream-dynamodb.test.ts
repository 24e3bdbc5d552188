import { afterAll, describe, expect, it } from "vitest";
import { createDynamoLineageStore, createDynamoReferences, createDynamoWorkLists, readStreamRecord } from "#adapters/aws";
import { lineageTable } from "#wiring";
import { skipReason } from "../skip.ts";
import { startLocalTables } from "./dynamo-local-table.ts";
import { documentWith, noteWith } from "./lineage-items.ts";
import { passesFilter } from "./stream-filter.ts";

const local = await startLocalTables();

if ("skipped" in local) {
  skipReason("DynamoDB Local", local.skipped);
  describe.skip(`the lineage's stream: DynamoDB Local (${local.skipped})`, () => {
    it("needs Java and the packaged emulator", () => {});
  });
} else {
  const { api } = local;
  afterAll(() => local.stop());

  /** Everything in the table's stream, in the shape in which Lambda delivers it. */
  async function recordsOf(table: string): Promise<readonly unknown[]> {
    const call = (operation: string, input: object) =>
      api.call({ service: "streams.dynamodb", target: `DynamoDBStreams_20120810.${operation}`, jsonVersion: "1.0" }, input);
    const { Streams } = (await call("ListStreams", { TableName: table })) as { Streams: { StreamArn: string }[] };
    const StreamArn = Streams[0]?.StreamArn;
    const { StreamDescription } = (await call("DescribeStream", { StreamArn })) as { StreamDescription: { Shards: { ShardId: string }[] } };
    const records: unknown[] = [];
    for (const { ShardId } of StreamDescription.Shards) {
      const start = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" };
      const { ShardIterator } = (await call("GetShardIterator", start)) as { ShardIterator: string };
      records.push(...((await call("GetRecords", { ShardIterator })) as { Records: unknown[] }).Records);
    }
    return records;
  }

  describe("the lineage's stream: DynamoDB Local", () => {
    it("brings every inserted item, and nothing else, past the filter; what shares the table is no transaction", async () => {
      const table = await local.create();
      const lineage = createDynamoLineageStore({ api, table });
      const references = createDynamoReferences({ api, table });
      const lists = createDynamoWorkLists({ api, table });
      const document = documentWith("sale:1", "D#a", `{"note":"Zoë — 東京 🚲","filler":"${"ab".repeat(500)}"}`);
      const note = noteWith("sale:1", "X#erp#1#0001#C", "gone");
      await lineage.insert([document]);
      await references.put([{ reference: { type: "order-name", value: "#1001" }, transaction: "sale:1" }]);
      await references.wait({ type: "order", value: "1" }, "file:a");
      await lists.put("open", [{ id: "a", order: "1", body: 1 }]);
      await lists.remove("open", ["a"]);
      await lineage.removeRawBody("sale:1", "D#a");
      await lineage.insert([note]);
      expect(await lineage.insert([document])).toEqual(["conflict"]);

      await references.put([{ reference: { type: "order", value: "2" }, transaction: "sale:2" }]);

      const records = await recordsOf(table);
      expect(records).toHaveLength(8);
      const passed = records.filter((record) => passesFilter(record, lineageTable.streamFilter));
      expect(passed.map(readStreamRecord)).toEqual([
        { kind: "item", item: document },
        { kind: "item", item: note },
      ]);
      const others = records.filter((record) => !passed.includes(record));
      expect(others.map((record) => readStreamRecord(record).kind)).toEqual(Array.from({ length: 6 }, () => "passed-over"));
      // The scan for transactions goes by the same mark.
      expect(await lineage.transactions(undefined, 10)).toEqual({ transactions: ["sale:1"] });
    });
  });
}
