import { defaultDate, playWebOrder, SeededChoice, type WebhookDelivery, type WebOrder } from "#sample";

interface TimedWebhook {
  /** An instant. */
  readonly at: string;
  readonly delivery: WebhookDelivery;
}

const warehouse = "dc-columbus";
const shipped = [
  { kind: "capture", at: "08:01" },
  { kind: "ship", at: "11:30", from: warehouse },
] as const;

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

function returnOf(at: string, pieces: number) {
  return {
    kind: "refund",
    at,
    lines: [{ line: 0, pieces, restock: "return", to: warehouse }],
    status: "success",
    note: "did not fit",
  } as const;
}

/** What should not happen, and does: by what the order is called. */
export function wrongOrders(): ReadonlyMap<string, readonly TimedWebhook[]> {
  const played = (order: WebOrder) => playWebOrder(order, defaultDate, new SeededChoice(order.number));
  const corrected = played(goodwillCorrected);
  return new Map([
    ["2001", played(returnedTwice)],
    ["2002", played(refundedTwice)],
    ["2003", [...corrected, ...corrected.filter(({ delivery }) => saysGoodwill(delivery)).map(withMore)]],
  ]);
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
