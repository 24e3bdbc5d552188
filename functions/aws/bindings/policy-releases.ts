import { createDynamoPolicyReleases } from "#adapters/aws";
import { awsApi } from "./aws-api.ts";
import { setting } from "./setting.ts";

export const policyReleases = createDynamoPolicyReleases({ api: awsApi, table: setting("LINEAGE_TABLE") });
