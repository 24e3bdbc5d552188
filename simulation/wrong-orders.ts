import type { WebhookDelivery, WebOrder } from "#sample";
import type { SentFile } from "./file-senders.ts";
import { played, playedByNumber, returnOf, shipped, type TimedWebhook, warehouse } from "./plotted-order.ts";

/** Its two kettles come back, and come back once more. */
const returnedTwice: WebOrder = {
  number: 2001,
  at: "08:00",
  to: "boston",
  lines: [
    { sku: "KIT-KETTLE-15", pieces: 2 },
    { sku: "LIG-LAMP-DESK", pieces: 1 },
  ],
  shipping: 0,
  gateway: "shopify_payments",
  steps: [...shipped, returnOf("14:10", 2), returnOf("15:20", 2)],
};

/** The goods that came back are paid for, and then more than what was left is given as goodwill. */
const refundedTwice: WebOrder = {
  number: 2002,
  at: "08:00",
  to: "austin",
  lines: [{ sku: "TEX-TOWEL-70", pieces: 2 }],
  shipping: 0,
  gateway: "shopify_payments",
  steps: [
    ...shipped,
    returnOf("14:10", 2),
    { kind: "refund", at: "16:00", lines: [], goodwill: 900, status: "success", note: "the parcel was late" },
  ],
};

/** Its goodwill wants a second person, and is another one an hour later. */
const goodwillCorrected: WebOrder = {
  number: 2003,
  at: "08:00",
  to: "columbus",
  lines: [
    { sku: "KIT-KETTLE-15", pieces: 1 },
    { sku: "LIG-LAMP-DESK", pieces: 1 },
  ],
  shipping: 0,
  gateway: "shopify_payments",
  steps: [...shipped, { kind: "refund", at: "14:10", lines: [], goodwill: 1_500, status: "success", note: "scratched" }],
};

/** Its mugs are refunded by the shop, and then one of them comes back to a till in Austin as well. */
const refundedBeforeTheTill: WebOrder = { ...sharedWithTills(2004), steps: [...shippedTwice(), returnOf("14:10", 2)] };

/** A till in Boston takes its lamp back, and then the shop gives its money back once more. */
const refundedAfterTheTill: WebOrder = { ...sharedWithTills(2005), steps: [...shippedTwice(), returnOf("22:00", 1, 1)] };

/** Paid by gift card and card, and all of it is given back to the card. */
const refundedToTheCardAlone: WebOrder = {
  number: 2006,
  at: "08:00",
  to: "boston",
  lines: [
    { sku: "KIT-BOARD-OAK", pieces: 1 },
    { sku: "KIT-GRINDER", pieces: 1 },
  ],
  shipping: 795,
  gateway: "shopify_payments",
  steps: [
    { kind: "capture", at: "08:01", amount: 5_000, gateway: "gift_card" },
    { kind: "capture", at: "08:01" },
    { kind: "ship", at: "11:30", from: warehouse },
    {
      kind: "refund",
      at: "14:10",
      lines: [0, 1].map((line) => ({ line, pieces: 1, restock: "return", to: warehouse }) as const),
      status: "success",
      note: "ordered twice",
    },
  ],
};

/** Its towels came back, and then their shipment is said never to have left. */
const undoneAfterItsReturn: WebOrder = {
  number: 2007,
  at: "08:00",
  to: "austin",
  lines: [{ sku: "TEX-TOWEL-70", pieces: 2 }],
  shipping: 0,
  gateway: "shopify_payments",
  steps: [...shipped, returnOf("14:10", 1), { kind: "cancel-shipment", at: "16:00", shipment: 0 }],
};

/** As order 1104 of the day, goods of which come back to two stores. */
function sharedWithTills(number: number): Omit<WebOrder, "steps"> {
  const lines = [
    { sku: "TAB-MUG-35", pieces: 2 },
    { sku: "LIG-LAMP-FLOOR", pieces: 1 },
  ];
  return { number, at: "07:05", to: "boston", lines, shipping: 0, gateway: "shopify_payments" };
}

function shippedTwice(): WebOrder["steps"] {
  return [
    { kind: "capture", at: "07:05" },
    { kind: "ship", at: "09:50", from: warehouse, lines: [[0, 2]] },
    { kind: "ship", at: "10:05", from: "store-austin", lines: [[1, 1]] },
  ];
}

/** What should not happen, and does: by what the order is called. */
export function wrongOrders(): ReadonlyMap<string, readonly TimedWebhook[]> {
  const corrected = played(goodwillCorrected);
  return new Map([
    ["2001", played(returnedTwice)],
    ["2002", played(refundedTwice)],
    ["2003", [...corrected, ...corrected.filter(({ delivery }) => saysGoodwill(delivery)).map(withMore)]],
  ]);
}

/** What should not happen either, and only a plot brings about. */
export function plottedOrders(): ReadonlyMap<string, readonly TimedWebhook[]> {
  return playedByNumber([refundedBeforeTheTill, refundedAfterTheTill, refundedToTheCardAlone, undoneAfterItsReturn]);
}

/** A store's file, in which the goods of order 1104 come back: they are those of another order here. */
export function takingBack(order: "2004" | "2005", file: SentFile): SentFile {
  const text = new TextDecoder().decode(file.bytes);
  if (!text.includes("#1104")) throw new RangeError(`${file.id} takes nothing of #1104 back`);
  return { ...file, id: `${file.id}, of #${order}`, bytes: new TextEncoder().encode(text.replaceAll("#1104", `#${order}`)) };
}

function saysGoodwill({ body }: WebhookDelivery): boolean {
  return new TextDecoder().decode(body).includes('"refund"') || new TextDecoder().decode(body).includes('"refund_line_items"');
}

/** The same refund as the shop states it an hour later: 40.00 instead of 15.00. */
function withMore({ at, delivery }: TimedWebhook): TimedWebhook {
  const text = new TextDecoder()
    .decode(delivery.body)
    .replaceAll('15.00"', '40.00"')
    .replaceAll(/(?<before>"(?:processed_at|created_at)":"[^"]*T)14:/g, "$<before>15:");
  const later = new Date(Date.parse(at) + 3_600_000).toISOString();
  const headers = { ...delivery.headers, "X-Shopify-Webhook-Id": `${delivery.headers["X-Shopify-Webhook-Id"]}-corrected` };
  return { at: later, delivery: { ...delivery, id: `${delivery.id}, corrected`, headers, body: new TextEncoder().encode(text) } };
}
