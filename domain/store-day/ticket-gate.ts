import { daysBetween } from "#domain/calendar";
import type { EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { formatMinorUnits, isCurrency, type MinorUnits, multiplyScaled, sum } from "#domain/money";
import { type TicketRuleName, type TicketRuleSeverity, ticketRuleNames, ticketRules } from "#domain/policy";

type Ticket = EventOf<"ticket.completed">;
type Rule = (ticket: Ticket) => readonly Problem[];

/** What each rule of the ticket gate asks that needs the ticket alone (accounting.md, "POS ticket gate"), by its name in the policies. */
const ticketGate: Readonly<Record<TicketRuleName, Rule>> = {
  "currency-known": currencyKnown,
  "not-empty": notEmpty,
  "lines-make-total": linesMakeTotal,
  "net-plus-tax-is-total": netPlusTaxIsTotal,
  "line-taxes-make-tax": lineTaxesMakeTax,
  "stated-tax": statedTaxIsTax,
  "tenders-pay-total": tendersPayTotal,
  "discount-within-line": discountWithinLine,
  "tip-is-plain": tipIsPlain,
  "business-day-plausible": businessDayPlausible,
  "amount-has-quantity": amountHasQuantity,
  "rounding-needs-cash": roundingNeedsCash,
  "lines-make-net": linesMakeNet,
  "gift-card-return": giftCardReturn,
};

/** How grave a broken rule is; undefined: as the rule itself says. */
export type SeverityOf = (rule: TicketRuleName) => TicketRuleSeverity | undefined;

/**
 * What holds a ticket; empty for one whose figures hold. An unknown currency ends the check: no amount can be named then. What policy only warns
 * of is told by the ledger, which books the ticket all the same.
 */
export function checkTicket(ticket: Ticket, severityOf?: SeverityOf): readonly Problem[] {
  return brokenRules(ticket, "error", severityOf).map(({ problem }) => problem);
}

/** What policy only warns of, by the name of the rule. */
export function ticketWarnings(
  ticket: Ticket,
  severityOf?: SeverityOf,
): readonly { readonly rule: TicketRuleName; readonly problem: Problem }[] {
  return brokenRules(ticket, "warning", severityOf);
}

function brokenRules(ticket: Ticket, severity: TicketRuleSeverity, severityOf: SeverityOf = () => undefined) {
  const unknown = currencyKnown(ticket);
  if (unknown.length > 0) return severity === "error" ? unknown.map((problem) => ({ rule: "currency-known" as const, problem })) : [];
  return ticketRuleNames.flatMap((rule) =>
    (severityOf(rule) ?? ticketRules[rule].standard) === severity ? ticketGate[rule](ticket).map((problem) => ({ rule, problem })) : [],
  );
}

/** Σ sales − Σ returns after all discounts, with the ticket's taxes and the decimals' rounding: what the ticket's own lines come to. */
export function ticketTotal(ticket: Ticket): MinorUnits {
  let total = ticket.rounding;
  for (const line of ticket.lines) {
    let net = line.gross;
    for (const discount of line.discounts) net -= discount.amount;
    total += signOf(line) * net;
  }
  for (const discount of ticket.discounts) total -= discount.amount;
  if (!ticket.taxesIncluded) for (const tax of ticket.taxes) total += tax.amount;
  return total;
}

/** A ticket without any line or tender says nothing. */
function notEmpty(ticket: Ticket): readonly Problem[] {
  if (ticket.lines.length > 0 || ticket.tenders.length > 0) return [];
  return [
    {
      class: "data.missing",
      code: "empty",
      cause: "empty",
      message: `${nameOf(ticket)} has neither lines nor tenders. Ask the store system for the ticket again.`,
    },
  ];
}

function currencyKnown(ticket: Ticket): readonly Problem[] {
  if (isCurrency(ticket.currency)) return [];
  return [
    {
      class: "data.value",
      code: "currency",
      cause: "currency",
      message: `${nameOf(ticket)} is in ${ticket.currency}, which is no ISO 4217 currency. Correct it at the source.`,
    },
  ];
}

/** The total as stated, before or after the rounding of cash, is what the lines come to. */
function linesMakeTotal(ticket: Ticket): readonly Problem[] {
  const { total } = ticket.stated;
  if (total === undefined) return [];
  const computed = ticketTotal(ticket);
  if (total === computed || total === computed + ticket.cashRounding) return [];
  return [mismatch(ticket, "lines-make-total", "its lines come to", computed, "the stated total", total)];
}

/** The till's net already holds the tax where prices include it. */
function netPlusTaxIsTotal(ticket: Ticket): readonly Problem[] {
  const { net, tax, total } = ticket.stated;
  if (net === undefined || tax === undefined || total === undefined) return [];
  const withTax = sum([net, tax]);
  const fits = (amount: MinorUnits) => amount === total || amount + ticket.cashRounding === total;
  if (fits(withTax) || (ticket.taxesIncluded && fits(net))) return [];
  return [mismatch(ticket, "net-plus-tax-is-total", "stated net and tax come to", withTax, "the stated total", total)];
}

/** Taxes of the lines, where they carry any, are those of the ticket. */
function lineTaxesMakeTax(ticket: Ticket): readonly Problem[] {
  const problems: Problem[] = [];
  const ofTicket = sum(ticket.taxes.map((tax) => tax.amount));
  if (ticket.lines.some((line) => line.taxes.length > 0)) {
    const ofLines = sum(ticket.lines.map((line) => signOf(line) * sum(line.taxes.map((tax) => tax.amount))));
    if (ofLines !== ofTicket)
      problems.push(mismatch(ticket, "line-taxes-make-tax", "line taxes come to", ofLines, "the ticket's taxes", ofTicket));
  }
  return problems;
}

function statedTaxIsTax(ticket: Ticket): readonly Problem[] {
  const { tax } = ticket.stated;
  const ofTicket = sum(ticket.taxes.map(({ amount }) => amount));
  return tax === undefined || tax === ofTicket
    ? []
    : [mismatch(ticket, "stated-tax", "its taxes come to", ofTicket, "the stated tax", tax)];
}

/** A till whose clock or business day is wrong sends tickets of another day: one is rung up on its business day, or in the night after it. */
function businessDayPlausible(ticket: Ticket): readonly Problem[] {
  const days = daysBetween(ticket.businessDate, ticket.occurredAt.slice(0, "YYYY-MM-DD".length));
  // Of any time zone: a day before in UTC is the same day far in the east.
  if (days >= -1 && days <= 2) return [];
  return [
    {
      class: "data.value",
      code: "business-day-plausible",
      cause: "business-day-plausible",
      message: `${nameOf(ticket)}: it was rung up at ${ticket.occurredAt}, ${Math.abs(days)} days ${days > 0 ? "after" : "before"} its business day. Look at the till's clock and at its open day.`,
    },
  ];
}

/** The sign of an amount is that of its quantity: goods of no quantity have no price. */
function amountHasQuantity(ticket: Ticket): readonly Problem[] {
  return ticket.lines
    .filter((line) => line.collects === undefined && line.quantityMillionths === 0 && line.gross !== 0)
    .map(({ id }) => ({
      class: "data.value",
      code: "amount-has-quantity",
      cause: `amount-has-quantity:${id}`,
      message: `${nameOf(ticket)}: line ${id} has an amount and no quantity. Correct it at the source and send the ticket again.`,
    }));
}

/** Only cash is rounded (c28). Which tenders are cash is policy's: a ticket that was paid with one alone that says card is not. */
function roundingNeedsCash(ticket: Ticket): readonly Problem[] {
  if (ticket.cashRounding === 0 || ticket.tenders.some(({ cardBrand }) => cardBrand === undefined)) return [];
  return [
    {
      class: "data.value",
      code: "rounding-needs-cash",
      cause: "rounding-needs-cash",
      message: `${nameOf(ticket)}: it rounds cash, and was paid by cards alone. Look at the till's rounding.`,
      amount: ticket.cashRounding,
      currency: ticket.currency,
    },
  ];
}

/** Net as stated is what the lines come to without their tax. */
function linesMakeNet(ticket: Ticket): readonly Problem[] {
  const { net } = ticket.stated;
  const lines = ticketTotal(ticket) - sum(ticket.taxes.map(({ amount }) => amount));
  return net === undefined || net === lines
    ? []
    : [mismatch(ticket, "lines-make-net", "its lines without tax come to", lines, "the stated net", net)];
}

/** A gift card that is given back for money. */
function giftCardReturn(ticket: Ticket): readonly Problem[] {
  return ticket.lines
    .filter(({ kind, collects }) => kind === "return" && collects === "gift-card")
    .map(({ id }) => ({
      class: "data.value",
      code: "gift-card-return",
      cause: `gift-card-return:${id}`,
      message: `${nameOf(ticket)}: line ${id} gives money for a gift card. Ask the store whether that was allowed.`,
    }));
}

/** What was paid, less change, is what was owed after the rounding of cash. */
function tendersPayTotal(ticket: Ticket): readonly Problem[] {
  const paid = sum(ticket.tenders.map((tender) => tender.amount));
  const owed = sum([ticketTotal(ticket), ticket.cashRounding]);
  if (paid === owed) return [];
  return [mismatch(ticket, "tenders-pay-total", "tenders after change come to", paid, "the total after cash rounding", owed)];
}

function discountWithinLine(ticket: Ticket): readonly Problem[] {
  const problems: Problem[] = [];
  for (const line of ticket.lines) {
    const discount = sum(line.discounts.map((each) => each.amount));
    if (discount > line.gross) {
      problems.push(
        mismatch(
          ticket,
          `discount-within-line:${line.id}`,
          `discounts of line ${line.id} come to`,
          discount,
          "its gross amount",
          line.gross,
        ),
      );
    }
  }
  return problems;
}

/** A tip is what the customer gives: nothing is taken off it, and it is not taxed. */
function tipIsPlain(ticket: Ticket): readonly Problem[] {
  return ticket.lines
    .filter((line) => line.collects === "tip" && (line.discounts.length > 0 || line.taxes.some((tax) => tax.amount !== 0)))
    .map(({ id }) => ({
      class: "data.value",
      code: "tip-is-plain",
      cause: `tip-is-plain:${id}`,
      message: `${nameOf(ticket)}: line ${id} is a tip and carries a discount or a tax. Correct it at the source and send the ticket again.`,
    }));
}

/**
 * Unit price × quantity against the extended amount of a line, within one minor unit per unit price's rounding: true when they agree.
 * Price in millionths of the currency unit, quantity in millionths, amount as a scaled integer at `amountDecimals`.
 */
export function priceMakesAmount(
  priceMillionths: number,
  quantityMillionths: number,
  amount: number,
  amountDecimals: number,
  currencyExponent: number,
): boolean {
  const expected = multiplyScaled(priceMillionths, 6, quantityMillionths, 6, amountDecimals);
  return Math.abs(expected - amount) <= 10 ** (amountDecimals - currencyExponent);
}

function signOf(line: Ticket["lines"][number]): 1 | -1 {
  return line.kind === "return" ? -1 : 1;
}

function nameOf(ticket: Ticket): string {
  return `ticket ${ticket.sequence} of register ${ticket.register}, store ${ticket.store}, ${ticket.businessDate}`;
}

function mismatch(ticket: Ticket, cause: string, left: string, leftAmount: MinorUnits, right: string, rightAmount: MinorUnits): Problem {
  const difference = leftAmount - rightAmount;
  const money = (amount: MinorUnits) => formatMinorUnits(amount, ticket.currency);
  return {
    class: "money.amount-mismatch",
    code: cause.split(":")[0] ?? cause,
    cause,
    message: `${nameOf(ticket)}: ${left} ${money(leftAmount)}, ${right} is ${money(rightAmount)} ${ticket.currency}, a difference of ${money(difference)}. Correct it at the source and send the ticket again.`,
    amount: difference,
    currency: ticket.currency,
  };
}
