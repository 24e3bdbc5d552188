import type { BusinessEvent, EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import type { TransactionId } from "#domain/identity";
import { formatQuantity } from "#domain/inventory";
import { formatMinorUnits, type MinorUnits, sum } from "#domain/money";
import { type Policy, toleranceFor } from "#domain/policy";
import {
  givenByTill,
  givenFor,
  type LineValue,
  placeShipping,
  placeTakenBack,
  roundedAsGiven,
  type Sale,
  type SaleTrouble,
  saleOf,
  type TakenBackGoods,
  type TakenBackUnits,
  valueWithTax,
} from "#domain/returns";
import { dimensionsOf } from "../dimensions.ts";
import type { LineName } from "../documents.ts";
import type { TargetDraft } from "../draft.ts";
import { dueTo } from "../intercompany.ts";
import type { OrderWalk } from "../orders/order-walk.ts";
import { type RefundBooking, refundLedger } from "../orders/refund.ts";
import { policyOfSale } from "../sale-day.ts";
import { returnTermsProblems } from "./return-terms.ts";

export type TakenBack = EventOf<"return.taken-back">;

/** Between the ticket that gave the value back and the sale that owes it, when both are in the same books. */
export function storeRefundPayable(currency: string): LineName {
  return { role: "refund-payable", dimensions: dimensionsOf("refund-payable", { gateway: "pos", currency }) };
}

/** One id for the legs of the ticket's and of the sale's stream, derived alike on both sides. */
export function takenBackPair({ ticket, key }: Pick<TakenBack, "ticket" | "key">): string {
  return `${ticket}/${key}`;
}

/** Who is owed what the seller's sale gives back: the customer's refund in its own books, else the entity whose till paid it (c31). */
export function owedForReturn({ seller, entity, currency, ticket, key }: TakenBack): Pick<RefundBooking, "owed" | "pair"> {
  return seller === entity ? { owed: storeRefundPayable(currency) } : { owed: dueTo(entity), pair: takenBackPair({ ticket, key }) };
}

/** c29: by how much the store's till may round a tax otherwise. */
export function roundingOf(policy: Policy, { entity, businessDate: day, store }: TakenBack): MinorUnits {
  return toleranceFor(policy, "ticketTaxGroup", { entity, day, about: { store } });
}

/**
 * c16–c19 and c31 for goods of an order that a store took back: a refund that the till paid. Its value is what the order had the goods for,
 * in the order's own jurisdictions; money beyond it is a concession, money short of it is held by name.
 */
export function storeReturnLedger(walk: OrderWalk, event: TakenBack, facts: readonly BusinessEvent[]): void {
  const { order, policy } = walk;
  const goods = goodsTakenBack(facts, event, { entity: walk.entity, currency: order.currency }, walk);
  if (goods === undefined) return;
  const place = { kind: "known", location: event.location, entity: event.entity } as const;
  const placed = { placed: roundedAsGiven(goods.placed, roundingOf(policy, event)), shipping: goods.shipping };
  refundLedger(walk, asRefund(event, placed, order), {
    kind: "store-return",
    ...owedForReturn(event),
    place,
  });
}

/** The units of the sale that came back, with what is told of them on the way; undefined where the return is held instead. */
export function goodsTakenBack(
  facts: readonly BusinessEvent[],
  event: TakenBack,
  books: { readonly entity: string; readonly currency: string },
  around: Pick<OrderWalk, "policy" | "draft">,
): (TakenBackGoods & { readonly shipping: LineValue }) | undefined {
  const { policy, draft } = around;
  const sale = saleBefore(facts, facts.indexOf(event), { policy, transaction: draft.transaction });
  const trouble = troubleWith(event, sale, books);
  if (trouble !== undefined || !("lines" in sale)) {
    hold(draft, event, trouble);
    return undefined;
  }
  for (const problem of returnTermsProblems(sale, event, policy)) draft.problem(problem);
  const goods = placeTakenBack(sale, event);
  const shipping = placeShipping(sale, event);
  const strange = excessProblem(event, goods);
  if (strange === undefined && shipping !== "excess") return { ...goods, shipping };
  hold(draft, event, strange ?? shippingProblem(event));
  return undefined;
}

/** How a return differs from what policy promised for its sale, whatever authorisation it names. */
export function unexcusedReturnProblems(
  facts: readonly BusinessEvent[],
  { authorization: _, ...event }: TakenBack,
  policy: Policy,
  transaction: TransactionId,
): Problem[] {
  const [, , place = ""] = transaction.split(":").map(decodeURIComponent);
  const inForce = policyOfSale(facts, policy, place);
  const index = facts.findIndex(({ key }) => key === event.key);
  const sale = saleBefore(facts, index, { policy: inForce, transaction });
  return "lines" in sale ? returnTermsProblems(sale, event, inForce) : [];
}

/** The sale as it stood before the return, which is the fact at `index`. */
function saleBefore(
  facts: readonly BusinessEvent[],
  index: number,
  { policy, transaction }: { readonly policy: Policy; readonly transaction: TransactionId },
): Sale | SaleTrouble {
  // A till's clock may run behind: the sale itself is always before its returns.
  const before = facts.filter((fact, at) => at < index || fact.name === "order.placed" || fact.name === "ticket.completed");
  return saleOf(before, policy, transaction);
}

/** Why nothing of the return can be booked here. */
function troubleWith(
  event: TakenBack,
  sale: Sale | SaleTrouble,
  { entity, currency }: { readonly entity: string; readonly currency: string },
): Problem | undefined {
  const found = (problem: Pick<Problem, "class" | "code" | "message">) => ({ ...problem, cause: event.key, event: event.key });
  if (!("lines" in sale)) {
    return found({ class: "sequence.parent-missing", code: "original", message: `${event.key} gives goods back, and ${sale.message}.` });
  }
  if (event.currency !== currency) {
    const message = `${event.ticket} gave back ${event.currency}, and the sale is in ${currency}. Book the return of its goods by hand; the till's part is posted.`;
    return found({ class: "money.fx-rate-missing", code: "store-return", message });
  }
  if (event.seller === entity) return undefined;
  const message = `${event.ticket} takes ${event.seller} for the seller, and the sale is ${entity}'s. Which of them owes the refund is for people to say: correct the policies of the shop or store.`;
  return found({ class: "data.unmapped", code: "seller", message });
}

/** c31 and rule 7: more than was sold and not yet returned, in whatever channel. */
function excessProblem(event: TakenBack, { excess }: TakenBackGoods): Problem | undefined {
  const [first] = excess;
  if (first === undefined) return undefined;
  const { item } = first.line;
  const what =
    first.lineId === undefined
      ? `${item}, which the sale never sold`
      : `${formatQuantity(first.quantityMillionths)} more of ${item} than the sale handed over and has not taken back`;
  return {
    class: "policy.over-return",
    code: "store-return",
    cause: event.key,
    event: event.key,
    amount: givenByTill(event),
    currency: event.currency,
    message: `store ${event.store} took back ${what}, and gave ${formatMinorUnits(givenByTill(event), event.currency)} ${event.currency} for its ticket ${event.ticket}. Check the earlier returns of this sale.`,
  };
}

/** Rule 7 for what was paid for shipping: it is given back once. */
function shippingProblem({ key, store, ticket, currency, shipping }: TakenBack): Problem {
  const amount = shipping === undefined ? 0 : givenFor(shipping);
  return {
    class: "policy.over-return",
    code: "shipping",
    cause: key,
    event: key,
    amount,
    currency,
    message: `store ${store} gave ${formatMinorUnits(amount, currency)} ${currency} of the shipping back (${ticket}), and the sale has less than that of it left. Check the earlier refunds of this sale.`,
  };
}

export function hold(draft: TargetDraft, event: TakenBack, problem: Problem | undefined): void {
  if (problem !== undefined) draft.problem(problem);
  draft.hold(event);
}

/** The same as a refund of the channel: units at the value that the sale had them for, and the money that the till paid. */
function asRefund(
  event: TakenBack,
  { placed, shipping }: { readonly placed: readonly TakenBackUnits[]; readonly shipping: LineValue },
  order: EventOf<"order.placed">,
): EventOf<"refund.issued"> {
  const { key, version, occurredAt, currency, businessDate } = event;
  const given = givenByTill(event);
  const shippingTax = sum(shipping.taxes.map(({ amount }) => amount));
  const value = sum(placed.map(valueWithTax)) + shipping.net + shippingTax;
  const beyond = Math.max(given - value, 0);
  const parts = new Map<string, number>();
  const refund: EventOf<"refund.issued"> & Pick<TakenBack, "businessDate"> = {
    name: "refund.issued",
    schema: 1,
    key,
    version,
    occurredAt,
    businessDate,
    orderId: order.orderId,
    refundId: key,
    currency,
    lines: placed.map(({ line, lineId, quantityMillionths, value: { net, taxes } }) => {
      const tax = sum(taxes.map(({ amount }) => amount));
      const part = (parts.get(line.id) ?? 0) + 1;
      parts.set(line.id, part);
      return {
        id: part === 1 ? line.id : `${line.id}.${part}`,
        lineId,
        item: line.item,
        quantityMillionths,
        subtotal: net + (order.taxesIncluded ? tax : 0),
        tax,
        taxes: [...taxes],
        restock: line.restock ? "return" : "none",
      };
    }),
    shipping:
      event.shipping === undefined
        ? []
        : [
            {
              id: key,
              amount: shipping.net + (order.taxesIncluded ? shippingTax : 0),
              tax: shippingTax,
              taxes: [...shipping.taxes],
            },
          ],
    adjustments: beyond === 0 ? [] : [{ id: key, kind: "refund_discrepancy", amount: -beyond, tax: 0 }],
    duties: 0,
    fees: 0,
    payments: [{ paymentId: key, amount: given, gateway: "pos", status: "success" }],
    processedAt: occurredAt,
  };
  return refund;
}
