import { sampleDay, type WebhookDelivery } from "#sample";

/** An order as most are: placed and paid within the same second, shipped later. */
export interface OrderWebhooks {
  readonly placed: WebhookDelivery;
  readonly paid: WebhookDelivery;
  readonly shipped: WebhookDelivery;
}

/** Orders of the sample day that are nothing but placed, paid and shipped, by one entity with one ERP connection. */
const orderNumbers = ["1007", "1030", "1031", "1036", "1039", "1040", "1042", "1043", "1045", "1046"];

// The sample's own ids and names; a copy is told apart by digits in their middle.
const sampleId = /\b(\d{3,4})0000(\d{6,7})\b/g;
const orderName = /"#\d+"/g;
const firstName = 20_001;
const copiesMax = 9_999;

/** So many different orders, made of the sample's by giving each copy ids of its own; their names are counted up, as a shop does. */
export function ordersFromSample(count: number): OrderWebhooks[] {
  const copies = Math.ceil(count / orderNumbers.length);
  if (copies > copiesMax) throw new RangeError(`at most ${copiesMax * orderNumbers.length} orders, not ${count}`);
  const day = sampleDay().filter((each): each is WebhookDelivery => each.kind === "webhook");
  const webhook = (order: string, topic: string): WebhookDelivery => {
    const found = day.find(({ id, topic: its }) => id.startsWith(`${order} `) && its === topic);
    if (found === undefined) throw new Error(`the sample's order ${order} has no ${topic}`);
    return found;
  };
  return Array.from({ length: copies }, (_, index) =>
    orderNumbers.map((order, position) => {
      const own = { copy: index + 1, name: `#${firstName + index * orderNumbers.length + position}` };
      return {
        placed: copyOf(webhook(order, "orders/create"), own),
        paid: copyOf(webhook(order, "order_transactions/create"), own),
        shipped: copyOf(webhook(order, "fulfillments/create"), own),
      };
    }),
  )
    .flat()
    .slice(0, count);
}

function copyOf(delivery: WebhookDelivery, { copy, name }: { readonly copy: number; readonly name: string }): WebhookDelivery {
  const text = new TextDecoder().decode(delivery.body);
  const own = text.replace(sampleId, `$1${String(copy).padStart(4, "0")}$2`).replace(orderName, `"${name}"`);
  return { ...delivery, body: new TextEncoder().encode(own) };
}
