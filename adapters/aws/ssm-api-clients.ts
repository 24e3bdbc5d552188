import { apiClientName, apiClientSchema } from "#domain/access";
import { Unavailable } from "#domain/failures";
import type { ApiClients } from "#ports/api-clients";
import type { Clock } from "#ports/clock";
import type { AwsApi } from "./aws-api.ts";
import { createParameterFolder, jsonIn } from "./parameter-folder.ts";

/**
 * ports/api-clients over SSM SecureString parameters: `<prefix>/api-clients/<client>` holds
 * `{"secrets": ["<secret>"], "may": ["read", "write-events"], "channels": [{"channel": "pos", "places": ["0101"]}]}`. A client that was
 * taken away is let in for five minutes more at most.
 */
export function createSsmApiClients(options: { readonly api: AwsApi; readonly clock: Clock; readonly prefix: string }): ApiClients {
  const { api, clock, prefix } = options;
  const path = `${prefix}/api-clients`;
  const clients = createParameterFolder({
    api,
    clock,
    path,
    nameOf: (below) => (apiClientName.test(below) ? below : undefined),
    parse: (text) => apiClientSchema.safeParse(jsonIn(text)).data,
  });
  return {
    async find(client) {
      if (!apiClientName.test(client)) return undefined;
      const found = await clients.find(client);
      if (found === "unreadable") throw new Unavailable(`${path}/${client} holds no registration of a client: write it again`);
      return found;
    },
  };
}
