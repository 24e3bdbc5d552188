import type { BusinessEvent } from "#domain/events";
import type { TransactionId } from "#domain/identity";
import type { Policy } from "#domain/policy";
import type { Sale, SaleTrouble } from "./sale.ts";
import { saleOfOrder } from "./sale-of-order.ts";
import { saleOfTicket } from "./sale-of-ticket.ts";
import { standingVoid } from "./standing-void.ts";

/** A transaction as a return looks at it. `facts` are its folded facts, in order; whoever calls has made sure that they are sound. */
export function saleOf(facts: readonly BusinessEvent[], policy: Policy, transaction: TransactionId): Sale | SaleTrouble {
  const [kind, channel = "", place = ""] = transaction.split(":").map(decodeURIComponent);
  if (kind === "sale") {
    const order = facts.find((event) => event.name === "order.placed");
    // A test order moved neither money nor goods.
    if (order?.test === true) return { reason: "no-sale", message: `order ${order.orderName} is a test and moved neither money nor goods` };
    if (order !== undefined) return saleOfOrder(order, facts, { policy, channel, place });
    const ticket = facts.find((event) => event.name === "ticket.completed");
    const voided = ticket === undefined ? undefined : standingVoid(ticket, facts);
    if (voided !== undefined) return { reason: "no-sale", message: `${transaction} was undone afterwards by ${voided.key}` };
    if (ticket !== undefined) return saleOfTicket(ticket, facts, policy);
  }
  return { reason: "no-sale", message: `${transaction} holds no order and no ticket that sold something` };
}
