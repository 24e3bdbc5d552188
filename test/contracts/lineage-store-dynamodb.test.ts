import { afterAll, describe, it } from "vitest";
import { createDynamoLineageStore } from "#adapters/aws";
import { skipReason } from "../skip.ts";
import { startLocalTables } from "./dynamo-local-table.ts";
import { lineageStoreContract } from "./lineage-store-contract.ts";
import { returnReservationsContract } from "./return-reservations-contract.ts";

const local = await startLocalTables();

if ("skipped" in local) {
  skipReason("DynamoDB Local", local.skipped);
  describe.skip(`lineage store contract: DynamoDB Local (${local.skipped})`, () => {
    it("needs Java and the packaged emulator", () => {});
  });
} else {
  const { api } = local;
  afterAll(() => local.stop());
  const open = async () => ({ store: createDynamoLineageStore({ api, table: await local.create() }), close: async () => {} });
  lineageStoreContract("DynamoDB Local", open);
  returnReservationsContract("DynamoDB Local", open);
}
