import type * as z from "zod/mini";
import { sha256Hex } from "#domain/canonical";
import type { Problem } from "#domain/exceptions";
import { Invalid } from "#domain/failures";
import { fileTransaction, orderTransaction, sourceKey } from "#domain/identity";
import type { ParsedDocument } from "#domain/lineage";
import { type JsonObject, parseBody } from "./body.ts";
import type { Facts } from "./facts.ts";
import { readFulfillment } from "./fulfillment.ts";
import { toInstant } from "./instant.ts";
import { readOrder } from "./order.ts";
import { readRefund } from "./refund.ts";
import { fulfillmentSchema, isNativeId, orderSchema, refundSchema, transactionSchema } from "./schemas.ts";
import { readTransaction } from "./transaction.ts";

const channel = "shopify";
/** A domain as it appears in ids; the host has already looked up its secrets. */
const shopPattern = /^[a-z0-9][a-z0-9.-]{0,118}$/;
/** Of a body that does not have the shape of its resource; more would repeat the same trouble. */
const shapeProblemsMax = 20;

interface Resource {
  readonly name: string;
  /** The fields that identify it: its own id first, its order's last. */
  readonly identity: readonly string[];
  /** The field that its events take their version from, where that is a field. */
  readonly versionedBy?: "updated_at";
  readonly read: (json: JsonObject, id: string, orderId: string) => Facts;
}

const order: Resource = { name: "order", identity: ["id"], versionedBy: "updated_at", read: reader("order", orderSchema, readOrder) };
const transaction: Resource = {
  name: "transaction",
  identity: ["id", "order_id"],
  read: reader("transaction", transactionSchema, (parsed, orderId) => readTransaction(parsed, orderId, undefined)),
};
const fulfillment: Resource = {
  name: "fulfillment",
  identity: ["id", "order_id"],
  versionedBy: "updated_at",
  read: reader("fulfillment", fulfillmentSchema, readFulfillment),
};
const refund: Resource = {
  name: "refund",
  identity: ["id", "order_id"],
  read: reader("refund", refundSchema, (parsed, orderId) => readRefund(parsed, orderId, [])),
};

const resourceOfTopic: ReadonlyMap<string, Resource> = new Map([
  ["orders/create", order],
  ["orders/paid", order],
  ["orders/cancelled", order],
  ["order_transactions/create", transaction],
  ["fulfillments/create", fulfillment],
  ["fulfillments/update", fulfillment],
  ["refunds/create", refund],
]);

export const handledTopics: readonly string[] = [...resourceOfTopic.keys()];

/**
 * The facts of one webhook body: events under their business keys, in shop money, without personal data; and what is wrong with them.
 * The topic only says which resource the body is. A body without identity is kept as a file.
 * Throws Invalid when the topic is not handled, the shop is no domain, or the body is no JSON object.
 */
export function parseWebhook(webhook: {
  readonly topic: string;
  readonly shop: string;
  readonly body: Uint8Array | string;
}): ParsedDocument {
  const resource = resourceOfTopic.get(webhook.topic);
  if (resource === undefined) {
    throw new Invalid(`topic ${JSON.stringify(webhook.topic.slice(0, 80))} is not handled: subscribe to ${handledTopics.join(", ")}`);
  }
  const { shop, body } = webhook;
  if (!shopPattern.test(shop)) throw new Invalid("the shop is no domain in lower case, such as example.myshopify.com");
  const json = parseBody(body);
  const unidentified = resource.identity.find((field) => !isNativeId(json[field]));
  if (unidentified !== undefined) return unidentifiedDocument(resource, unidentified, json, shop, body);

  const id = String(json.id);
  const orderId = String(json[resource.identity.at(-1)!]);
  const facts = resource.read(json, id, orderId);
  return {
    transaction: orderTransaction(channel, shop, orderId),
    kind: "sale",
    source: sourceKey(channel, shop, resource.name, id),
    channel,
    shop,
    ...(facts.events.length > 0 ? {} : statedVersion(resource, json)),
    events: facts.events,
    references: [{ type: "order", value: orderId }, ...facts.references],
    issues: facts.problems,
  };
}

/** When no fact could be read the resource's last change still tells which of two contents is the later one. */
function statedVersion({ versionedBy }: Resource, json: JsonObject): { version?: string } {
  const stated = versionedBy === undefined ? undefined : json[versionedBy];
  const version = typeof stated === "string" ? toInstant(stated) : undefined;
  return version === undefined ? {} : { version };
}

function unidentifiedDocument(
  resource: Resource,
  field: string,
  json: JsonObject,
  shop: string,
  body: Uint8Array | string,
): ParsedDocument {
  const hash = sha256Hex(typeof body === "string" ? new TextEncoder().encode(body) : body);
  const absent = json[field] === undefined || json[field] === null;
  const issue: Problem = {
    class: absent ? "data.missing" : "data.value",
    code: field,
    cause: `shopify ${resource.name} ${field}`,
    message: `Shopify ${resource.name}: ${field} ${absent ? "is not stated" : "is no id"}, so it belongs to no order. Have the source send it complete.`,
  };
  return {
    transaction: fileTransaction(channel, hash),
    kind: "file",
    source: sourceKey(channel, shop, "file", hash),
    channel,
    shop,
    events: [],
    references: [{ type: "file", value: hash }],
    issues: [issue],
  };
}

/** Parses once, at the edge: behind it the types hold. A body of another shape becomes named problems and no events. */
function reader<Parsed>(name: string, schema: z.ZodMiniType<Parsed>, read: (parsed: Parsed, orderId: string) => Facts): Resource["read"] {
  return (json, id, orderId) => {
    const result = schema.safeParse(json);
    if (result.success) return read(result.data, orderId);
    const problems = result.error.issues.slice(0, shapeProblemsMax).map((issue): Problem => {
      const absent = valueAt(json, issue.path) === undefined || valueAt(json, issue.path) === null;
      const place = pathText(issue.path);
      return {
        class: absent ? "data.missing" : "data.value",
        code: place.replaceAll(/\[\d+\]/g, "[]"),
        cause: `shopify ${name} ${id} ${place}`,
        message: `Shopify ${name} ${id}: ${place} ${absent ? "is not stated" : "has another shape than Shopify documents"}. Compare it with the source.`,
      };
    });
    return { events: [], references: [], problems };
  };
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  let value = json;
  for (const key of path) value = typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
  return value;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`)).join("");
}
