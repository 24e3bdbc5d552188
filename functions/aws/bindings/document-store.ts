import { createS3DocumentStore } from "#adapters/aws";
import { awsApi } from "./aws-api.ts";
import { setting } from "./setting.ts";

export const documents = createS3DocumentStore({
  api: awsApi,
  documentsBucket: setting("DOCUMENTS_BUCKET"),
  dropsBucket: setting("DROPS_BUCKET"),
});
