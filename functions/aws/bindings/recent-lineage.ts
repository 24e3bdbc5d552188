import { createDynamoLineageStore } from "#adapters/aws";
import { awsApi } from "./aws-api.ts";
import { setting } from "./setting.ts";

/** The lineage as it was a moment ago, for half the price: for what measures, and never for what decides. */
export const recentLineage = createDynamoLineageStore({ api: awsApi, table: setting("LINEAGE_TABLE"), reads: "recent" });
