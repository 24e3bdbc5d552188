import { defaultDate, type WebhookDelivery, type WebOrder } from "#sample";
import type { SentFile } from "./file-senders.ts";
import { playedByNumber, returnOf, shipped, type TimedWebhook } from "./plotted-order.ts";
import type { GoodsReceived } from "./warehouse.ts";

/** One of its kettles is back before its refund; then two more are said to be back. */
const receivedTooOften: WebOrder = {
  number: 2008,
  at: "08:00",
  to: "boston",
  lines: [{ sku: "KIT-KETTLE-15", pieces: 2 }],
  shipping: 0,
  gateway: "shopify_payments",
  steps: [...shipped, returnOf("14:10", 1)],
};

/** A mug is back after its refund, which says itself that it comes back; its lamp came back to a till, which took that back. */
const receivedAfterItsRefund: WebOrder = {
  number: 2009,
  at: "08:00",
  to: "boston",
  lines: [
    { sku: "TAB-MUG-35", pieces: 2 },
    { sku: "LIG-LAMP-FLOOR", pieces: 1 },
  ],
  shipping: 0,
  gateway: "shopify_payments",
  steps: [...shipped, returnOf("14:10", 1)],
};

/** Its towels come back one after the other, each before its refund. */
const receivedOneByOne: WebOrder = {
  number: 2010,
  at: "08:00",
  to: "austin",
  lines: [{ sku: "TEX-TOWEL-70", pieces: 2 }],
  shipping: 0,
  gateway: "shopify_payments",
  steps: [...shipped, returnOf("14:10", 1), returnOf("16:10", 1)],
};

/** What the warehouse says it has looked at: of the first line of an order, by what the order is called. */
const receipts: readonly { readonly order: string; readonly at: string; readonly pieces: number }[] = [
  { order: "2008", at: "18:10", pieces: 1 },
  { order: "2008", at: "20:10", pieces: 2 },
  { order: "2009", at: "20:10", pieces: 1 },
  { order: "2010", at: "18:10", pieces: 1 },
  { order: "2010", at: "20:10", pieces: 1 },
];

/** Orders whose goods come back by the word of a warehouse, and of a till that takes its own word back: only a plot brings them about. */
export function returnedOrders(): ReadonlyMap<string, readonly TimedWebhook[]> {
  return playedByNumber([receivedTooOften, receivedAfterItsRefund, receivedOneByOne]);
}

/** What the warehouse says of the orders that these webhooks tell of. */
export function receiptsOf(webhooks: readonly WebhookDelivery[]): readonly GoodsReceived[] {
  return webhooks.flatMap(({ topic, shop, body }) => {
    if (topic !== "orders/create") return [];
    // Ids beyond 2^53 are kept as text.
    const text = new TextDecoder().decode(body).replaceAll(/("id":)(\d+)/g, '$1"$2"');
    const { id, name, line_items } = JSON.parse(text) as {
      readonly id: string;
      readonly name: string;
      readonly line_items: readonly { readonly id: string; readonly sku: string }[];
    };
    const [line] = line_items;
    if (line === undefined) return [];
    return receipts.flatMap(({ order, at, pieces }, index) =>
      `#${order}` === name
        ? [{ receipt: `receipt-${index + 1}`, shop, order: id, line: line.id, item: line.sku, pieces, at: `${defaultDate}T${at}:00.000Z` }]
        : [],
    );
  });
}

/** From a store's file its return of order 1104 as two more files: a later return of the lamp of order 2009, and its post-void. */
export function voidedReturn(file: SentFile): readonly [returned: SentFile, voided: SentFile] {
  const text = new TextDecoder().decode(file.bytes);
  const ticket = [...text.matchAll(/<Transaction>[\s\S]*?<\/Transaction>/g)].map(([each]) => each).find((each) => each.includes("#1104"));
  if (ticket === undefined) throw new RangeError(`${file.id} takes nothing of #1104 back`);
  const numbered = (number: number, time: string) =>
    ticket
      .replace("<SequenceNumber>8</SequenceNumber>", `<SequenceNumber>${number}</SequenceNumber>`)
      .replace("0101-1-0008-20261127", `0101-1-00${number}-20261127`)
      .replaceAll("T17:20:00", `T${time}:00`)
      .replaceAll("#1104", "#2009");
  const link =
    '<TransactionLink ReasonCode="Voided"><WorkstationID>1</WorkstationID><SequenceNumber>16</SequenceNumber><BusinessDayDate>2026-11-27</BusinessDayDate></TransactionLink>';
  const voided = numbered(17, "17:32").replace(
    '<RetailTransaction TransactionStatus="Finished">',
    `<RetailTransaction TransactionStatus="PostVoided">${link}`,
  );
  const head = text.slice(0, text.indexOf("<Batch>"));
  const sent = (id: string, transaction: string): SentFile => ({
    ...{ id, drop: "pos", name: `${id.toLowerCase().replaceAll(" ", "-")}.xml` },
    bytes: new TextEncoder().encode(`${head}${transaction}\n</POSLog>\n`),
  });
  return [sent("POSLog 0101 evening", numbered(16, "17:31")), sent("POSLog 0101 void", voided)];
}
