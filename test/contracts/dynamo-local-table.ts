import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { type AwsApi, createAwsApi } from "#adapters/aws";
import { createHttp } from "#adapters/http";
import { lineageTable } from "#wiring";
import { startDynamoDbLocal } from "../../scripts/dynamodb-local.ts";

export interface LocalTables {
  readonly endpoint: string;
  readonly admin: DynamoDBClient;
  readonly api: AwsApi;
  /** Creates an empty table as wiring/ describes it, and answers its name. */
  create(): Promise<string>;
  stop(): Promise<void>;
}

/** A DynamoDB Local of its own, or why there is none. */
export async function startLocalTables(): Promise<LocalTables | { readonly skipped: string }> {
  const started = await startDynamoDbLocal();
  if ("skipped" in started) return started;
  const { endpoint } = started;
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const region = "us-east-1";
  const admin = new DynamoDBClient({ endpoint, region, credentials });
  const http = createHttp();
  const clock = { now: () => new Date().toISOString() };
  const api = createAwsApi({ http, clock, region, endpoint, credentials: () => credentials, timeoutMilliseconds: 20_000 });
  let tables = 0;
  return {
    endpoint,
    admin,
    api,
    async create() {
      tables += 1;
      const table = `lineage-${tables}`;
      const { partitionKey, sortKey, localIndexes } = lineageTable;
      await admin.send(
        new CreateTableCommand({
          TableName: table,
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [partitionKey, sortKey, ...localIndexes.map((index) => index.sortKey)].map((AttributeName) => ({
            AttributeName,
            AttributeType: "S",
          })),
          KeySchema: [
            { AttributeName: partitionKey, KeyType: "HASH" },
            { AttributeName: sortKey, KeyType: "RANGE" },
          ],
          LocalSecondaryIndexes: localIndexes.map((index) => ({
            IndexName: index.name,
            KeySchema: [
              { AttributeName: partitionKey, KeyType: "HASH" },
              { AttributeName: index.sortKey, KeyType: "RANGE" },
            ],
            Projection: { ProjectionType: "ALL" },
          })),
          StreamSpecification: { StreamEnabled: true, StreamViewType: lineageTable.streamView },
        }),
      );
      await waitUntilTableExists({ client: admin, maxWaitTime: 10, minDelay: 1 }, { TableName: table });
      return table;
    },
    async stop() {
      http.close();
      admin.destroy();
      await started.stop();
    },
  };
}
