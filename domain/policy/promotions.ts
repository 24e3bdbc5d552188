import { type Currency, type MinorUnits, multiplyScaled, parseScaled, sum } from "#domain/money";
import { holdsOn, type LayeredRule, ruleInForce } from "./layered-rules.ts";

export const promotionSeverities = ["info", "warning", "error"] as const;

/** What a promotion may give, and when, where and to how much. Without any rule for an entity nothing is asked of its discounts. */
export interface PromotionRule extends LayeredRule {
  /** As the channel names it, upper and lower case alike; a `*` in the end stands for any rest, alone for every promotion. */
  readonly code: string;
  /** Channels in which it may be redeemed; absent: in all. */
  readonly channels?: readonly string[];
  /** The most on one line, and on one order or ticket, by currency; a currency that is not listed has no limit. */
  readonly lineMaxMinorUnits?: Readonly<Record<string, MinorUnits>>;
  readonly transactionMaxMinorUnits?: Readonly<Record<string, MinorUnits>>;
  /** The most of the gross of the lines that it is given on, in percent: "20", "12.5". */
  readonly percentMax?: string;
  /** What an entity may give in all, by currency: only a report can tell. */
  readonly totalMaxMinorUnits?: Readonly<Record<string, MinorUnits>>;
  /** Who pays us for it: a third party's coupon, as `issuer` of coupon-receivable (c45). Absent: it lowers our own revenue. */
  readonly paidBy?: string;
  /** How grave a breach is at the desk; absent: as its exception class says. */
  readonly severity?: (typeof promotionSeverities)[number];
}

/** One promotion as one order or ticket redeems it. */
export interface Redemption {
  readonly code: string;
  readonly entity: string;
  readonly channel: string;
  /** The business date of the sale. */
  readonly day: string;
  readonly currency: Currency;
  /** What it takes off, row by row, as the channel states it, and what the row's goods came to before. */
  readonly rows: readonly { readonly amount: MinorUnits; readonly gross: MinorUnits }[];
}

export type PromotionVerdict =
  | { readonly kind: "accepted" }
  /** No rule names it. */
  | { readonly kind: "unknown" }
  /** Rules name it, and none of them holds on the day: `last` is the one whose dates are nearest. */
  | { readonly kind: "expired"; readonly last: PromotionRule }
  | { readonly kind: "channel-mismatch"; readonly rule: PromotionRule }
  | {
      readonly kind: "over-limit";
      readonly rule: PromotionRule;
      readonly limit: "line" | "transaction" | "percent";
      readonly given: MinorUnits;
      readonly allowed: MinorUnits;
    };

interface PromotionPolicy {
  readonly promotions?: readonly PromotionRule[];
}

/** Whether a redemption is one that the rules know: by its code, its day, its channel and its amounts, in this order. */
export function judgeRedemption({ promotions = [] }: PromotionPolicy, redemption: Redemption): PromotionVerdict {
  const { entity, day, channel } = redemption;
  const own = promotions.filter((rule) => rule.entity === undefined || rule.entity === entity);
  if (own.length === 0) return { kind: "accepted" };
  const named = mostNamed(own, redemption.code);
  const [first] = named;
  if (first === undefined) return { kind: "unknown" };
  const today = named.filter((rule) => holdsOn(rule, day));
  if (today.length === 0) return { kind: "expired", last: nearest(named, first, day) };
  const here = today.filter((rule) => rule.channels === undefined || rule.channels.includes(channel));
  const rule = ruleInForce(here, { entity, day });
  if (rule === undefined) return { kind: "channel-mismatch", rule: ruleInForce(today, { entity, day }) ?? first };
  return overLimit(rule, redemption) ?? { kind: "accepted" };
}

/** The rule for a promotion on a day, in whatever channel: what a report shows beside its amounts. */
export function promotionRuleFor(
  { promotions = [] }: PromotionPolicy,
  { code, entity, day }: Pick<Redemption, "code" | "entity" | "day">,
): PromotionRule | undefined {
  const own = promotions.filter((rule) => rule.entity === undefined || rule.entity === entity);
  const named = mostNamed(own, code);
  const [first] = named;
  return ruleInForce(named, { entity, day }) ?? (first && nearest(named, first, day));
}

/** The rules that name the code with the most letters: a whole code before a beginning, a longer beginning before a shorter one. */
function mostNamed(rules: readonly PromotionRule[], code: string): PromotionRule[] {
  const wanted = code.toLowerCase();
  const fitting = rules.filter((rule) => {
    const pattern = rule.code.toLowerCase();
    return pattern.endsWith("*") ? wanted.startsWith(pattern.slice(0, -1)) : wanted === pattern;
  });
  // A whole code is told by its length plus one: "SALE" names more of SALE than "SALE*" does.
  const letters = ({ code: named }: PromotionRule) => (named.endsWith("*") ? named.length - 1 : named.length + 1);
  const most = Math.max(...fitting.map(letters));
  return fitting.filter((rule) => letters(rule) === most);
}

/** The rule that ended last before the day; else the one that begins first. */
function nearest(rules: readonly PromotionRule[], first: PromotionRule, day: string): PromotionRule {
  let best = first;
  for (const rule of rules) {
    const [ended, bestEnded] = [endedBefore(rule, day), endedBefore(best, day)];
    if (ended !== bestEnded ? ended > bestEnded : ended === "" && rule.from < best.from) best = rule;
  }
  return best;
}

/** The last day of a rule that is over; "" of one that is still to come. */
function endedBefore({ to }: PromotionRule, day: string): string {
  return to !== undefined && to < day ? to : "";
}

function overLimit(rule: PromotionRule, { rows, currency }: Redemption): PromotionVerdict | undefined {
  const perLine = rule.lineMaxMinorUnits?.[currency];
  const largest = Math.max(0, ...rows.map(({ amount }) => amount));
  if (perLine !== undefined && largest > perLine) return { kind: "over-limit", rule, limit: "line", given: largest, allowed: perLine };
  const given = sum(rows.map(({ amount }) => amount));
  const inAll = rule.transactionMaxMinorUnits?.[currency];
  if (inAll !== undefined && given > inAll) return { kind: "over-limit", rule, limit: "transaction", given, allowed: inAll };
  if (rule.percentMax === undefined) return undefined;
  // A channel rounds each of its rows.
  const allowed = multiplyScaled(sum(rows.map(({ gross }) => gross)), 0, parseScaled(rule.percentMax, 4), 6, 0) + rows.length;
  return given > allowed ? { kind: "over-limit", rule, limit: "percent", given, allowed } : undefined;
}
