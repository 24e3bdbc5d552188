import { sha256Hex } from "#domain/canonical";
import { fileTransaction, orderTransaction, sourceKey } from "#domain/identity";
import type { DocumentItem, ParsedDocument } from "#domain/lineage";
import type { Facts } from "./facts.ts";

export const channel = "shopify";

/** A domain as it appears in ids; the host has already looked up its secrets. */
const shopPattern = /^[a-z0-9][a-z0-9.-]{0,118}$/;

export function isShop(shop: string): boolean {
  return shopPattern.test(shop);
}

/** Where the facts of a resource belong. */
export interface Place {
  readonly transaction: string;
  readonly kind: DocumentItem["kind"];
}

export function saleOf(shop: string, orderId: string): Place {
  return { transaction: orderTransaction(channel, shop, orderId), kind: "sale" };
}

/** `version` is the source's own, for a resource whose facts could not be read. */
export function documentOf(
  resource: { readonly shop: string; readonly name: string; readonly id: string; readonly orderId?: string; readonly version?: string },
  place: Place,
  facts: Facts,
): ParsedDocument {
  const { shop, name, id, orderId, version } = resource;
  return {
    ...place,
    source: sourceKey(channel, shop, name, id),
    channel,
    shop,
    ...(facts.events.length > 0 || version === undefined ? {} : { version }),
    events: facts.events,
    references: [...(orderId === undefined ? [] : [{ type: "order" as const, value: orderId }]), ...facts.references],
    issues: facts.problems,
  };
}

/** A body without identity is kept as a file under the hash of its bytes. */
export function unidentifiedDocument(
  resource: { readonly name: string; readonly belongsTo: string },
  field: string,
  value: unknown,
  shop: string,
  bytes: Uint8Array,
): ParsedDocument {
  const hash = sha256Hex(bytes);
  const absent = value === undefined || value === null;
  return {
    transaction: fileTransaction(channel, hash),
    kind: "file",
    source: sourceKey(channel, shop, "file", hash),
    channel,
    shop,
    events: [],
    references: [{ type: "file", value: hash }],
    issues: [
      {
        class: absent ? "data.missing" : "data.value",
        code: field,
        cause: `shopify ${resource.name} ${field}`,
        message: `Shopify ${resource.name}: ${field} ${absent ? "is not stated" : "is no id"}, so it belongs to no ${resource.belongsTo}. Have the source send it complete.`,
      },
    ],
  };
}
