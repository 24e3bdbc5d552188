import { type LayeredRule, ruleInForce } from "./layered-rules.ts";

/** "error" holds the ticket, "warning" posts it and tells the desk, "off" asks nothing. */
export const ticketRuleSeverities = ["error", "warning", "off"] as const;
export type TicketRuleSeverity = (typeof ticketRuleSeverities)[number];

interface TicketRuleData {
  /** Where no policy says otherwise. */
  readonly standard: TicketRuleSeverity;
  /** Without it no journal could balance, or no amount be named: no policy loosens it. */
  readonly fixed?: true;
}

/** The rules of the ticket gate that need the ticket alone, by name; domain/store-day holds what each of them asks. */
export const ticketRules = {
  "currency-known": { standard: "error", fixed: true },
  "not-empty": { standard: "error" },
  "lines-make-total": { standard: "error" },
  "net-plus-tax-is-total": { standard: "error" },
  "line-taxes-make-tax": { standard: "error" },
  "stated-tax": { standard: "error" },
  "tenders-pay-total": { standard: "error", fixed: true },
  "discount-within-line": { standard: "error" },
  "tip-is-plain": { standard: "error" },
  "business-day-plausible": { standard: "warning" },
  "amount-has-quantity": { standard: "warning" },
  "rounding-needs-cash": { standard: "warning" },
  "lines-make-net": { standard: "off" },
  "gift-card-return": { standard: "off" },
} as const satisfies Readonly<Record<string, TicketRuleData>>;

export type TicketRuleName = keyof typeof ticketRules;
export const ticketRuleNames = Object.keys(ticketRules) as readonly TicketRuleName[];

export interface TicketRule extends LayeredRule {
  readonly rule: TicketRuleName;
  readonly severity: TicketRuleSeverity;
}

export function isFixedTicketRule(name: TicketRuleName): boolean {
  const data: TicketRuleData = ticketRules[name];
  return data.fixed === true;
}

/** How grave a broken rule is for a ticket of a store on its business day. */
export function ticketRuleSeverity(
  policy: { readonly ticketRules?: readonly TicketRule[]; readonly stores: Readonly<Record<string, { readonly entity: string }>> },
  name: TicketRuleName,
  { store, businessDate }: { readonly store: string; readonly businessDate: string },
): TicketRuleSeverity {
  const entity = Object.hasOwn(policy.stores, store) ? policy.stores[store]?.entity : undefined;
  const occasion = { entity: entity ?? "", day: businessDate, about: { store } };
  return ruleInForce(policy.ticketRules ?? [], occasion, ({ rule }) => rule === name)?.severity ?? ticketRules[name].standard;
}
