import type * as z from "zod/mini";
import type { EventName } from "#domain/events";
import { Invalid } from "#domain/failures";
import { disputeTransaction, sourceTransaction, transferTransaction } from "#domain/identity";
import type { ParsedDocument, Reference } from "#domain/lineage";
import { type JsonObject, parseBody } from "./body.ts";
import type { Delivery } from "./delivery.ts";
import { readDispute } from "./dispute.ts";
import { channel, documentOf, isShop, saleOf, unidentifiedDocument } from "./document.ts";
import type { Facts } from "./facts.ts";
import { readFulfillment } from "./fulfillment.ts";
import { readFulfillmentEvent } from "./fulfillment-event.ts";
import { nativeIdOf } from "./gid.ts";
import { toInstant } from "./instant.ts";
import { type SourceResource, sourceChanged } from "./notice.ts";
import { readOrder } from "./order.ts";
import { readOrderEdit } from "./order-edit.ts";
import { complianceTopics, readPrivacyRequest } from "./privacy.ts";
import { readRefund } from "./refund.ts";
import {
  disputeSchema,
  fulfillmentEventSchema,
  fulfillmentSchema,
  isNativeId,
  orderEditSchema,
  orderSchema,
  refundSchema,
  tenderTransactionSchema,
  transactionSchema,
} from "./schemas.ts";
import { readShape, valueAt } from "./shape.ts";
import { readTenderTransaction } from "./tender-transaction.ts";
import { readTransaction } from "./transaction.ts";

/** One webhook, verified. */
export interface Webhook extends Delivery {
  readonly topic: string;
  readonly shop: string;
  readonly body: Uint8Array | string;
}

interface Message {
  readonly json: JsonObject;
  readonly bytes: Uint8Array;
  readonly topic: string;
  readonly shop: string;
  readonly delivery: Delivery;
}

interface TopicReading {
  readonly topics: readonly string[];
  /** What its bodies can become: the catalogue of events names its producers from it. */
  readonly events: readonly EventName[];
  readonly read: (message: Message) => ParsedDocument;
}

const paymentEvents: readonly EventName[] = [
  "payment.authorized",
  "payment.captured",
  "payment.voided",
  "payment.failed",
  "payment.refunded",
];

const readings: readonly TopicReading[] = [
  {
    topics: ["orders/create", "orders/updated", "orders/paid", "orders/cancelled", "orders/fulfilled", "orders/partially_fulfilled"],
    events: [
      "order.placed",
      "order.cancelled",
      "fulfillment.shipped",
      "fulfillment.cancelled",
      "refund.issued",
      ...paymentEvents,
      "source.changed",
    ],
    read: (message) => (isStub(message.json) ? orderStub(message) : orderDocument(message.json, message.shop, message.bytes)),
  },
  {
    topics: ["orders/edited"],
    events: ["order.edited", "source.changed"],
    read: ofOrder("order edit", ["order_edit", "id"], ["order_edit", "order_id"], (message, id, orderId) =>
      readShape({ name: "order edit", id }, orderEditSchema, message.json.order_edit, (edit) =>
        readOrderEdit(edit, orderId, message.shop, message.delivery),
      ),
    ),
  },
  {
    topics: ["order_transactions/create"],
    events: paymentEvents,
    read: ofOrder(
      "transaction",
      ["id"],
      ["order_id"],
      shaped("transaction", transactionSchema, (parsed, orderId) => readTransaction(parsed, orderId, undefined)),
    ),
  },
  {
    topics: ["fulfillments/create", "fulfillments/update"],
    events: ["fulfillment.shipped", "fulfillment.cancelled"],
    read: ofOrder("fulfillment", ["id"], ["order_id"], shaped("fulfillment", fulfillmentSchema, readFulfillment), "updated_at"),
  },
  {
    topics: ["fulfillment_events/create"],
    events: ["fulfillment.delivered"],
    read: ofOrder("fulfillment event", ["id"], ["order_id"], shaped("fulfillment event", fulfillmentEventSchema, readFulfillmentEvent)),
  },
  {
    topics: ["refunds/create"],
    events: ["refund.issued", ...paymentEvents],
    read: ofOrder(
      "refund",
      ["id"],
      ["order_id"],
      shaped("refund", refundSchema, (parsed, orderId) => readRefund(parsed, orderId, [])),
    ),
  },
  {
    topics: [
      "returns/request",
      "returns/approve",
      "returns/decline",
      "returns/cancel",
      "returns/close",
      "returns/reopen",
      "returns/update",
      "returns/process",
    ],
    events: ["source.changed"],
    read: notice("return"),
  },
  { topics: ["reverse_fulfillment_orders/dispose"], events: ["source.changed"], read: notice("reverse-fulfillment-order") },
  {
    topics: [
      "inventory_transfers/ready_to_ship",
      "inventory_transfers/add_items",
      "inventory_transfers/remove_items",
      "inventory_transfers/update_item_quantities",
      "inventory_transfers/cancel",
      "inventory_transfers/complete",
    ],
    events: ["source.changed"],
    read: notice("inventory-transfer"),
  },
  {
    topics: ["disputes/create", "disputes/update"],
    events: ["dispute.opened", "dispute.updated", "dispute.closed"],
    read: disputeDocument,
  },
  {
    topics: ["tender_transactions/create"],
    events: [],
    read: ofOrder("tender transaction", ["id"], ["order_id"], shaped("tender transaction", tenderTransactionSchema, readTenderTransaction)),
  },
  {
    topics: complianceTopics,
    events: ["privacy.requested"],
    read: ({ topic, json, shop, bytes, delivery }) => readPrivacyRequest(topic, json, shop, bytes, delivery),
  },
];

