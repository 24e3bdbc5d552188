import { type BusinessEvent, type EventOf, rateName, ratesIn } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import type { TransactionId } from "#domain/identity";
import { formatQuantity } from "#domain/inventory";
import { formatMinorUnits, type MinorUnits, sum } from "#domain/money";
import { type Policy, toleranceFor } from "#domain/policy";
import {
  factsBefore,
  givenByTill,
  givenFor,
  inSaleCurrency,
  type LineValue,
  placeShipping,
  placeTakenBack,
  rateOfReturn,
  roundedAsGiven,
  type Sale,
  type SaleTrouble,
  saleOf,
  type TakenBackGoods,
  type TakenBackUnits,
  type ToldReturn,
  valueWithTax,
} from "#domain/returns";
import type { TargetDraft } from "../draft.ts";
import type { OrderWalk } from "../orders/order-walk.ts";
import { refundLedger } from "../orders/refund.ts";
import { rateMissing } from "../rates.ts";
import { policyOfSale } from "../sale-day.ts";
import { bookPaidAbroad, isPaidAbroad, owedThrough } from "./owed-for-return.ts";
import { returnTermsProblems } from "./return-terms.ts";

export type TakenBack = EventOf<"return.taken-back">;

/** c29: by how much the store's till may round a tax otherwise. */
export function roundingOf(policy: Policy, { entity, businessDate: day, store }: TakenBack): MinorUnits {
  return toleranceFor(policy, "ticketTaxGroup", { entity, day, about: { store } });
}

/**
 * c16–c19 and c31 for goods of an order that a store took back: a refund that the till paid. Its value is what the order had the goods for,
 * in the order's own jurisdictions; money beyond it is a concession, money short of it is held by name.
 */
export function storeReturnLedger(walk: OrderWalk, event: TakenBack, facts: readonly BusinessEvent[]): void {
  const { order, policy, draft } = walk;
  const goods = goodsTakenBack(withoutLeftOut(facts, walk.leftOut), event, walk.entity, walk);
  if (goods === "left-out") walk.leftOut.add(event.key);
  if (typeof goods === "string") return;
  const { told } = goods;
  const functional = policy.entities[walk.entity]?.functionalCurrency;
  const place = { kind: "known", location: event.location, entity: event.entity } as const;
  const placed = { placed: roundedAsGiven(goods.placed, roundingOf(policy, event)), shipping: goods.shipping };
  refundLedger(walk, asRefund(told, placed, order), { kind: "store-return", ...owedThrough(told, functional), place });
  if (isPaidAbroad(told) && !walk.leftOut.has(event.key) && !walk.heldRefunds.has(event.key))
    bookPaidAbroad(told, walk.frame(event), functional, draft);
}

/** What is left out handed nothing over, paid nothing and gave nothing back; nor did the payments of a refund that is. */
export function withoutLeftOut(facts: readonly BusinessEvent[], leftOut: ReadonlySet<string>): readonly BusinessEvent[] {
  if (leftOut.size === 0) return facts;
  const payments = new Set(
    facts.flatMap((fact) =>
      fact.name === "refund.issued" && leftOut.has(fact.key) ? fact.payments.map(({ paymentId }) => paymentId) : [],
    ),
  );
  return facts.filter(
    (fact) =>
      !leftOut.has(fact.key) &&
      !("fulfillmentId" in fact && leftOut.has(fact.fulfillmentId)) &&
      !(fact.name === "payment.refunded" && payments.has(fact.paymentId)),
  );
}

/**
 * The units of the sale that came back, with what is told of them on the way. Else nothing of the return is booked: "held" as it stands, so that
 * what comes after it counts it as given back, or "left-out", as if it had not arrived.
 */
export function goodsTakenBack(
  facts: readonly BusinessEvent[],
  event: TakenBack,
  seller: string,
  around: Pick<OrderWalk, "policy" | "draft">,
): (TakenBackGoods & { readonly shipping: LineValue; readonly told: ToldReturn }) | "held" | "left-out" {
  const { policy, draft } = around;
  const sale = saleBefore(facts, facts.indexOf(event), { policy, transaction: draft.transaction });
  const trouble = troubleWith(event, sale, seller);
  if (trouble !== undefined || !("lines" in sale)) {
    hold(draft, event, trouble);
    return "held";
  }
  const told = toldInSaleCurrency(event, sale, facts, around);
  if (told === undefined) return "left-out";
  for (const problem of returnTermsProblems(sale, told, policy)) draft.problem(problem);
  const goods = placeTakenBack(sale, told);
  const shipping = placeShipping(sale, told);
  const strange = excessProblem(event, goods);
  if (strange === undefined && shipping !== "excess") return { ...goods, shipping, told };
  // Not held but left out: what was booked before an earlier return arrived is taken back, so that the books do not depend on who came first.
  draft.problem(strange ?? shippingProblem(event));
  return "left-out";
}

/** c33: undefined while the rate of the day between the two currencies is not on record: until then the return is left out. */
function toldInSaleCurrency(
  event: TakenBack,
  sale: Sale,
  facts: readonly BusinessEvent[],
  { policy, draft }: Pick<OrderWalk, "policy" | "draft">,
): ToldReturn | undefined {
  if (event.currency === sale.currency) return event;
  const question = rateOfReturn(event, sale.currency);
  const rate = ratesIn(facts).get(rateName(question));
  if (rate !== undefined) return inSaleCurrency(event, sale, rate, policy);
  draft.wantRate(question);
  draft.problem(rateMissing(question, event.key));
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
  const rates = facts.filter((fact, at) => at > index && fact.name === "rate.fixed");
  return saleOf([...factsBefore(facts, index), ...rates], policy, transaction);
}

/** Why nothing of the return can be booked here. */
function troubleWith(event: TakenBack, sale: Sale | SaleTrouble, entity: string): Problem | undefined {
  const found = (problem: Pick<Problem, "class" | "code" | "message">) => ({ ...problem, cause: event.key, event: event.key });
  if (!("lines" in sale)) {
    return found({ class: "sequence.parent-missing", code: "original", message: `${event.key} gives goods back, and ${sale.message}.` });
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
