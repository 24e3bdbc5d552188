import { businessDateIn } from "#domain/calendar";
import type { BusinessEvent, EventOf } from "#domain/events";
import { streamOf } from "#domain/identity";
import type { TransactionView } from "#domain/lineage";
import { currencyKeptIn, type Policy, sellingEntity, tenderFor } from "#domain/policy";
import { standingVoid } from "#domain/returns";
import type { SettleablePayment } from "#domain/settlement";
import { factNamed, factsOf } from "./record-match.ts";

/** What of a sale waits in the clearing account of this gateway. */
export function paymentsOf(sale: TransactionView, policy: Policy, gateway: string | undefined): SettleablePayment[] {
  const facts = factsOf(sale);
  const names = sale.documents.flatMap((document) => document.references);
  const orders = names.filter(({ type }) => type === "order" || type === "order-name").map(({ value }) => value);
  const gatewayReferences = names.filter(({ type }) => type === "gateway-reference").map(({ value }) => value);
  const { channel, place } = streamOf(sale.transaction);
  const placed = factNamed(facts, "order.placed");
  const seller = placed === undefined ? undefined : sellingEntity(policy, channel, place, placed);
  return facts.flatMap((event): SettleablePayment[] => {
    if (event.name === "ticket.completed") return tendersOf(sale, event, facts, policy, gateway);
    if (event.name !== "payment.captured" && event.name !== "payment.refunded") return [];
    if (event.name === "payment.refunded" && event.status !== "success") return [];
    const rule = tenderFor(policy, channel, event.gateway, event.cardBrand);
    const waitsIn = rule?.dimensions.gateway ?? rule?.dimensions.acquirer ?? event.gateway;
    if (gateway === undefined || waitsIn !== gateway) return [];
    return [
      {
        sale: sale.transaction,
        paymentId: event.paymentId,
        ...movedMoney(event, currencyKeptIn(policy, channel, event, event.currency)),
        occurredAt: event.occurredAt,
        ...(seller?.kind === "known" ? { entity: seller.entity } : {}),
        orders: [...new Set(orders)],
        gatewayReferences: [...new Set(gatewayReferences)],
      },
    ];
  });
}

/** What a ticket took by card, or gave back: nothing is left of one that a void undid. */
function tendersOf(
  { transaction, documents }: TransactionView,
  ticket: EventOf<"ticket.completed">,
  facts: readonly BusinessEvent[],
  policy: Policy,
  gateway: string | undefined,
): SettleablePayment[] {
  const entity = policy.stores[ticket.store]?.entity;
  if (gateway === undefined || standingVoid(ticket, facts) !== undefined) return [];
  const till = `${ticket.store}.${ticket.register}.${ticket.businessDate}`;
  const dayByClock = businessDateIn(policy.stores[ticket.store]?.timeZone ?? "UTC", ticket.occurredAt);
  const names = documents.flatMap(({ references }) => references.filter(({ type }) => type === "ticket" || type === "receipt"));
  return ticket.tenders.flatMap((tender): SettleablePayment[] => {
    const rule = tenderFor(policy, "pos", tender.type, tender.cardBrand);
    const isClearing = rule?.role === "acquirer-clearing" || rule?.role === "payment-clearing";
    if (!isClearing || (rule.dimensions.acquirer ?? rule.dimensions.gateway) !== gateway) return [];
    return [
      {
        sale: transaction,
        paymentId: `${till}.${ticket.sequence}/${tender.id}`,
        amount: tender.amount,
        currency: ticket.currency,
        occurredAt: ticket.occurredAt,
        ...(entity === undefined ? {} : { entity }),
        orders: [...new Set(names.map(({ value }) => value))],
        till,
        ...(dayByClock === ticket.businessDate ? {} : { tillByClock: `${ticket.store}.${ticket.register}.${dayByClock}` }),
        ...(tender.cardBrand === undefined ? {} : { cardBrand: tender.cardBrand }),
        gatewayReferences: tender.reference === undefined ? [] : [tender.reference],
      },
    ];
  });
}

/** Signed. Where the gateway settles what the customer paid in, and not what it counts for in the order, that is looked for. */
function movedMoney(event: EventOf<"payment.captured" | "payment.refunded">, kept: string): Pick<SettleablePayment, "amount" | "currency"> {
  const { amount, currency } = event.foreign !== undefined && kept !== event.currency ? event.foreign : event;
  return { amount: event.name === "payment.captured" ? amount : -amount, currency };
}
