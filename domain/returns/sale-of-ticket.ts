import type { BusinessEvent, EventOf } from "#domain/events";
import { allocate, type MinorUnits, sum } from "#domain/money";
import { itemFor, type Policy, policyOn, tenderFor } from "#domain/policy";
import { type GivenBackUnits, givenBackIn, shippingGivenBackIn } from "./given-back.ts";
import { takeFrom } from "./payments.ts";
import {
  addTaxes,
  type LineValue,
  type Sale,
  type SalePayment,
  type SaleShipping,
  type SaleTrouble,
  type SoldLine,
  type TaxAmount,
} from "./sale.ts";
import { promotionsOf } from "./sale-of-order.ts";
import { takenBackUnits } from "./taken-back.ts";

type Ticket = EventOf<"ticket.completed">;
type TicketLine = Ticket["lines"][number];

/** What goods given back on the same ticket paid for. It goes back as store credit, as no tender took it in. */
export const exchangedGoods = "exchanged-goods";

/** A till's ticket as a return looks at it: all of it was handed over. `facts` are its folded facts in order. */
export function saleOfTicket(ticket: Ticket, facts: readonly BusinessEvent[], anyDay: Policy): Sale | SaleTrouble {
  const store = Object.hasOwn(anyDay.stores, ticket.store) ? anyDay.stores[ticket.store] : undefined;
  if (store === undefined)
    return {
      reason: "sale-unclear",
      message: `store ${ticket.store} belongs to no entity: add it to the stores of the policies, then ask again`,
    };
  const policy = policyOn(anyDay, ticket.businessDate);
  const values = ticketLineValues(ticket);
  const back = unitsGivenBack(ticket, facts);
  const lines = ticket.lines.flatMap((line, index): SoldLine[] => {
    if (line.kind !== "sale" || !sellsGoods(line)) return [];
    const given = back.filter(({ lineId }) => lineId === line.id);
    return [
      {
        lineId: line.id,
        item: line.item,
        itemClass: itemFor(policy, line.item)?.class,
        isGoods: true,
        promotions: promotionsOf([...line.discounts, ...ticket.discounts]),
        sold: line.quantityMillionths,
        neverLeft: 0,
        handedOver: line.quantityMillionths,
        returned: sum(given.map(({ quantityMillionths }) => quantityMillionths)),
        expected: 0,
        handedOverOn: ticket.businessDate,
        value: values[index]!,
        givenBack: { net: sum(given.map(({ net }) => net)), tax: sum(given.map(({ tax }) => tax)) },
      },
    ];
  });
  return {
    channel: "pos",
    place: ticket.store,
    entity: store.entity,
    currency: ticket.currency,
    day: ticket.businessDate,
    lines,
    shipping: shippingOf(ticket, facts, values),
    payments: ticketPayments(ticket, facts, values, policy),
    unpaid: 0,
  };
}

/** What the till took for bringing the goods. */
function shippingOf(ticket: Ticket, facts: readonly BusinessEvent[], values: readonly LineValue[]): SaleShipping {
  const charged = values.filter((_, index) => ticket.lines[index]!.kind === "sale" && ticket.lines[index]!.collects === "shipping");
  const given = facts.map((event) => shippingGivenBackIn(event, ticket.taxesIncluded));
  return {
    value: { net: sum(charged.map(({ net }) => net)), taxes: addTaxes(charged) },
    givenBack: { net: sum(given.map(({ net }) => net)), tax: sum(given.map(({ tax }) => tax)) },
  };
}

/** Everything that later events give back of the ticket, in their order. */
function unitsGivenBack(ticket: Ticket, facts: readonly BusinessEvent[]): readonly GivenBackUnits[] {
  const given: GivenBackUnits[] = [];
  const returned = (id: string) => sum(given.filter(({ lineId }) => lineId === id).map(({ quantityMillionths }) => quantityMillionths));
  for (const event of facts) {
    if (event.name !== "return.taken-back") given.push(...givenBackIn(event, ticket.taxesIncluded));
    else {
      const sold = ticket.lines.filter((line) => line.kind === "sale" && sellsGoods(line));
      const lines = sold.map(({ id, item, quantityMillionths }) => ({ lineId: id, item, out: quantityMillionths - returned(id) }));
      given.push(...takenBackUnits(event, lines));
    }
  }
  return given;
}

/**
 * Tenders that took money in, less what went out again as change: of the same type first. What goods taken back on the same ticket were
 * worth paid for the rest of it.
 */
