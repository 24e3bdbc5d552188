import { createDynamoReferences } from "#adapters/aws";
import { awsApi } from "./aws-api.ts";
import { setting } from "./setting.ts";

export const references = createDynamoReferences({ api: awsApi, table: setting("LINEAGE_TABLE") });
