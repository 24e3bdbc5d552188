import { createS3DocumentRemoval } from "#adapters/aws";
import { awsApi } from "./aws-api.ts";
import { setting } from "./setting.ts";

export const removal = createS3DocumentRemoval({ api: awsApi, bucket: setting("DOCUMENTS_BUCKET") });
