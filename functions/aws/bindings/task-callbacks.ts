import { createStepFunctionsCallbacks } from "#adapters/aws";
import { awsApi } from "./aws-api.ts";

export const callbacks = createStepFunctionsCallbacks({ api: awsApi });
