import { createSqsQueue } from "#adapters/aws";
import { awsApi } from "./aws-api.ts";
import { setting } from "./setting.ts";

const urlPrefix = setting("QUEUE_URL_PREFIX");

export const queue = createSqsQueue({ api: awsApi, urlPrefix });

/** What stands before a queue's name of wiring/ in its name on AWS, such as "throughline-prod-". */
export const queueNamePrefix = urlPrefix.slice(urlPrefix.lastIndexOf("/") + 1);
