import { createDynamoLineageStore } from "#adapters/aws";
import { awsApi } from "./aws-api.ts";
import { setting } from "./setting.ts";

export const lineage = createDynamoLineageStore({ api: awsApi, table: setting("LINEAGE_TABLE") });
