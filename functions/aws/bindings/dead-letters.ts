import { createSqsDeadLetters } from "#adapters/aws";
import { awsApi } from "./aws-api.ts";
import { setting } from "./setting.ts";

export const deadLetters = createSqsDeadLetters({ api: awsApi, urlPrefix: setting("QUEUE_URL_PREFIX") });
