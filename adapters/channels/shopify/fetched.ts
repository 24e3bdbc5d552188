import { Invalid } from "#domain/failures";
import { transferTransaction } from "#domain/identity";
import type { ParsedDocument } from "#domain/lineage";
import { type JsonObject, parseBody } from "./body.ts";
import { channel, documentOf, isShop, saleOf, unidentifiedDocument } from "./document.ts";
import type { Facts } from "./facts.ts";
import { inventoryTransferSchema, returnSchema, reverseFulfillmentOrderSchema } from "./fetched-schemas.ts";
import { nativeIdOf } from "./gid.ts";
import { graphqlQueries } from "./graphql-queries.ts";
import { readReturn, readReverseFulfillmentOrder } from "./return.ts";
import { readShape, valueAt } from "./shape.ts";
import { readTransfer } from "./transfer.ts";
import { orderDocument } from "./webhook.ts";

/** An object as the source answered it, `readAt` by our clock. */
export interface FetchedResource {
  readonly resource: string;
  readonly shop: string;
  readonly body: Uint8Array | string;
  readonly readAt: string;
}

/**
 * The facts of an object that was read back: an order is the same document that its webhook would have been. What states no time of
 * change takes the reading as its version. Throws Invalid when the resource is not known, the shop is no domain, or the body is not the answer of the Admin API.
 */
export function parseResource({ resource, shop, body, readAt }: FetchedResource): ParsedDocument {
  if (!isShop(shop)) throw new Invalid("the shop is no domain in lower case, such as example.myshopify.com");
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const json = parseBody(body);
  switch (resource) {
    case "order":
      return orderDocument(objectAt(json, ["order"], resource), shop, bytes);
    case "return":
      return ofOrder(json, { resource, shop, bytes, readAt }, (found, id) =>
        readShape({ name: resource, id }, returnSchema, found, (parsed) => readReturn(parsed, readAt)),
      );
    case "reverse-fulfillment-order":
      return ofOrder(json, { resource, shop, bytes, readAt }, (found, id) =>
        readShape({ name: resource, id }, reverseFulfillmentOrderSchema, found, readReverseFulfillmentOrder),
      );
    case "inventory-transfer": {
      const found = objectAt(json, ["data", graphqlQueries[resource].field], resource);
      const id = nativeIdOf(found.id);
      if (id === undefined) return unidentifiedDocument({ name: resource, belongsTo: "transfer" }, "id", found.id, shop, bytes);
      const facts = readShape({ name: resource, id }, inventoryTransferSchema, found, (parsed) => readTransfer(parsed, readAt));
      const place = { transaction: transferTransaction(channel, shop, id), kind: "transfer" as const };
      return { ...documentOf({ shop, name: resource, id }, place, facts), version: readAt };
    }
    default:
      throw new Invalid(`resource ${JSON.stringify(resource.slice(0, 80))} cannot be read from Shopify`);
  }
}

function ofOrder(
  json: JsonObject,
  answer: {
    readonly resource: "return" | "reverse-fulfillment-order";
    readonly shop: string;
    readonly bytes: Uint8Array;
    readonly readAt: string;
  },
  read: (found: JsonObject, id: string) => Facts,
): ParsedDocument {
  const { resource, shop, bytes, readAt } = answer;
  const found = objectAt(json, ["data", graphqlQueries[resource].field], resource);
  const id = nativeIdOf(found.id);
  const orderId = nativeIdOf(valueAt(found, ["order", "id"]));
  if (id === undefined || orderId === undefined) {
    const path = id === undefined ? ["id"] : ["order", "id"];
    return unidentifiedDocument({ name: resource, belongsTo: "order" }, path.join("."), valueAt(found, path), shop, bytes);
  }
  return { ...documentOf({ shop, name: resource, id, orderId }, saleOf(shop, orderId), read(found, id)), version: readAt };
}

function objectAt(json: JsonObject, path: readonly string[], resource: string): JsonObject {
  const value = valueAt(json, path);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Invalid(`the answer holds no ${resource} at ${path.join(".")}: read it again`);
  }
  return value as JsonObject;
}
