import { type BusinessEvent, type EventOf, rateName, ratesIn } from "#domain/events";
import { streamOf, type TransactionId } from "#domain/identity";
import type { Policy } from "#domain/policy";
import { inOrderCurrency } from "./in-order-currency.ts";
import { inSaleCurrency } from "./in-sale-currency.ts";
import type { Sale, SaleTrouble } from "./sale.ts";
import { saleOfOrder } from "./sale-of-order.ts";
import { saleOfTicket } from "./sale-of-ticket.ts";
import { standingVoid } from "./standing-void.ts";

/** A transaction as a return looks at it. `stated` are its folded facts, in order; whoever calls has made sure that they are sound. */
export function saleOf(stated: readonly BusinessEvent[], policy: Policy, transaction: TransactionId): Sale | SaleTrouble {
  const facts = asPaid(stated, policy, transaction);
  const currency = facts.find(isSale)?.currency;
  const told = [...facts];
  // One after the other: what came back before says what is left for the next.
  for (const [index, event] of facts.entries()) {
    if (event.name !== "return.taken-back" || currency === undefined || event.currency === currency) continue;
    const rate = ratesIn(facts).get(rateName(rateOfReturn(event, currency)));
    if (rate === undefined) {
      const message = `${event.key} gave ${event.currency} back, and what that was in ${currency} on ${event.businessDate} is not on record yet`;
      return { reason: "sale-unclear", message };
    }
    const before = saleAsTold(factsBefore(told, index), policy, transaction);
    if (!("lines" in before)) return before;
    told[index] = inSaleCurrency(event, before, rate, policy);
  }
  return saleAsTold(told, policy, transaction);
}

/** With the money of a web order in the order's currency (c33). */
function asPaid(facts: readonly BusinessEvent[], policy: Policy, transaction: TransactionId): readonly BusinessEvent[] {
  const order = facts.find((event) => event.name === "order.placed");
  const { channel, place } = streamOf(transaction);
  return order === undefined ? facts : inOrderCurrency(order, facts, { policy, channel, place }).events;
}

/** The facts before the one at `index`. A till's clock may run behind: the sale itself is always before its returns. */
export function factsBefore(facts: readonly BusinessEvent[], index: number): readonly BusinessEvent[] {
  return facts.filter((fact, at) => at < index || isSale(fact));
}

/** What has to be known about a return that a store paid in another currency than the sale's. */
export function rateOfReturn({ currency: from, businessDate: day }: EventOf<"return.taken-back">, to: string) {
  return { from, to, day };
}

function isSale(fact: BusinessEvent): fact is EventOf<"order.placed" | "ticket.completed"> {
  return fact.name === "order.placed" || fact.name === "ticket.completed";
}

function saleAsTold(facts: readonly BusinessEvent[], policy: Policy, transaction: TransactionId): Sale | SaleTrouble {
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
