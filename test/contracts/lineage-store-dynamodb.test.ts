import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { afterAll, describe, it } from "vitest";
import { createDynamoLineageStore } from "#adapters/aws";
import { startDynamoDbLocal } from "../../scripts/dynamodb-local.ts";
import { skipReason } from "../skip.ts";
import { lineageStoreContract } from "./lineage-store-contract.ts";

const started = await startDynamoDbLocal();

if ("skipped" in started) {
  skipReason("DynamoDB Local", started.skipped);
  describe.skip(`lineage store contract: DynamoDB Local (${started.skipped})`, () => {
    it("needs Java and the packaged emulator", () => {});
  });
} else {
  const { endpoint } = started;
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const region = "us-east-1";
  const admin = new DynamoDBClient({ endpoint, region, credentials });
  let tables = 0;
  afterAll(async () => {
    admin.destroy();
    await started.stop();
  });
  lineageStoreContract("DynamoDB Local", async () => {
    tables += 1;
    const table = `lineage-${tables}`;
    await admin.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [
          { AttributeName: "pk", AttributeType: "S" },
          { AttributeName: "sk", AttributeType: "S" },
        ],
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" },
        ],
      }),
    );
    await waitUntilTableExists({ client: admin, maxWaitTime: 10, minDelay: 1 }, { TableName: table });
    const store = createDynamoLineageStore({ table, region, endpoint, credentials, requestTimeoutMilliseconds: 20_000 });
    return { store, close: async () => store.close() };
  });
}
