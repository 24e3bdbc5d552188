import { addDays, businessDateIn, daysBetween } from "#domain/calendar";
import { formatQuantity } from "#domain/inventory";
import { atRate, type MinorUnits } from "#domain/money";
import {
  exchangeRateFor,
  type ItemCondition,
  type Policy,
  type ReturnRule,
  returnRuleFor,
  standardAuthorizedHours,
  standardRefundWithinHours,
  type TakenBackRule,
} from "#domain/policy";
import { type FeeGroup, type ReturnRefund, refundOf } from "./refund-of.ts";
import { type Refusal, refusal } from "./refusals.ts";
import { type HeldUnits, heldBy, hold, type Reservation } from "./reservations.ts";
import type { LineValue, Sale, SoldLine } from "./sale.ts";
import { shippingGivenWith } from "./shipping-given-with.ts";
import { unitsValue } from "./units-value.ts";

/** What a customer wants to give back: a line of the sale by its id, or whatever lines sold the item. Quantities in millionths. */
export interface RequestedGoods {
  readonly lineId?: string | undefined;
  readonly item?: string | undefined;
  readonly quantityMillionths: number;
  readonly condition: ItemCondition;
}

export interface ReturnRequest {
  readonly lines: readonly RequestedGoods[];
  /** Where the goods are brought or sent: "pos" with a store, or a web channel with its shop. */
  readonly channel: string;
  readonly place: string;
  /** The instant of the request. */
  readonly at: string;
}

/** Units of one line of the sale that may come back, and what is given for them. */
export interface AllowedReturn {
  /** Index of the requested line. */
  readonly request: number;
  readonly lineId: string;
  readonly item: string;
  readonly condition: ItemCondition;
  readonly quantityMillionths: number;
  readonly value: LineValue;
}

export interface ReturnJudgement {
  readonly allowed: readonly AllowedReturn[];
  /** What may not come back, with the reason; several for one requested line where its units differ. */
  readonly refusals: readonly Refusal[];
  readonly refund: ReturnRefund;
  /** For how long the allowed units are kept for this customer: by the strictest of the rules; Infinity when there are none. */
  readonly authorizedHours: number;
  /** In how many hours after they came back their refund is to be settled: likewise. */
  readonly refundWithinHours: number;
}

/**
 * May these goods come back here, how many of them, for how much and to which tender: a pure function of the sale's facts, what is
 * reserved for others, and the policy of the day of the sale. Days are counted in the time zone of the entity that sold.
 */
