export type { AwsApi, AwsApiOptions, AwsCredentials } from "./aws-api.ts";
export { createAwsApi, environmentCredentials } from "./aws-api.ts";
export { AwsFailure } from "./aws-failure.ts";
export { createDynamoLineageStore } from "./dynamo-lineage-store.ts";
export { createDynamoReferences } from "./dynamo-references.ts";
export { createDynamoWorkLists } from "./dynamo-work-lists.ts";
export type { StreamRecordReading } from "./lineage-stream-record.ts";
export { readStreamRecord } from "./lineage-stream-record.ts";
