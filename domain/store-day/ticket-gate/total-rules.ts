import type { Problem } from "#domain/exceptions";
import { type MinorUnits, sum } from "#domain/money";
import { broken, mismatch, signOf, type Ticket } from "./rule.ts";
import { ticketTotal } from "./ticket-total.ts";

/** The total as stated, before or after the rounding of cash, is what the lines come to. */
export function linesMakeTotal(ticket: Ticket): readonly Problem[] {
  const { total } = ticket.stated;
  if (total === undefined) return [];
  const computed = ticketTotal(ticket);
  if (total === computed || total === computed + ticket.cashRounding) return [];
  return [mismatch(ticket, "lines-make-total", "its lines come to", computed, "the stated total", total)];
}

/** The till's net already holds the tax where prices include it. */
export function netPlusTaxIsTotal(ticket: Ticket): readonly Problem[] {
  const { net, tax, total } = ticket.stated;
  if (net === undefined || tax === undefined || total === undefined) return [];
  const withTax = sum([net, tax]);
  const fits = (amount: MinorUnits) => amount === total || amount + ticket.cashRounding === total;
  if (fits(withTax) || (ticket.taxesIncluded && fits(net))) return [];
  return [mismatch(ticket, "net-plus-tax-is-total", "stated net and tax come to", withTax, "the stated total", total)];
}

/** Taxes of the lines, where they carry any, are those of the ticket. */
export function lineTaxesMakeTax(ticket: Ticket): readonly Problem[] {
  const problems: Problem[] = [];
  const ofTicket = sum(ticket.taxes.map((tax) => tax.amount));
  if (ticket.lines.some((line) => line.taxes.length > 0)) {
    const ofLines = sum(ticket.lines.map((line) => signOf(line) * sum(line.taxes.map((tax) => tax.amount))));
    if (ofLines !== ofTicket)
      problems.push(mismatch(ticket, "line-taxes-make-tax", "line taxes come to", ofLines, "the ticket's taxes", ofTicket));
  }
  return problems;
}

export function statedTaxIsTax(ticket: Ticket): readonly Problem[] {
  const { tax } = ticket.stated;
  const ofTicket = sum(ticket.taxes.map(({ amount }) => amount));
  return tax === undefined || tax === ofTicket
    ? []
    : [mismatch(ticket, "stated-tax", "its taxes come to", ofTicket, "the stated tax", tax)];
}

/** Net as stated is what the lines come to without their tax. */
export function linesMakeNet(ticket: Ticket): readonly Problem[] {
  const { net } = ticket.stated;
  const lines = ticketTotal(ticket) - sum(ticket.taxes.map(({ amount }) => amount));
  return net === undefined || net === lines
    ? []
    : [mismatch(ticket, "lines-make-net", "its lines without tax come to", lines, "the stated net", net)];
}

/** Tills mean by gross what the lines come to before or after their discounts, with or without tax: one of these it must be. */
export function linesMakeGross(ticket: Ticket): readonly Problem[] {
  const { gross } = ticket.stated;
  if (gross === undefined) return [];
  const tax = sum(ticket.taxes.map(({ amount }) => amount));
  const before = sum(ticket.lines.map((line) => signOf(line) * line.gross));
  const total = ticketTotal(ticket);
  const readings = ticket.taxesIncluded ? [total, total - tax, before, before - tax] : [total, total - tax, before, before + tax];
  if (readings.includes(gross)) return [];
  return [mismatch(ticket, "lines-make-gross", "its lines come to", total, "the stated gross", gross)];
}

/** The stated discount is what the parts come to that lines and header carry; tills state it with either sign. */
export function statedDiscount(ticket: Ticket): readonly Problem[] {
  const { discount } = ticket.stated;
  if (discount === undefined) return [];
  const ofLines = sum(ticket.lines.map((line) => signOf(line) * sum(line.discounts.map(({ amount }) => amount))));
  const parts = sum([ofLines, ...ticket.discounts.map(({ amount }) => amount)]);
  if (Math.abs(discount) === Math.abs(parts)) return [];
  return [mismatch(ticket, "stated-discount", "its discounts come to", parts, "the stated discount", discount)];
}

const piece = 1_000_000;

/** Tills count lines or pieces, a weighed article as one, returns with or against sales, and other things than goods or not. */
export function itemCount(ticket: Ticket): readonly Problem[] {
  const { items } = ticket.stated;
  if (items === undefined) return [];
  const counts = new Set<number>();
  for (const lines of [ticket.lines, ticket.lines.filter(({ collects }) => collects === undefined)]) {
    const pieces = (line: Ticket["lines"][number]) => (line.quantityMillionths % piece === 0 ? line.quantityMillionths / piece : 1);
    for (const count of [pieces, () => 1]) {
      let sold = 0;
      let returned = 0;
      for (const line of lines) {
        if (line.kind === "return") returned += count(line);
        else sold += count(line);
      }
      for (const each of [sold + returned, sold - returned, sold, returned]) counts.add(Math.abs(each));
    }
  }
  if (counts.has(Math.abs(items))) return [];
  const what = `it states ${items} items and has ${ticket.lines.length} lines. A line may be missing: ask the store system for the ticket again.`;
  return [broken(ticket, "item-count", what)];
}