const readingOfTopic: ReadonlyMap<string, TopicReading> = new Map(
  readings.flatMap((reading) => reading.topics.map((topic) => [topic, reading])),
);

export const handledTopics: readonly string[] = [...readingOfTopic.keys()];

/** The names of the events that each topic's bodies can become; empty for a topic that only gives references. */
export const eventsOfTopics: ReadonlyMap<string, readonly EventName[]> = new Map(
  [...readingOfTopic].map(([topic, { events }]) => [topic, events]),
);

/**
 * The facts of one webhook body: events under their business keys, in shop money, without personal data; and what is wrong with them.
 * The topic only says which resource the body is. A body without identity is kept as a file; one that only says that something changed
 * becomes source.changed. Throws Invalid when the topic is not handled, the shop is no domain, or the body is no JSON object.
 */
export function parseWebhook(webhook: Webhook): ParsedDocument {
  const { topic, shop, body, ...delivery } = webhook;
  const reading = readingOfTopic.get(topic);
  if (reading === undefined) {
    throw new Invalid(`topic ${JSON.stringify(topic.slice(0, 80))} is not handled: subscribe to ${handledTopics.join(", ")}`);
  }
  if (!isShop(shop)) throw new Invalid("the shop is no domain in lower case, such as example.myshopify.com");
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return reading.read({ json: parseBody(body), bytes, topic, shop, delivery });
}

/** An order wherever it is stated whole: in a webhook, or read back from the source. */
export function orderDocument(json: JsonObject, shop: string, bytes: Uint8Array): ParsedDocument {
  if (!isNativeId(json.id)) return unidentifiedDocument({ name: "order", belongsTo: "order" }, "id", json.id, shop, bytes);
  const id = String(json.id);
  const facts = readShape({ name: "order", id }, orderSchema, json, readOrder);
  return documentOf({ shop, name: "order", id, orderId: id, ...statedVersion(json, "updated_at") }, saleOf(shop, id), facts);
}

/** Above a size Shopify sends no body but the order's id, perhaps with an address: an address from outside is never followed. */
function isStub(json: JsonObject): boolean {
  return isNativeId(json.id) && Object.keys(json).every((key) => ["id", "admin_graphql_api_id", "payload_url"].includes(key));
}

