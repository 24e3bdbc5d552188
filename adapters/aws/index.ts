export type { AwsApi, AwsApiOptions, AwsCredentials } from "./aws-api.ts";
export { createAwsApi, environmentCredentials } from "./aws-api.ts";
export type { DynamoLineageStore, DynamoLineageStoreOptions } from "./dynamo-lineage-store.ts";
export { createDynamoLineageStore } from "./dynamo-lineage-store.ts";
