import type { Problem } from "#domain/exceptions";
import {
  type TicketRuleInForce,
  type TicketRuleName,
  type TicketRuleOf,
  type TicketRuleSeverity,
  ticketRuleNames,
  ticketRules,
} from "#domain/policy";
import { businessDayPlausible, currencyKnown, customerKnown, notEmpty } from "./header-rules.ts";
import {
  amountHasQuantity,
  discountParts,
  discountWithinLine,
  giftCardReturn,
  priceNotNegative,
  taxExempt,
  tipIsPlain,
} from "./line-rules.ts";
import { roundingNeedsCash, roundingWithinLimit, tenderLimit, tendersPayTotal } from "./payment-rules.ts";
import type { Rule, Ticket } from "./rule.ts";
import {
  itemCount,
  linesMakeGross,
  linesMakeNet,
  linesMakeTotal,
  lineTaxesMakeTax,
  netPlusTaxIsTotal,
  statedDiscount,
  statedTaxIsTax,
} from "./total-rules.ts";

/** What each rule asks that needs the ticket alone, by its name in the policies. */
const ticketGate: Readonly<Record<TicketRuleOf<"ticket">, Rule>> = {
  "currency-known": currencyKnown,
  "not-empty": notEmpty,
  "lines-make-total": linesMakeTotal,
  "net-plus-tax-is-total": netPlusTaxIsTotal,
  "line-taxes-make-tax": lineTaxesMakeTax,
  "stated-tax": statedTaxIsTax,
  "tenders-pay-total": tendersPayTotal,
  "tender-limit": tenderLimit,
  "discount-within-line": discountWithinLine,
  "discount-parts": discountParts,
  "price-not-negative": priceNotNegative,
  "tip-is-plain": tipIsPlain,
  "tax-exempt": taxExempt,
  "item-count": itemCount,
  "business-day-plausible": businessDayPlausible,
  "amount-has-quantity": amountHasQuantity,
  "rounding-needs-cash": roundingNeedsCash,
  "rounding-within-limit": roundingWithinLimit,
  "lines-make-net": linesMakeNet,
  "lines-make-gross": linesMakeGross,
  "stated-discount": statedDiscount,
  "gift-card-return": giftCardReturn,
  "customer-known": customerKnown,
};

const names = ticketRuleNames.filter((name): name is TicketRuleOf<"ticket"> => ticketRules[name].of === "ticket");

/** How a rule is asked, of a tender where it is asked of each by itself; undefined: as the rule itself says. */
export type TicketRuleAsked = (rule: TicketRuleName, tender?: string) => TicketRuleInForce | undefined;

/**
 * What holds a ticket; empty for one whose figures hold. An unknown currency ends the check: no amount can be named then. What policy only warns
 * of is told by the ledger, which books the ticket all the same.
 */
export function checkTicket(ticket: Ticket, asked?: TicketRuleAsked): readonly Problem[] {
  return brokenRules(ticket, "error", asked).map(({ problem }) => problem);
}

/** What policy only warns of, by the name of the rule. */
export function ticketWarnings(
  ticket: Ticket,
  asked?: TicketRuleAsked,
): readonly { readonly rule: TicketRuleName; readonly problem: Problem }[] {
  return brokenRules(ticket, "warning", asked);
}

function brokenRules(ticket: Ticket, severity: TicketRuleSeverity, asked: TicketRuleAsked = () => undefined) {
  const unknown = currencyKnown(ticket);
  if (unknown.length > 0) return severity === "error" ? unknown.map((problem) => ({ rule: "currency-known" as const, problem })) : [];
  return names.flatMap((rule) => {
    const tenders = rule === "tender-limit" ? [...new Set(ticket.tenders.map(({ type }) => type))] : [undefined];
    return tenders.flatMap((tender) => {
      const inForce = asked(rule, tender) ?? { severity: ticketRules[rule].standard };
      return inForce.severity === severity ? ticketGate[rule](ticket, inForce, tender ?? "").map((problem) => ({ rule, problem })) : [];
    });
  });
}