function orderStub({ json, shop, delivery }: Message): ParsedDocument {
  const id = String(json.id);
  const facts = { events: [sourceChanged({ shop, resource: "order", id }, delivery)], references: [], problems: [] };
  return documentOf({ shop, name: "order-notice", id, orderId: id }, saleOf(shop, id), facts);
}

/** A resource of an order, under its own id. */
function ofOrder(
  name: string,
  idPath: readonly string[],
  orderPath: readonly string[],
  read: (message: Message, id: string, orderId: string) => Facts,
  versionedBy?: "updated_at",
): TopicReading["read"] {
  return (message) => {
    const { json, shop, bytes } = message;
    const missing = [idPath, orderPath].find((path) => !isNativeId(valueAt(json, path)));
    if (missing !== undefined) {
      return unidentifiedDocument({ name, belongsTo: "order" }, missing.join("."), valueAt(json, missing), shop, bytes);
    }
    const id = String(valueAt(json, idPath));
    const orderId = String(valueAt(json, orderPath));
    const version = versionedBy === undefined ? {} : statedVersion(json, versionedBy);
    return documentOf(
      { shop, name: name.replaceAll(" ", "-"), id, orderId, ...version },
      saleOf(shop, orderId),
      read(message, id, orderId),
    );
  };
}

function shaped<Parsed>(name: string, schema: z.ZodMiniType<Parsed>, read: (parsed: Parsed, orderId: string) => Facts) {
  return ({ json }: Message, id: string, orderId: string): Facts =>
    readShape({ name, id }, schema, json, (parsed) => read(parsed, orderId));
}

/** When no fact could be read the resource's last change still tells which of two contents is the later one. */
function statedVersion(json: JsonObject, field: "updated_at"): { version?: string } {
  const stated = json[field];
  const version = typeof stated === "string" ? toInstant(stated) : undefined;
  return version === undefined ? {} : { version };
}

/**
 * A message that names an object and not what it is now. It stands with the sale where it names the order, with its transfer, else in a
 * stream of its own: the whole object says where it belongs.
 */
function notice(resource: SourceResource): TopicReading["read"] {
  return ({ json, shop, bytes, delivery }) => {
    const id = [json.id, nativeIdOf(json.id), nativeIdOf(json.admin_graphql_api_id)].find(isNativeId);
    if (id === undefined) return unidentifiedDocument({ name: resource, belongsTo: resource }, "id", json.id, shop, bytes);
    const changed = String(id);
    const order = [valueAt(json, ["order", "id"]), json.order_id].find(isNativeId);
    const orderId = order === undefined ? undefined : String(order);
    const place =
      resource === "inventory-transfer"
        ? { transaction: transferTransaction(channel, shop, changed), kind: "transfer" as const }
        : orderId === undefined
          ? { transaction: sourceTransaction(channel, shop, resource, changed), kind: "source" as const }
          : saleOf(shop, orderId);
    const references: Reference[] = resource === "return" ? [{ type: "return", value: changed }] : [];
    const facts = { events: [sourceChanged({ shop, resource, id: changed }, delivery)], references, problems: [] };
    return documentOf({ shop, name: `${resource}-notice`, id: changed, ...(orderId === undefined ? {} : { orderId }) }, place, facts);
  };
}

/** A dispute belongs to its sale; one of a charge without an order has a stream of its own. */
function disputeDocument({ json, shop, bytes }: Message): ParsedDocument {
  if (!isNativeId(json.id)) return unidentifiedDocument({ name: "dispute", belongsTo: "charge" }, "id", json.id, shop, bytes);
  const id = String(json.id);
  const orderId = isNativeId(json.order_id) ? String(json.order_id) : undefined;
  const facts = readShape({ name: "dispute", id }, disputeSchema, json, (dispute) => readDispute(dispute, orderId));
  const place =
    orderId === undefined ? { transaction: disputeTransaction(channel, shop, id), kind: "dispute" as const } : saleOf(shop, orderId);
  return documentOf({ shop, name: "dispute", id, ...(orderId === undefined ? {} : { orderId }) }, place, facts);
}
