import { createStepFunctionsWorkflows } from "#adapters/aws";
import { awsApi } from "./aws-api.ts";
import { setting } from "./setting.ts";

export const workflows = createStepFunctionsWorkflows({ api: awsApi, machineArnPrefix: setting("MACHINE_ARN_PREFIX") });
