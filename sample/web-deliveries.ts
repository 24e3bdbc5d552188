import type { WebhookDelivery } from "./deliveries.ts";
import { instantOf, later, localTimestamp } from "./local-time.ts";
import { exactShare } from "./percentage.ts";
import { shopDomain, shopTimeZone } from "./retailer.ts";
import type { SeededChoice } from "./seeded-choice.ts";
import { jsonWithIds } from "./shopify-ids.ts";
import {
  type FulfillmentState,
  fulfillmentPayload,
  type OrderState,
  orderPayload,
  type RefundState,
  refundPayload,
  type TransactionState,
  transactionPayload,
} from "./shopify-payloads.ts";
import { type Gateway, type PricedOrder, priceOrder, shippedLines, type WebOrder, type WebStep } from "./web-order.ts";

export interface TimedWebhook {
  /** When Shopify sent it: an instant. */
  readonly at: string;
  readonly delivery: WebhookDelivery;
}

/**
 * Plays one order through its steps and returns the webhooks that the shop sends, in order of time.
 * `errorCents` spoils the stated total.
 */
export function playWebOrder(order: WebOrder, date: string, choice: SeededChoice, errorCents = 0): readonly TimedWebhook[] {
  return new OrderPlay(order, date, choice, errorCents).webhooks();
}

class OrderPlay {
  private readonly order: WebOrder;
  private readonly date: string;
  private readonly choice: SeededChoice;
  private readonly errorCents: number;
  private readonly priced: PricedOrder;
  private readonly sent: TimedWebhook[] = [];
  private readonly fulfillments: FulfillmentState[] = [];
  private readonly refunds: RefundState[] = [];
  private readonly transactions: TransactionState[] = [];
  private readonly counts = new Map<string, number>();
  private readonly createdAt: string;

  constructor(order: WebOrder, date: string, choice: SeededChoice, errorCents: number) {
    this.order = order;
    this.date = date;
    this.choice = choice;
    this.errorCents = errorCents;
    this.priced = priceOrder(order);
    this.createdAt = this.timestamp(order.at);
  }

  webhooks(): readonly TimedWebhook[] {
    // A payment on delivery stands as pending from the start.
    if (this.order.gateway === "Cash on Delivery (COD)") this.pay("sale", "pending", this.order.gateway, this.due(), this.order.at);
    this.send("orders/create", this.order.at, this.snapshot(this.createdAt));
    for (const step of this.order.steps) {
      this.play(step);
    }
    return this.sent;
  }

  private play(step: WebStep): void {
    switch (step.kind) {
      case "authorize":
        this.pay("authorization", "success", this.order.gateway, this.due(), later(step.at, 1));
        return;
      case "capture":
        this.capture(step);
        return;
      case "ship": {
        const at = this.timestamp(step.at);
        const index = this.fulfillments.length;
        const fulfillment: FulfillmentState = {
          index,
          from: step.from,
          lines: shippedLines(this.order, step),
          createdAt: at,
          updatedAt: at,
          status: "success",
        };
        this.fulfillments.push(fulfillment);
        this.send("fulfillments/create", step.at, fulfillmentPayload(this.order, this.priced, fulfillment));
        // The label is bought some minutes later for every third order: the same shipment again, with a tracking number.
        if (this.order.number % 3 === 0 && !this.order.steps.some((each) => each.kind === "cancel-shipment")) {
          const tracked = {
            ...fulfillment,
            updatedAt: this.timestamp(later(step.at, 240)),
            tracking: `1Z999AA1${String(this.order.number * 10 + index).padStart(10, "0")}`,
          };
          this.fulfillments[index] = tracked;
          this.send("fulfillments/update", later(step.at, 240), fulfillmentPayload(this.order, this.priced, tracked));
        }
        return;
      }
      case "cancel-shipment": {
        const shipped = this.fulfillments[step.shipment];
        if (shipped === undefined) throw new RangeError(`#${this.order.number} has no shipment ${step.shipment}`);
        const cancelled: FulfillmentState = { ...shipped, status: "cancelled", updatedAt: this.timestamp(step.at) };
        this.fulfillments[step.shipment] = cancelled;
        this.send("fulfillments/update", step.at, fulfillmentPayload(this.order, this.priced, cancelled));
        return;
      }
      case "refund":
        this.refund(step);
        return;
      case "cancel":
        this.send("orders/cancelled", later(step.at, 3), {
          ...this.snapshot(this.timestamp(later(step.at, 3))),
          cancelled_at: this.timestamp(later(step.at, 3)),
          cancel_reason: step.reason,
        });
        return;
    }
  }

  private capture(step: Extract<WebStep, { kind: "capture" }>): void {
    const gateway = step.gateway ?? this.order.gateway;
    const authorisation = this.transactions.find((each) => each.kind === "authorization" || each.status === "pending");
    const kind = authorisation === undefined ? "sale" : "capture";
    this.pay(kind, "success", gateway, step.amount ?? this.due(), later(step.at, 1), authorisation?.index);
    if (this.captured() >= this.priced.total) this.send("orders/paid", later(step.at, 2), this.snapshot(this.timestamp(later(step.at, 2))));
  }

