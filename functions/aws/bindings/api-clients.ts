import { createSsmApiClients } from "#adapters/aws";
import { awsApi } from "./aws-api.ts";
import { clock } from "./clock.ts";
import { setting } from "./setting.ts";

export const apiClients = createSsmApiClients({ api: awsApi, clock, prefix: setting("SECRETS_PREFIX") });
