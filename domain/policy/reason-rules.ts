import { type LayeredRule, type Occasion, ruleInForce } from "./layered-rules.ts";

/** What a till takes or gives money for without selling anything, as far as a reason says what it is. */
export const tillReasonKinds = ["paid-in", "paid-out", "fee", "donation", "bottle-deposit", "on-account"] as const;
export type TillReasonKind = (typeof tillReasonKinds)[number];

/**
 * Which role bears what a till takes or gives for a reason (c27, c44, c49). `when` may name the `reason`, as the till writes it, in lower case,
 * and the `store`.
 */
export interface TillReasonRule extends LayeredRule {
  readonly kind: TillReasonKind;
  readonly role: string;
  /** Fixed dimensions of the role; `store`, `reason` and `currency` are filled in from the fact. */
  readonly dimensions?: Readonly<Record<string, string>>;
}

/** Which role bears goods that are written off, found or used up (c40). `when` may name the `reason`, in lower case, and the `store`. */
export interface StockReasonRule extends LayeredRule {
  readonly role: string;
}

/** Where a till's reason comes from: as it is written there, and in which store. */
export interface ReasonStated extends Omit<Occasion, "about"> {
  readonly reason: string | undefined;
  readonly store: string;
}

/** The rule for a reason on a business date; undefined: nobody has said what it is. */
export function tillReasonFor(
  policy: { readonly tillReasons?: readonly TillReasonRule[] },
  kind: TillReasonKind,
  stated: ReasonStated,
): TillReasonRule | undefined {
  return ruleInForce(policy.tillReasons ?? [], occasionOf(stated), (rule) => rule.kind === kind);
}

/** The rule for a reason of an adjustment on a business date; undefined: nobody has said who bears it. */
export function stockReasonFor(
  policy: { readonly stockReasons?: readonly StockReasonRule[] },
  stated: ReasonStated,
): StockReasonRule | undefined {
  return ruleInForce(policy.stockReasons ?? [], occasionOf(stated));
}

function occasionOf({ entity, day, reason, store }: ReasonStated): Occasion {
  return { entity, day, about: { reason: reason?.trim().toLowerCase(), store } };
}
