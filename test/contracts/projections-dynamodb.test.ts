import { afterAll, describe, it } from "vitest";
import { createDynamoReferences, createDynamoWorkLists } from "#adapters/aws";
import { skipReason } from "../skip.ts";
import { startLocalTables } from "./dynamo-local-table.ts";
import { referencesContract, workListsContract } from "./projection-contracts.ts";

const local = await startLocalTables();

if ("skipped" in local) {
  skipReason("DynamoDB Local", local.skipped);
  describe.skip(`projection contracts: DynamoDB Local (${local.skipped})`, () => {
    it("needs Java and the packaged emulator", () => {});
  });
} else {
  const { api } = local;
  afterAll(() => local.stop());
  const close = () => {};
  referencesContract("DynamoDB Local", async () => ({ references: createDynamoReferences({ api, table: await local.create() }), close }));
  workListsContract("DynamoDB Local", async () => ({ lists: createDynamoWorkLists({ api, table: await local.create() }), close }));
}
