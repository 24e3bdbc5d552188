export type { DynamoLineageStore, DynamoLineageStoreOptions } from "./dynamo-lineage-store.ts";
export { createDynamoLineageStore } from "./dynamo-lineage-store.ts";
