import type { WebhookDelivery } from "#sample";

/** What the shop itself knows of one order. */
export interface OrderTruth {
  /** As people say it: "#1001"; "" while the shop has said nothing of the order itself. */
  name: string;
  /** Minor units that its gateways took and gave back; gift cards are a promise, and no money. */
  captured: number;
  refunded: number;
  /** Pieces by item: what was ever said to have left, also where that was taken back later. */
  readonly sent: Map<string, number>;
  /** Pieces by item that did leave, and that came back. */
  readonly shipped: Map<string, number>;
  readonly returned: Map<string, number>;
}

interface Stated {
  readonly at: string;
  readonly body: Body;
}

interface Body {
  readonly id: string;
  readonly order_id: string;
  readonly name: string;
  readonly kind: string;
  readonly status: string;
  readonly gateway: string;
  readonly amount: string;
  readonly processed_at: string;
  readonly updated_at: string;
  readonly line_items: readonly { readonly sku: string | null; readonly quantity: number }[];
  readonly refund_line_items: readonly {
    readonly quantity: number;
    readonly restock_type: string;
    readonly line_item: { readonly sku: string | null };
  }[];
  readonly transactions: readonly Body[];
}

/**
 * The shop's own account of its orders, added up from what it says in its webhooks and by no rule of the hub: of each payment, shipment and
 * refund what it said last. By the shop's id of the order.
 */
export function shopTruth(deliveries: readonly WebhookDelivery[]): ReadonlyMap<string, OrderTruth> {
  const payments = new Map<string, Stated>();
  const shipments = new Map<string, Stated>();
  const refunds = new Map<string, Stated>();
  const names = new Map<string, string>();
  const keep = (map: Map<string, Stated>, at: string, body: Body) => {
    const known = map.get(body.id);
    if (known === undefined || Date.parse(at) >= Date.parse(known.at)) map.set(body.id, { at, body });
  };
  for (const { topic, body: bytes, signature } of deliveries) {
    if (signature === "forged") continue;
    // Ids beyond 2^53 are kept as text.
    const text = new TextDecoder().decode(bytes).replaceAll(/("(?:id|order_id)":)(\d+)/g, '$1"$2"');
    const body = JSON.parse(text) as Body;
    if (topic.startsWith("orders/")) names.set(body.id, body.name);
    else if (topic === "order_transactions/create") keep(payments, body.processed_at, body);
    else if (topic.startsWith("fulfillments/")) keep(shipments, body.updated_at, body);
    else if (topic === "refunds/create") {
      keep(refunds, body.processed_at, body);
      for (const payment of body.transactions) keep(payments, payment.processed_at, payment);
    }
  }
  const orders = new Map<string, OrderTruth>();
  const orderOf = (id: string) => {
    let order = orders.get(id);
    if (order === undefined)
      orders.set(
        id,
        (order = { name: names.get(id) ?? "", captured: 0, refunded: 0, sent: new Map(), shipped: new Map(), returned: new Map() }),
      );
    return order;
  };
  for (const { body } of payments.values()) {
    const order = orderOf(body.order_id);
    if (body.status !== "success" || body.gateway === "gift_card") continue;
    const cents = Math.round(Number(body.amount) * 100);
    if (body.kind === "sale" || body.kind === "capture") order.captured += cents;
    if (body.kind === "refund") order.refunded += cents;
  }
  for (const { body } of shipments.values())
    for (const { sku, quantity } of body.line_items) {
      if (!sku) continue;
      add(orderOf(body.order_id).sent, sku, quantity);
      if (body.status === "success") add(orderOf(body.order_id).shipped, sku, quantity);
    }
  for (const { body } of refunds.values())
    for (const { line_item, quantity, restock_type } of body.refund_line_items)
      if (restock_type === "return" && line_item.sku) add(orderOf(body.order_id).returned, line_item.sku, quantity);
  return orders;
}

function add(pieces: Map<string, number>, item: string, quantity: number): void {
  pieces.set(item, (pieces.get(item) ?? 0) + quantity);
}