  private pay(
    kind: TransactionState["kind"],
    status: TransactionState["status"],
    gateway: Gateway,
    amount: number,
    time: string,
    parent?: number,
  ): TransactionState {
    const transaction: TransactionState = {
      index: this.transactions.length,
      ...(parent === undefined ? {} : { parent }),
      kind,
      status,
      gateway,
      amount,
      at: this.timestamp(time),
    };
    this.transactions.push(transaction);
    this.send("order_transactions/create", time, transactionPayload(this.order, transaction));
    return transaction;
  }

  private refund(step: Extract<WebStep, { kind: "refund" }>): void {
    const lines = step.lines.map((each) => {
      const line = this.priced.lines[each.line];
      if (line === undefined) throw new RangeError(`#${this.order.number} has no line ${each.line}`);
      return {
        ...each,
        subtotal: exactShare(line.net, each.pieces, line.pieces),
        tax: exactShare(line.tax, each.pieces, line.pieces),
      };
    });
    const shipping = step.shipping === true ? this.order.shipping + this.priced.shippingTax : 0;
    const amount = lines.reduce((sum, line) => sum + line.subtotal + line.tax, 0) + shipping + (step.goodwill ?? 0);
    const paid = this.transactions.find((each) => each.kind === "sale" || each.kind === "capture");
    const transaction = this.pay("refund", step.status, step.gateway ?? this.order.gateway, amount, step.at, paid?.index);
    const refund: RefundState = {
      index: this.refunds.length,
      at: this.timestamp(step.at),
      note: step.note,
      lines,
      shipping: step.shipping === true,
      goodwill: step.goodwill ?? 0,
      transaction,
    };
    this.refunds.push(refund);
    this.send("refunds/create", later(step.at, 1), refundPayload(this.order, this.priced, refund, false));
  }

  private captured(): number {
    return this.transactions
      .filter((each) => (each.kind === "sale" || each.kind === "capture") && each.status === "success")
      .reduce((sum, each) => sum + each.amount, 0);
  }

  private due(): number {
    return this.priced.total - this.captured();
  }

  /** The order as the shop holds it now. */
  private snapshot(updatedAt: string): object {
    const pieces = (of: (line: number) => number) => this.order.lines.map((_line, index) => of(index));
    const live = this.fulfillments.filter((each) => each.status === "success");
    const state: OrderState = {
      updatedAt,
      captured: this.captured(),
      refunded: this.refunds.reduce((sum, refund) => sum + refund.transaction.amount, 0),
      refundedPieces: pieces((line) =>
        sumPieces(
          this.refunds.flatMap((refund) => refund.lines.map((each) => [each.line, each.pieces])),
          line,
        ),
      ),
      shippedPieces: pieces((line) =>
        sumPieces(
          live.flatMap((each) => each.lines),
          line,
        ),
      ),
      gateways: [...new Set([this.order.gateway, ...this.transactions.map((each) => each.gateway)])],
      authorised: this.transactions.some((each) => each.kind === "authorization"),
      fulfillments: this.fulfillments.map((each) => fulfillmentPayload(this.order, this.priced, each)),
      refunds: this.refunds.map((each) => refundPayload(this.order, this.priced, each, true)),
      ...(this.order.steps.some((step) => step.kind === "cancel") && this.refunds.length > 0 ? { cancelledAt: updatedAt } : {}),
    };
    return orderPayload(this.order, this.priced, this.createdAt, state, this.errorCents);
  }

  private send(topic: string, time: string, payload: object): void {
    const count = (this.counts.get(topic) ?? 0) + 1;
    this.counts.set(topic, count);
    const triggeredAt = instantOf(this.timestamp(time));
    this.sent.push({
      at: triggeredAt,
      delivery: webhook(
        `${this.order.number} ${topic} ${count}`,
        topic,
        new TextEncoder().encode(jsonWithIds(payload)),
        triggeredAt,
        this.choice,
      ),
    });
  }

  private timestamp(time: string): string {
    return localTimestamp(this.date, time, shopTimeZone);
  }
}

function sumPieces(lines: readonly (readonly (number | undefined)[])[], line: number): number {
  return lines.reduce((sum, [index, pieces]) => (index === line ? sum + (pieces ?? 0) : sum), 0);
}

export function webhook(id: string, topic: string, body: Uint8Array, triggeredAt: string, choice: SeededChoice): WebhookDelivery {
  return {
    kind: "webhook",
    id,
    topic,
    shop: shopDomain,
    body,
    headers: {
      "Content-Type": "application/json",
      "X-Shopify-Topic": topic,
      "X-Shopify-Shop-Domain": shopDomain,
      "X-Shopify-API-Version": "2026-07",
      "X-Shopify-Webhook-Id": choice.uuid(),
      "X-Shopify-Event-Id": choice.uuid(),
      "X-Shopify-Triggered-At": triggeredAt,
    },
    signature: "valid",
  };
}
