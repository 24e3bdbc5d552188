import type { EventOf } from "#domain/events";
import { atRate, type FixedRate, type MinorUnits, sum } from "#domain/money";
import { type Policy, toleranceOf } from "#domain/policy";
import { givenByTill, givenFor } from "./given-back.ts";
import { placeTakenBack, type TakenBackUnits, valueWithTax } from "./place-taken-back.ts";
import { addTaxes, type Sale } from "./sale.ts";

type TakenBack = EventOf<"return.taken-back">;
type Given = Pick<TakenBack["lines"][number], "net" | "taxes">;

/** A store return in the currency of its sale; `paid` is what the till gave in its own, where that is another one. */
export type ToldReturn = TakenBack & { readonly paid?: { readonly currency: string; readonly amount: MinorUnits } };

/**
 * c33: a return that a store paid in another currency than the sale's, told in that of the sale. `rate` is that of the store's day. As long as
 * what it gave comes to what the sale had the goods for, within the tolerance `foreignReturn`, they came back for exactly that, and the
 * rest is exchange; beyond it every figure is what it is at the rate, and is judged like money that was given in the sale's currency.
 * `sale` is the sale before it happened.
 */
export function inSaleCurrency(event: TakenBack, sale: Sale, rate: string, policy: Policy): ToldReturn {
  const { currency, entity, businessDate: day, store, shipping } = event;
  const paid = { currency, amount: givenByTill(event) };
  const fixed = { from: currency, to: sale.currency, rate };
  const atDay = givenAt(fixed);
  const told = {
    ...event,
    currency: sale.currency,
    lines: event.lines.map((line) => ({ ...line, ...atDay(line) })),
    ...(shipping === undefined ? {} : { shipping: atDay(shipping) }),
    tenders: event.tenders.map((tender) => ({ ...tender, amount: atRate(tender.amount, fixed) })),
    paid,
  };
  const isExchange = (given: MinorUnits, worth: MinorUnits) =>
    Math.abs(given - worth) <= toleranceOf(policy, "foreignReturn", { entity, day, about: { store } }, worth);
  const { placed, excess } = placeTakenBack(sale, event);
  const left = shippingLeft(sale);
  const whole = told.shipping !== undefined && isExchange(givenFor(told.shipping), givenFor(left)) ? left : told.shipping;
  const worth = sum(placed.map(valueWithTax)) + (whole === undefined ? 0 : givenFor(whole));
  if (excess.length > 0 || !isExchange(givenByTill(told), worth)) return told;
  const lines = told.lines.map((line) => ({ ...line, ...worthOf(line.id, placed) }));
  return { ...told, lines, ...(whole === undefined ? {} : { shipping: whole }) };
}

/** Rounded cumulatively: together the parts come to what the whole is at the rate. */
function givenAt(rate: FixedRate): (given: Given) => Given {
  let upTo = 0;
  const next = (amount: MinorUnits) => {
    const before = atRate(upTo, rate);
    upTo += amount;
    return atRate(upTo, rate) - before;
  };
  return ({ net, taxes }) => ({ net: next(net), taxes: taxes.map((tax) => ({ ...tax, amount: next(tax.amount) })) });
}

/** What the sale had the units of one line of the ticket for. */
function worthOf(id: string, placed: readonly TakenBackUnits[]): Given {
  const values = placed.filter(({ line }) => line.id === id).map(({ value }) => value);
  return { net: sum(values.map(({ net }) => net)), taxes: [...addTaxes(values)] };
}

function shippingLeft({ shipping: { value, givenBack } }: Sale): Given {
  const [first] = value.taxes;
  const tax = sum(value.taxes.map(({ amount }) => amount)) - givenBack.tax;
  return { net: value.net - givenBack.net, taxes: first === undefined || tax === 0 ? [] : [{ code: first.code, amount: tax }] };
}
