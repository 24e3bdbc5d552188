import type { BusinessEvent } from "#domain/events";
import { targetLedger } from "#domain/ledger";
import type { Policy } from "#domain/policy";
import { median } from "./median.ts";

const why = "bench";
const transaction = "sale:shopify:bench.example:1";

const policy: Policy = {
  release: 1,
  version: "bench",
  entities: { us: { name: "US", functionalCurrency: "USD", connection: "erp", erpCompany: "1", timeZone: "UTC" } },
  shops: { "bench.example": { channel: "shopify", entity: "us", timeZone: "UTC", channelDimension: "web", defaultLocation: "dc" } },
  stores: {},
  locations: { dc: { name: "DC", entity: "us", kind: "distribution-centre", ids: { shopify: ["1"] } } },
  items: { unknown: "accept", defaultClass: "general", list: {} },
  tenders: [{ channel: "shopify", match: "*", role: "payment-clearing", dimensions: {}, why }],
  taxes: [{ channel: "shopify", match: "*", jurisdiction: "US" }],
  jurisdictions: { US: { name: "US", why } },
  elections: [],
  returns: [],
  approvals: [],
  accounts: [],
  tolerances: [],
  connections: {},
};

/** Events per transaction at which the cost is read: 1 is a placed order alone. */
const sizes = [1, 10, 100, 1_000] as const;

/**
 * The cost of `target`: transactions of ten events (an order of four lines, paid, shipped line by line, half of it returned) per second on
 * one core, and microseconds per event at each size.
 */
export function benchTarget({ seconds, rounds }: { readonly seconds: number; readonly rounds: number }) {
  const read = (events: readonly BusinessEvent[]) => median(Array.from({ length: rounds }, () => perSecond(events, seconds)));
  for (const size of sizes) {
    const { problems } = targetLedger(orderOf(size), policy, transaction);
    if (problems.length > 0)
      throw new Error(`the order of ${size} events is held: a figure for it would be worth nothing: ${problems[0]?.message}`);
  }
  const bySize = sizes.map((size) => ({ size, perSecond: read(orderOf(size)) }));
  const perEvent = bySize.map((each) => ({ size: each.size, microseconds: 1e6 / each.perSecond / each.size }));
  return { transactionsPerSecond: bySize[1]!.perSecond, perEvent };
}

function perSecond(events: readonly BusinessEvent[], seconds: number): number {
  const until = performance.now() + seconds * 1000;
  const started = performance.now();
  let count = 0;
  let now = started;
  while (now < until) {
    if (targetLedger(events, policy, transaction).documents.length > events.length * 2)
      throw new Error("more documents than events can cause");
    count += 1;
    now = performance.now();
  }
  return (count * 1000) / (now - started);
}

/** The life of one order in this many events: half as many shipments of a line as there are events, each second one returned. */
function orderOf(size: number): BusinessEvent[] {
  const lines = Math.max(Math.floor(size / 2) - 1, 1);
  const gross = 1_000;
  const total = lines * (gross + 80);
  const events: BusinessEvent[] = [];
  const head = (name: string, id: string) =>
    ({ schema: 1, key: `${name}:${id}`, version: "1", occurredAt: instant(events.length) }) as const;
  events.push({
    name: "order.placed",
    ...head("order.placed", "1"),
    orderId: "1",
    orderName: "#1",
    currency: "USD",
    presentmentCurrency: "USD",
    taxesIncluded: false,
    test: false,
    gateways: [],
    paymentTerms: false,
    lines: Array.from({ length: lines }, (_, index) => ({
      id: String(index),
      item: "MUG",
      kind: "goods" as const,
      quantityMillionths: 1_000_000,
      gross,
      discounts: [],
      taxes: [{ code: "tax", amount: 80 }],
    })),
    shipping: [],
    totals: { lines: lines * gross, discounts: 0, tax: lines * 80, tip: 0, duties: 0, fees: 0, cashRounding: 0, total },
  });
  const payment = (paymentId: string, amount: number) => ({ orderId: "1", paymentId, gateway: "card", amount, currency: "USD" });
  if (size > 1) events.push({ name: "payment.captured", ...head("payment.captured", "P"), ...payment("P", total) });
  for (let line = 0; events.length < size; line += 1) {
    const id = String(line);
    if (line < lines) {
      events.push({
        name: "fulfillment.shipped",
        ...head("fulfillment.shipped", id),
        orderId: "1",
        fulfillmentId: id,
        location: "1",
        lines: [{ lineId: id, item: "MUG", quantityMillionths: 1_000_000 }],
      });
      continue;
    }
    const lineId = String(line - lines);
    events.push({
      name: "refund.issued",
      ...head("refund.issued", id),
      orderId: "1",
      refundId: id,
      currency: "USD",
      lines: [
        {
          id: `R${id}`,
          lineId,
          item: "MUG",
          quantityMillionths: 1_000_000,
          subtotal: gross,
          tax: 80,
          taxes: [{ code: "tax", amount: 80 }],
          restock: "return",
          location: "1",
        },
      ],
      shipping: [],
      adjustments: [],
      duties: 0,
      fees: 0,
      payments: [{ paymentId: `T${id}`, amount: gross + 80, gateway: "card", status: "success" }],
      processedAt: instant(events.length),
    });
  }
  return events;
}

function instant(minutes: number): string {
  return new Date(Date.UTC(2026, 10, 27) + minutes * 60_000).toISOString();
}
