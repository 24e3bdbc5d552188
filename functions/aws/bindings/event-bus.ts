import { createEventBridgeBus } from "#adapters/aws";
import { awsApi } from "./aws-api.ts";
import { setting } from "./setting.ts";

export const bus = createEventBridgeBus({ api: awsApi, bus: setting("EVENT_BUS") });
