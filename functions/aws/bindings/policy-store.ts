import { createDynamoPolicyReleases, createReleasedPolicyStore, createS3DocumentStore } from "#adapters/aws";
import { awsApi } from "./aws-api.ts";
import { clock } from "./clock.ts";
import { setting } from "./setting.ts";

const documentsBucket = setting("DOCUMENTS_BUCKET");

export const policies = createReleasedPolicyStore({
  releases: createDynamoPolicyReleases({ api: awsApi, table: setting("LINEAGE_TABLE") }),
  // A policy lies under its content address: no drop is read here, and the function may not.
  documents: createS3DocumentStore({ api: awsApi, documentsBucket, dropsBucket: documentsBucket }),
  clock,
});