export function judgeReturn({
  sale,
  reservations,
  policy,
  request,
}: {
  readonly sale: Sale;
  /** Those that hold units now. */
  readonly reservations: readonly Reservation[];
  readonly policy: Policy;
  readonly request: ReturnRequest;
}): ReturnJudgement {
  const held = heldBy(reservations);
  const granted = new Map<string, HeldUnits>();
  const today = businessDateIn(policy.entities[sale.entity]?.timeZone ?? "UTC", request.at);
  const allowed: AllowedReturn[] = [];
  const refusals: Refusal[] = [];
  const groups = new Map<TakenBackRule, FeeGroup>();
  for (const [index, wanted] of request.lines.entries()) {
    const candidates = sale.lines.filter(({ lineId, item }) =>
      wanted.lineId === undefined ? item === wanted.item : lineId === wanted.lineId,
    );
    const wrongItem = wanted.lineId !== undefined && wanted.item !== undefined && candidates.some(({ item }) => item !== wanted.item);
    if (candidates.length === 0 || wrongItem) {
      refusals.push(
        refusal(
          index,
          "unknown-line",
          wanted.quantityMillionths,
          `the sale has no such line: ${nameOf(wanted)}. Compare it with the receipt`,
        ),
      );
      continue;
    }
    let open = wanted.quantityMillionths;
    const reasons: Refusal[] = [];
    for (const line of candidates) {
      if (open === 0) break;
      const rule = ruleFor(line);
      const against = refusedBy(rule, line, wanted.condition);
      if (against !== undefined) {
        reasons.push(refusal(index, against.reason, open, against.message));
        continue;
      }
      const quantity = Math.min(open, returnableUnits(line, [held.get(line.lineId), granted.get(line.lineId)]));
      if (quantity === 0) continue;
      const value = unitsValue(line, quantity, [held.get(line.lineId), granted.get(line.lineId)]);
      const { lineId, item } = line;
      allowed.push({ request: index, lineId, item, condition: wanted.condition, quantityMillionths: quantity, value });
      hold(granted, lineId, { quantityMillionths: quantity, value });
      const taken = rule as TakenBackRule;
      groups.set(taken, { rule: taken, parts: [...(groups.get(taken)?.parts ?? []), { condition: wanted.condition, value }] });
      open -= quantity;
    }
    if (open > 0)
      refusals.push(...(reasons.length > 0 ? [{ ...reasons[0]!, quantityMillionths: open }] : unitRefusals(index, candidates, open)));
  }
  const refund = refundOf(
    sale,
    reservations,
    [...groups.values()],
    shippingGivenWith({ sale, reservations, granted, rules: [...groups.keys()] }),
  );
  return {
    allowed,
    refusals,
    refund: { ...refund, ...paidOut(refund.payable) },
    authorizedHours: Math.min(...[...groups.keys()].map((rule) => rule.authorizedHours ?? standardAuthorizedHours)),
    refundWithinHours: Math.min(...[...groups.keys()].map((rule) => rule.refundWithinHours ?? standardRefundWithinHours)),
  };

  /** c33: what one unit of the sale's currency is in that of a till today, by policy. */
  function payOutRate(to: string): string | undefined {
    return exchangeRateFor(policy, { from: sale.currency, to, day: today })?.rate;
  }

  /** What a till of another currency pays out for it. */
  function paidOut(payable: MinorUnits): Pick<ReturnRefund, "paidOut"> {
    const to = request.channel === "pos" ? policy.stores[request.place]?.currency : undefined;
    const rate = to === undefined || to === sale.currency ? undefined : payOutRate(to);
    if (to === undefined || rate === undefined || payable === 0) return {};
    return { paidOut: { currency: to, amount: atRate(payable, { from: sale.currency, to, rate }), rate } };
  }

  /** A rule about a promotion that the line was sold under comes before one that names none. */
  function ruleFor(line: SoldLine): ReturnRule | undefined {
    const about = { channel: sale.channel, item: line.item, "item-class": line.itemClass };
    const rules = [...line.promotions, undefined].map((promotion) =>
      returnRuleFor(policy, { entity: sale.entity, day: sale.day, about: { ...about, promotion } }),
    );
    return rules.find((rule) => rule?.when.promotion !== undefined) ?? rules.at(-1);
  }

  function refusedBy(rule: ReturnRule | undefined, line: SoldLine, condition: ItemCondition) {
    const what = line.item === "" ? `line ${line.lineId}` : line.item;
    if (!line.isGoods)
      return { reason: "not-returnable" as const, message: `${what} is a gift card: its balance is paid out, it is not returned` };
    if (rule === undefined) return { reason: "not-returnable" as const, message: `no return rule takes back ${what} sold on ${sale.day}` };
    if (rule.finalSale === true) return { reason: "final-sale" as const, message: `${what} was sold for good: ${rule.why}` };
    if (!rule.channels.includes(request.channel)) {
      const where = rule.channels.join(", ");
      return { reason: "place" as const, message: `${what} is taken back by ${where} only, and not by ${request.channel}` };
    }
    const store = request.channel === "pos" ? policy.stores[request.place] : undefined;
    if (request.channel === "pos" && store === undefined)
      return { reason: "place" as const, message: `store ${request.place} is none of ours: name a store of the policies` };
    if (store !== undefined && store.currency !== sale.currency && payOutRate(store.currency) === undefined) {
      const money = `the sale is in ${sale.currency}, store ${request.place} pays out ${store.currency}, and no rate of today is known`;
      return { reason: "currency" as const, message: `${money}: bring ${what} to a store in ${sale.currency}, or send it back` };
    }
    const begins = rule.windowFrom === "handover" ? (line.handedOverOn ?? sale.day) : sale.day;
    if (daysBetween(begins, today) > rule.windowDays) {
      const last = addDays(begins, rule.windowDays);
      return {
        reason: "return-window" as const,
        message: `${what} was taken back until ${last}, ${rule.windowDays} days after ${begins}; today is ${today}`,
      };
    }
    if (!rule.conditions.includes(condition))
      return { reason: "condition" as const, message: `${what} is taken back ${rule.conditions.join(" or ")}, and not ${condition}` };
    return undefined;
  }

  /** Why units that policy would take back are not there to come back. */
  function unitRefusals(index: number, lines: readonly SoldLine[], quantity: number): Refusal[] {
    let open = quantity;
    const found: Refusal[] = [];
    const because = (reason: Refusal["reason"], units: number, message: string) => {
      const part = Math.min(open, Math.max(units, 0));
      if (part > 0) found.push(refusal(index, reason, part, message));
      open -= part;
    };
    const count = (of: (line: SoldLine) => number) => lines.reduce((total, line) => total + of(line), 0);
    const promised = count(({ lineId, expected }) => expected + (held.get(lineId)?.quantityMillionths ?? 0));
    because(
      "reserved",
      promised,
      `${formatQuantity(promised)} of it is promised to another return: cancel that one, or wait until it expires`,
    );
    const undelivered = count((line) => line.sold - line.neverLeft - line.handedOver);
    because("not-delivered", undelivered, `${formatQuantity(undelivered)} of it was not handed over yet: cancel it in the order instead`);
    const [sold, back] = [count((line) => line.sold), count((line) => line.neverLeft + line.returned)];
    because(
      "over-return",
      open,
      `${formatQuantity(sold)} of it was sold, and ${formatQuantity(back)} has come back or was cancelled already`,
    );
    return found;
  }
}

/** Handed over, less what came back, what the channel expects and what is promised: never negative, in millionths. */
export function returnableUnits(line: SoldLine, held: readonly (HeldUnits | undefined)[] = []): number {
  const promised = held.reduce((total, units) => total + (units?.quantityMillionths ?? 0), 0);
  return Math.max(Math.min(line.handedOver, line.sold - line.neverLeft) - line.returned - line.expected - promised, 0);
}

function nameOf({ lineId, item }: RequestedGoods): string {
  return [lineId === undefined ? "" : `line ${lineId}`, item ?? ""].filter((part) => part !== "").join(", ");
}
