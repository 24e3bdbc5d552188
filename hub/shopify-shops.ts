import type { Policy } from "#domain/policy";

/** The domains of the shops that deliver webhooks and are read back: shops of other channels state their events through the API. */
export function shopifyShops({ shops }: Pick<Policy, "shops">): string[] {
  return Object.entries(shops).flatMap(([domain, { channel }]) => (channel === "shopify" ? [domain] : []));
}
