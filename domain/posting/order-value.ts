import type { EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import type { IssueQueue } from "#domain/inventory";
import { formatMinorUnits, type MinorUnits, sum } from "#domain/money";
import { itemFor, jurisdictionFor, type Policy, type ShopPolicy } from "#domain/policy";
import type { Portion } from "./order-portions.ts";
import { dimensionsOf } from "./roles.ts";

type Order = EventOf<"order.placed">;
type Line = Order["lines"][number];
type Shipping = Order["shipping"][number];

/** One line of the order while it is walked. Quantities in millionths. */
export interface LineState {
  readonly line: Line;
  /** Undefined when policy does not know the item: its sales have no place yet. */
  readonly itemClass: string | undefined;
  readonly portions: readonly Portion[];
  readonly issues: IssueQueue;
  /** Ordered less refunded before it was handed over. */
  remaining: number;
  /** Handed over, less cancelled fulfilments. */
  shipped: number;
  /** Of the shipped: given back. */
  returned: number;
}

export interface OrderValue {
  readonly lines: ReadonlyMap<string, LineState>;
  readonly shipping: readonly Portion[];
  /** By jurisdiction, of lines and shipping. */
  readonly tax: Map<string, MinorUnits>;
  /** What the customer owes by the stated parts, tax included. */
  readonly total: MinorUnits;
  /** True where tax is split out of the lines so unevenly that their net is no weight: gross less discounts is used instead. */
  readonly weighWithTax: boolean;
}

/** Splits the stated amounts of an order into portions. Nothing is re-derived: included taxes are taken out as they are stated (c8). */
export function orderValue(order: Order, policy: Policy, shop: ShopPolicy, place: string): OrderValue {
  const tax = new Map<string, MinorUnits>();
  const portionsOf = (row: Line | Shipping, gross: Portion): Portion[] => {
    const portions = [gross];
    for (const discount of row.discounts) {
      const promotion = discount.employee === true ? "employee" : discount.promotion;
      portions.push({
        kind: "discount",
        role: "discounts",
        dimensions: dimensionsOf("discounts", { channel: shop.channelDimension, promotion }),
        jurisdiction: "",
        total: discount.amount,
        recognised: 0,
      });
    }
    for (const stated of row.taxes) {
      if (stated.amount === 0) continue;
      // An unmapped tax holds the whole order before a portion of it is ever booked.
      const jurisdiction = jurisdictionFor(policy, "shopify", place, stated.code) ?? "";
      tax.set(jurisdiction, (tax.get(jurisdiction) ?? 0) + stated.amount);
      portions.push({
        kind: "tax",
        role: "tax-payable",
        dimensions: dimensionsOf("tax-payable", { jurisdiction }),
        jurisdiction,
        total: stated.amount,
        recognised: 0,
      });
      if (order.taxesIncluded) gross.total -= stated.amount;
    }
    return portions;
  };
  const lines = new Map<string, LineState>();
  for (const line of order.lines) {
    const known = itemFor(policy, line.item);
    const itemClass = known?.class ?? (line.kind === "custom" ? policy.items.defaultClass : undefined);
    const dimensions = dimensionsOf("sales", { channel: shop.channelDimension, "item-class": itemClass });
    const gross: Portion = { kind: "revenue", role: "sales", dimensions, jurisdiction: "", total: line.gross, recognised: 0 };
    lines.set(line.id, {
      line,
      itemClass,
      portions: portionsOf(line, gross),
      issues: { issues: [], first: 0 },
      remaining: line.quantityMillionths,
      shipped: 0,
      returned: 0,
    });
  }
  const shippingDimensions = dimensionsOf("shipping-revenue", { channel: shop.channelDimension });
  const shipping = order.shipping.flatMap((row) =>
    portionsOf(row, {
      kind: "revenue",
      role: "shipping-revenue",
      dimensions: shippingDimensions,
      jurisdiction: "",
      total: row.gross,
      recognised: 0,
    }),
  );
  return {
    lines,
    shipping,
    tax,
    total: statedTotal(order),
    weighWithTax: order.taxesIncluded && order.lines.some((line) => discountedValue(line) < sum(line.taxes.map((stated) => stated.amount))),
  };
}

/** After discounts; with tax where prices include it. */
function discountedValue(row: Line | Shipping): MinorUnits {
  return row.gross - sum(row.discounts.map((discount) => discount.amount));
}

function statedTotal(order: Order): MinorUnits {
  const rows = [...order.lines, ...order.shipping];
  const tax = order.taxesIncluded ? 0 : sum(rows.flatMap((row) => row.taxes.map((stated) => stated.amount)));
  return sum(rows.map(discountedValue)) + tax;
}

/** What keeps every document of the order back. */
export function orderProblems(order: Order, policy: Policy, shop: ShopPolicy, place: string): Problem[] {
  const problems: Problem[] = [];
  const found = (problem: Omit<Problem, "event">) => problems.push({ ...problem, event: order.key });
  const functional = policy.entities[shop.entity]?.functionalCurrency;
  if (functional === undefined) {
    found({
      class: "data.unmapped",
      code: "entity",
      cause: `entity:${shop.entity}`,
      message: `shop ${place} sells for entity ${shop.entity}, which the policies do not define. Add the entity.`,
    });
  } else if (functional !== order.currency) {
    found({
      class: "money.fx-rate-missing",
      code: "functional-currency",
      cause: `${order.currency}:${functional}`,
      message: `order ${order.orderName} is in ${order.currency}, entity ${shop.entity} keeps its books in ${functional}. Supply the rate of the day.`,
      currency: order.currency,
    });
  }
  const rows = [...order.lines, ...order.shipping];
  for (const { code, amount, channelLiable } of rows.flatMap((row) => row.taxes)) {
    if (amount === 0) continue;
    if (channelLiable === true) {
      found(later("channel-liable-tax", `tax ${code}`, "is remitted by the channel"));
      continue;
    }
    const jurisdiction = jurisdictionFor(policy, "shopify", place, code);
    if (jurisdiction === undefined || policy.jurisdictions[jurisdiction] === undefined) {
      found({
        class: "data.unmapped",
        code: "tax",
        cause: `tax:${code}`,
        message: `tax ${JSON.stringify(code)} of shop ${place} has no jurisdiction. Map it in the tax policy; the order posts by itself.`,
      });
    }
  }
  if (order.lines.some((line) => line.kind === "gift-card")) found(later("gift-card", "a gift card line", "is a liability and not a sale"));
  for (const [code, amount] of [
    ["tip", order.totals.tip],
    ["duties", order.totals.duties],
    ["fees", order.totals.fees],
    ["cash-rounding", order.totals.cashRounding],
  ] as const) {
    if (amount !== 0) found({ ...later(code, `the order's ${code}`, "is no sale"), amount, currency: order.currency });
  }
  const { tip, duties, fees, total } = order.totals;
  const difference = total - statedTotal(order) - tip - duties - fees;
  if (difference !== 0) {
    found({
      class: "money.amount-mismatch",
      code: "order-total",
      cause: order.key,
      message: `order ${order.orderName}: the stated total differs from its lines, shipping, discounts and taxes by ${formatMinorUnits(difference, order.currency)} ${order.currency}. Correct it at the source.`,
      amount: difference,
      currency: order.currency,
    });
  }
  return problems;
}

/** Amounts that the rules do not book yet: held by name, never booked as sales. */
function later(code: string, what: string, why: string): Omit<Problem, "event"> {
  return {
    class: "data.unmapped",
    code,
    cause: code,
    message: `${what} ${why}, and no posting rule covers it yet. The order is held; book it by hand or wait for the rule.`,
  };
}