function ticketPayments(
  ticket: Ticket,
  facts: readonly BusinessEvent[],
  values: readonly { readonly net: MinorUnits; readonly taxes: readonly TaxAmount[] }[],
  policy: Policy,
): readonly SalePayment[] {
  const exchanged = sum(
    ticket.lines.flatMap((line, index) => {
      const { net, taxes } = values[index]!;
      return line.kind === "return" ? [net, ...taxes.map(({ amount }) => amount)] : [];
    }),
  );
  const payments = ticket.tenders
    .filter(({ amount }) => amount > 0)
    .map(({ id, type, cardBrand, amount }) => ({
      paymentId: id,
      tender: type,
      ...(cardBrand === undefined ? {} : { cardBrand }),
      role: tenderFor(policy, "pos", type, cardBrand)?.role,
      captured: amount,
      refunded: 0,
    }));
  if (exchanged > 0)
    payments.push({ paymentId: exchangedGoods, tender: exchangedGoods, role: undefined, captured: exchanged, refunded: 0 });
  for (const { type, amount } of ticket.tenders) {
    if (amount < 0) takeFrom([...payments.filter(({ tender }) => tender === type), ...[...payments].reverse()], -amount);
  }
  for (const { net, tax } of unitsGivenBack(ticket, facts)) takeFrom(payments, net + tax);
  for (const event of facts) {
    const { net, tax } = shippingGivenBackIn(event, ticket.taxesIncluded);
    takeFrom(payments, net + tax);
  }
  return payments;
}

/** What a till takes that is no supply: nothing of it is taxed. */
const neverTaxed: ReadonlySet<TicketLine["collects"]> = new Set(["tip", "deposit", "forfeit", "on-account", "donation"]);

/** Lines that sell or take back goods, and nothing else: the only ones with an item and a movement of stock. */
export function sellsGoods({ collects }: Pick<TicketLine, "collects">): boolean {
  return collects === undefined;
}

/** The value of every line, not negative. What the ticket states as a whole (discounts, taxes) its lines of that sign carry by their value. */
export function ticketLineValues(ticket: Ticket): readonly { readonly net: MinorUnits; readonly taxes: readonly TaxAmount[] }[] {
  const { lines } = ticket;
  const gross = afterOwnDiscounts(ticket);
  const header = headerDiscountShares(ticket, sum(ticket.discounts.map(({ amount }) => amount)));
  const after = gross.map((value, index) => value - header[index]!);
  const taxes = lines.some((line) => line.taxes.length > 0) ? lines.map(ownTaxes) : headerTaxes(ticket, after);
  return lines.map((_, index) => {
    const included = ticket.taxesIncluded ? sum(taxes[index]!.map(({ amount }) => amount)) : 0;
    return { net: after[index]! - included, taxes: taxes[index]! };
  });
}

/** How a discount of the whole ticket falls on its lines: by what they cost after their own. */
export function headerDiscountShares(ticket: Ticket, amount: MinorUnits): MinorUnits[] {
  return spread(ticket.lines, "sale", afterOwnDiscounts(ticket), amount);
}

function afterOwnDiscounts({ lines }: Ticket): MinorUnits[] {
  return lines.map((line) => line.gross - sum(line.discounts.map(({ amount }) => amount)));
}

function ownTaxes({ taxes }: TicketLine): readonly TaxAmount[] {
  return taxes.flatMap(({ code, amount }) => (amount === 0 ? [] : [{ code, amount }]));
}

function headerTaxes({ lines, taxes }: Ticket, values: readonly MinorUnits[]): readonly (readonly TaxAmount[])[] {
  const found: TaxAmount[][] = lines.map(() => []);
  for (const { code, amount } of taxes) {
    const kind = amount < 0 ? "return" : "sale";
    // Goods are taxed; a ticket that sells nothing but vouchers or fees is taxed on these; a tip, a deposit or a donation never is.
    const goods = lines.some((line) => line.kind === kind && sellsGoods(line));
    const taxed = values.map((value, index) => ((goods ? sellsGoods(lines[index]!) : !neverTaxed.has(lines[index]!.collects)) ? value : 0));
    const parts = spread(lines, kind, taxed, Math.abs(amount));
    for (const [index, part] of parts.entries()) if (part !== 0) found[index]!.push({ code, amount: part });
  }
  return found;
}

function spread(lines: readonly TicketLine[], kind: TicketLine["kind"], values: readonly MinorUnits[], amount: MinorUnits): MinorUnits[] {
  const weights = lines.map((line, index) => (line.kind === kind ? Math.max(values[index]!, 0) : 0));
  return amount === 0 || sum(weights) === 0 ? lines.map(() => 0) : allocate(amount, weights);
}
