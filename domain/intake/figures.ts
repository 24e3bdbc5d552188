import type { BusinessEvent, EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { formatMinorUnits, isCurrency, type MinorUnits, sum } from "#domain/money";
import { checkTicket } from "#domain/store-day";

/** What is wrong with the figures of an event by its own telling: kept and not posted. Throws RangeError for sums beyond exact numbers. */
export function checkFigures(event: BusinessEvent): readonly Problem[] {
  if (event.name === "ticket.completed") return checkTicket(event);
  if ("currency" in event && event.currency !== undefined && !isCurrency(event.currency)) return [unknownCurrency(event, event.currency)];
  if (event.name !== "order.placed") return [];
  if (!isCurrency(event.presentmentCurrency)) return [unknownCurrency(event, event.presentmentCurrency)];
  return checkOrder(event);
}

/** The totals of an order are what its rows come to, to the cent (the checks that hold on real orders of every shop). */
function checkOrder(order: EventOf<"order.placed">): readonly Problem[] {
  const { totals, lines, shipping } = order;
  const discountsOf = (rows: readonly { readonly discounts: readonly { readonly amount: MinorUnits }[] }[]) =>
    sum(rows.flatMap((row) => row.discounts.map(({ amount }) => amount)));
  const rows = [...lines, ...shipping];
  const gross = sum(lines.map((line) => line.gross));
  const tax = sum(rows.flatMap((row) => row.taxes.map(({ amount }) => amount)));
  const net = sum([gross, ...shipping.map((line) => line.gross), -discountsOf(rows)]);
  const total = sum([net, order.taxesIncluded ? 0 : tax, totals.tip, order.dutiesIncluded === true ? 0 : totals.duties, totals.fees]);
  const figures: readonly (readonly [string, MinorUnits, MinorUnits])[] = [
    ["lines", totals.lines, gross],
    ["discounts", totals.discounts, discountsOf(rows)],
    ["tax", totals.tax, tax],
    ["total", totals.total, total],
    ...(order.dutiesIncluded === true ? [["duties", totals.duties, sum(lines.map(({ duties = 0 }) => duties))] as const] : []),
  ];
  return figures.flatMap(([name, stated, rowsSay]) => (stated === rowsSay ? [] : [mismatch(order, name, stated, rowsSay)]));
}

function mismatch(order: EventOf<"order.placed">, name: string, stated: MinorUnits, rows: MinorUnits): Problem {
  const money = (amount: MinorUnits) => `${formatMinorUnits(amount, order.currency)} ${order.currency}`;
  return {
    class: "money.amount-mismatch",
    code: `order-${name}`,
    cause: `${order.key} ${name}`,
    event: order.key,
    message: `order ${order.orderName || order.orderId}: totals.${name} is ${money(stated)} and its rows come to ${money(rows)}. Correct it at the source and send a new version.`,
    amount: stated - rows,
    currency: order.currency,
  };
}

function unknownCurrency(event: BusinessEvent, currency: string): Problem {
  return {
    class: "data.value",
    code: "currency",
    cause: `${event.key} currency`,
    event: event.key,
    message: `${event.key} is in ${currency}, which is no ISO 4217 currency. Correct it at the source and send a new version.`,
  };
}
