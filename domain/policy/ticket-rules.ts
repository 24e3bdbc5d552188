import { type LayeredRule, ruleInForce } from "./layered-rules.ts";

/** "error" holds the ticket (of "day": keeps the day from its audit), "warning" books it and tells the desk, "off" asks nothing. */
export const ticketRuleSeverities = ["error", "warning", "off"] as const;
export type TicketRuleSeverity = (typeof ticketRuleSeverities)[number];

interface TicketRuleData {
  /**
   * What it is asked of: "ticket", its own figures, when it comes in; "policy", the master data in force, whenever the ticket is looked at, so that
   * it posts by itself once they are right; "day", the store day.
   */
  readonly of: "ticket" | "policy" | "day";
  /** Where no policy says otherwise. */
  readonly standard: TicketRuleSeverity;
  /** Without it no journal could balance, or no amount be named: no policy loosens it. */
  readonly fixed?: true;
  /** What a policy may say beside the severity. "limit": minor units of the store's currency. "systems": which own customers. */
  readonly takes?: "limit" | "systems";
}

/** The rules of the ticket gate, by name (accounting.md, "POS ticket gate"). */
export const ticketRules = {
  "currency-known": { of: "ticket", standard: "error", fixed: true },
  "not-empty": { of: "ticket", standard: "error" },
  "lines-make-total": { of: "ticket", standard: "error" },
  "net-plus-tax-is-total": { of: "ticket", standard: "error" },
  "line-taxes-make-tax": { of: "ticket", standard: "error" },
  "stated-tax": { of: "ticket", standard: "error" },
  "tenders-pay-total": { of: "ticket", standard: "error", fixed: true, takes: "limit" },
  "tender-limit": { of: "ticket", standard: "warning", takes: "limit" },
  "discount-within-line": { of: "ticket", standard: "error" },
  "discount-parts": { of: "ticket", standard: "warning" },
  "price-not-negative": { of: "ticket", standard: "error" },
  "tip-is-plain": { of: "ticket", standard: "error" },
  "tax-exempt": { of: "ticket", standard: "error" },
  "item-count": { of: "ticket", standard: "warning" },
  "business-day-plausible": { of: "ticket", standard: "warning" },
  "amount-has-quantity": { of: "ticket", standard: "warning" },
  "rounding-needs-cash": { of: "ticket", standard: "warning" },
  "rounding-within-limit": { of: "ticket", standard: "warning", takes: "limit" },
  "lines-make-net": { of: "ticket", standard: "off" },
  "lines-make-gross": { of: "ticket", standard: "off" },
  "stated-discount": { of: "ticket", standard: "off" },
  "gift-card-return": { of: "ticket", standard: "off" },
  "customer-known": { of: "ticket", standard: "error", takes: "systems" },
  "unit-known": { of: "policy", standard: "error" },
  "serial-number": { of: "policy", standard: "error" },
  "register-known": { of: "policy", standard: "warning" },
  "register-open": { of: "day", standard: "error" },
} as const satisfies Readonly<Record<string, TicketRuleData>>;

export type TicketRuleName = keyof typeof ticketRules;
export type TicketRuleOf<Of extends TicketRuleData["of"]> = {
  [Name in TicketRuleName]: (typeof ticketRules)[Name]["of"] extends Of ? Name : never;
}[TicketRuleName];
export const ticketRuleNames = Object.keys(ticketRules) as readonly TicketRuleName[];

export interface TicketRule extends LayeredRule {
  readonly rule: TicketRuleName;
  readonly severity: TicketRuleSeverity;
  readonly limit?: number;
  readonly systems?: readonly string[];
}

/** How a rule is asked of one ticket. */
export interface TicketRuleInForce {
  readonly severity: TicketRuleSeverity;
  /** Minor units of the ticket's currency; absent: policy states none in it. */
  readonly limit?: number;
  readonly systems?: readonly string[];
}

/** What a rule may be narrowed by. */
export interface TicketOccasion {
  readonly store: string;
  readonly businessDate: string;
  readonly currency: string;
}

export function ticketRuleData(name: TicketRuleName): TicketRuleData {
  return ticketRules[name];
}

/** How a rule is asked of a ticket of a store on its business day; of "tender-limit", for a tender by the till's type. */
export function ticketRuleFor(
  policy: {
    readonly ticketRules?: readonly TicketRule[];
    readonly stores: Readonly<Record<string, { readonly entity: string; readonly currency: string }>>;
  },
  name: TicketRuleName,
  { store, businessDate, currency }: TicketOccasion,
  tender?: string,
): TicketRuleInForce {
  const known = Object.hasOwn(policy.stores, store) ? policy.stores[store] : undefined;
  const occasion = { entity: known?.entity ?? "", day: businessDate, about: { store, tender: tender?.toLowerCase() } };
  const rule = ruleInForce(policy.ticketRules ?? [], occasion, (each) => each.rule === name);
  const { severity = ticketRuleData(name).standard, limit, systems } = rule ?? {};
  return {
    severity,
    // A limit is stated in the store's money: of a ticket in another one it says nothing.
    ...(limit === undefined || known?.currency !== currency ? {} : { limit }),
    ...(systems === undefined ? {} : { systems }),
  };
}
