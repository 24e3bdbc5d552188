import type { PolicyContent } from "#domain/policy";
import { namesOf } from "../names.ts";
import type { Settings } from "../settings.ts";

/** A parameter of Systems Manager that somebody puts by hand. */
export interface NeededSecret {
  readonly parameter: string;
  /** Who needs it, and what for. */
  readonly why: string;
  /** What its value looks like, for a command line; no value. */
  readonly form: string;
}

/**
 * What must be there before the stage can take anything in or post: the webhook secret of each Shopify shop, and the credentials of each ERP connection, but for the sandbox ERP, which asks for
 * none. A shop's access token and the clients of the API are left out: a stage runs without them.
 */
export function neededSecrets(
  { shops, connections }: Pick<PolicyContent, "shops" | "connections">,
  settings: Pick<Settings, "stage">,
): NeededSecret[] {
  const { secretsPath } = namesOf(settings);
  return [
    ...Object.entries(shops).flatMap(([shop, { channel }]) =>
      channel === "shopify"
        ? [
            {
              parameter: `${secretsPath}/shops/${shop}/webhook-secrets`,
              why: `the shop ${shop} signs its webhooks with it (the client secret of the app in Shopify)`,
              form: '["…"]',
            },
          ]
        : [],
    ),
    ...Object.entries(connections).flatMap(([connection, { adapter }]) =>
      adapter === "sandbox"
        ? []
        : [
            {
              parameter: `${secretsPath}/connections/${connection}/credentials`,
              why: `the ERP connection ${connection} (${adapter}) signs in with it; docs/erp-adapters.md lists the keys`,
              form: "{…}",
            },
          ],
    ),
  ].sort((a, b) => (a.parameter < b.parameter ? -1 : 1));
}
