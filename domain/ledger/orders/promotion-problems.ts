import { businessDateIn } from "#domain/calendar";
import type { BusinessEvent, EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { type Currency, formatMinorUnits, type MinorUnits, sum } from "#domain/money";
import { cutOverOf, judgeRedemption, type Policy, type PromotionRule, type PromotionVerdict, type Redemption } from "#domain/policy";
import { sellerOf } from "./order-seller.ts";

type Sale = EventOf<"order.placed" | "ticket.completed">;
type Row = Pick<Sale["lines"][number], "gross" | "discounts">;

/**
 * Promotions of a sale that the rules do not know, or not like this. The discount was given, so it is booked all the same: these tell, and
 * hold nothing back. What the ERP's opening balances hold is past telling.
 */
export function promotionProblems(events: readonly BusinessEvent[], policy: Policy, channel: string, place: string): Problem[] {
  if ((policy.promotions ?? []).length === 0) return [];
  return events.flatMap((event): Problem[] => {
    const seller = sellerOfSale(event, events, policy, place);
    if (seller === undefined) return [];
    const { sale, entity, day } = seller;
    const cutOver = cutOverOf(policy, entity, channel);
    if (cutOver !== undefined && sale.occurredAt < cutOver) return [];
    return redemptionsOf(sale).flatMap(({ code, rows }) => {
      const redemption = { code, rows, entity, channel, day, currency: sale.currency };
      return problemOf(judgeRedemption(policy, redemption), redemption, sale) ?? [];
    });
  });
}

/** Undefined: no sale, or nobody's that policy knows, which has its own exception. */
function sellerOfSale(
  event: BusinessEvent,
  events: readonly BusinessEvent[],
  policy: Policy,
  place: string,
): { readonly sale: Sale; readonly entity: string; readonly day: string } | undefined {
  if (event.name === "ticket.completed") {
    const entity = policy.stores[event.store]?.entity;
    return entity === undefined ? undefined : { sale: event, entity, day: event.businessDate };
  }
  if (event.name !== "order.placed" || event.test) return undefined;
  const seller = sellerOf(event, events, policy, place);
  if ("class" in seller) return undefined;
  return { sale: event, entity: seller.entity, day: businessDateIn(seller.shop.timeZone, event.occurredAt) };
}

/** What each promotion takes off, row by row. Discounts for staff and those that name no promotion are none. */
function redemptionsOf(sale: Sale): { readonly code: string; readonly rows: Redemption["rows"] }[] {
  const redeemed = new Map<string, { amount: MinorUnits; gross: MinorUnits }[]>();
  const take = ({ gross, discounts }: Row) => {
    const onRow = new Map<string, MinorUnits>();
    for (const { promotion, employee, amount } of discounts) {
      if (promotion !== undefined && employee !== true && amount !== 0) onRow.set(promotion, (onRow.get(promotion) ?? 0) + amount);
    }
    for (const [code, amount] of onRow) redeemed.set(code, [...(redeemed.get(code) ?? []), { amount, gross }]);
  };
  switch (sale.name) {
    case "order.placed":
      for (const row of [...sale.lines, ...sale.shipping]) take(row);
      break;
    case "ticket.completed": {
      const sold = sale.lines.filter(({ kind }) => kind === "sale");
      for (const line of sold) take(line);
      take({ gross: sum(sold.map(({ gross }) => gross)), discounts: sale.discounts });
      break;
    }
  }
  return [...redeemed].map(([code, rows]) => ({ code, rows }));
}

function problemOf(verdict: PromotionVerdict, { code, entity, channel, day, rows, currency }: Redemption, sale: Sale): Problem | undefined {
  const given = sum(rows.map(({ amount }) => amount));
  const common = { cause: `${sale.key} ${code}`, event: sale.key, amount: given, currency };
  const what = `promotion ${JSON.stringify(code)} took ${money(given, currency)} off ${sale.key} of ${day}`;
  switch (verdict.kind) {
    case "accepted":
      return undefined;
    case "unknown":
      return { class: "promotion.unknown", code: channel, ...common, message: `${what}, and no promotion rule of ${entity} names it.` };
    case "expired": {
      const { from, to } = verdict.last;
      const when = day < from ? `begins on ${from}` : `ended on ${to}`;
      const message = `${what}; by its rule it ${when}.`;
      return { class: "promotion.expired", code: day < from ? "not-begun" : "ended", ...common, message, ...graded(verdict.last) };
    }
    case "channel-mismatch": {
      const allowed = (verdict.rule.channels ?? []).join(", ");
      const message = `${what} in channel ${channel}; by its rule it is for ${allowed} alone.`;
      return { class: "promotion.channel-mismatch", code: channel, ...common, message, ...graded(verdict.rule) };
    }
    case "over-limit": {
      const { limit, rule, allowed } = verdict;
      const of = { line: "one line", transaction: "one order or ticket", percent: `${rule.percentMax} % of its lines` }[limit];
      const message = `${what}, ${money(verdict.given, currency)} of it counted for ${of}; its rule allows ${money(allowed, currency)}.`;
      const over = verdict.given - allowed;
      return { class: "promotion.over-limit", code: limit, ...common, amount: over, message, ...graded(rule) };
    }
  }
}

/** The rule may say how grave its breach is. */
function graded({ severity }: PromotionRule): Pick<Problem, "severity"> {
  return severity === undefined ? {} : { severity };
}

function money(amount: MinorUnits, currency: Currency): string {
  return `${formatMinorUnits(amount, currency)} ${currency}`;
}
