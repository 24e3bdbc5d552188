import type { Problem } from "#domain/exceptions";
import { sum } from "#domain/money";
import { broken, mismatch, nameOf, type Ticket } from "./rule.ts";

/** The sign of an amount is that of its quantity: goods of no quantity have no price. */
export function amountHasQuantity(ticket: Ticket): readonly Problem[] {
  return ticket.lines
    .filter((line) => line.collects === undefined && line.quantityMillionths === 0 && line.gross !== 0)
    .map(({ id }) => ({
      class: "data.value",
      code: "amount-has-quantity",
      cause: `amount-has-quantity:${id}`,
      message: `${nameOf(ticket)}: line ${id} has an amount and no quantity. Correct it at the source and send the ticket again.`,
    }));
}

/** A gift card that is given back for money. */
export function giftCardReturn(ticket: Ticket): readonly Problem[] {
  return ticket.lines
    .filter(({ kind, collects }) => kind === "return" && collects === "gift-card")
    .map(({ id }) => ({
      class: "data.value",
      code: "gift-card-return",
      cause: `gift-card-return:${id}`,
      message: `${nameOf(ticket)}: line ${id} gives money for a gift card. Ask the store whether that was allowed.`,
    }));
}

export function discountWithinLine(ticket: Ticket): readonly Problem[] {
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
export function tipIsPlain(ticket: Ticket): readonly Problem[] {
  return ticket.lines
    .filter((line) => line.collects === "tip" && (line.discounts.length > 0 || line.taxes.some((tax) => tax.amount !== 0)))
    .map(({ id }) => ({
      class: "data.value",
      code: "tip-is-plain",
      cause: `tip-is-plain:${id}`,
      message: `${nameOf(ticket)}: line ${id} is a tip and carries a discount or a tax. Correct it at the source and send the ticket again.`,
    }));
}

/** What the till states as the line's discount is what its parts come to. */
export function discountParts(ticket: Ticket): readonly Problem[] {
  return ticket.lines.flatMap((line) => {
    const parts = sum(line.discounts.map(({ amount }) => amount));
    const stated = line.stated?.discount;
    if (stated === undefined || stated === parts) return [];
    return [mismatch(ticket, `discount-parts:${line.id}`, `discounts of line ${line.id} come to`, parts, "its stated discount", stated)];
  });
}

/** What has a price below nothing is a discount, or a return: the till says neither. */
export function priceNotNegative(ticket: Ticket): readonly Problem[] {
  return ticket.lines
    .filter(({ stated }) => (stated?.unitPriceMillionths ?? 0) < 0)
    .map(({ id }) =>
      broken(
        ticket,
        "price-not-negative",
        `line ${id} has a unit price below nothing. Correct it at the source and send the ticket again.`,
        id,
      ),
    );
}

/** Whoever is exempt from a tax pays none of it. */
export function taxExempt(ticket: Ticket): readonly Problem[] {
  const taxed = [...ticket.lines.map(({ id, taxes }) => [id, taxes] as const), ["ticket", ticket.taxes] as const];
  return taxed.flatMap(([id, taxes]) =>
    taxes
      .filter(({ exempt, amount }) => exempt === true && amount !== 0)
      .map(({ code, amount }) => ({
        ...broken(
          ticket,
          "tax-exempt",
          `${id === "ticket" ? "the ticket" : `line ${id}`} is exempt from tax ${code} and charges it. Correct it at the source and send the ticket again.`,
          `${id}:${code}`,
        ),
        amount,
        currency: ticket.currency,
      })),
  );
}
