import { createDynamoWorkLists } from "#adapters/aws";
import { awsApi } from "./aws-api.ts";
import { setting } from "./setting.ts";

export const workLists = createDynamoWorkLists({ api: awsApi, table: setting("LINEAGE_TABLE") });
