import { addTo, type LedgerOfTruth, move, type PiecesMoved } from "./ledger-of-truth.ts";
import { priceTicket, type Ticket } from "./ticket.ts";

/** What one ticket leaves in the books. Training and tickets that do not add up leave nothing. */
export function addTicket(ticket: Ticket, ledger: LedgerOfTruth, moved: PiecesMoved): void {
  if (ticket.training === true || (ticket.shortCents ?? 0) !== 0) return;
  const priced = priceTicket(ticket);
  const truth = ledger[priced.store.entity];
  for (const line of priced.lines) {
    const location = priced.store.location;
    if (line.kind === "sale") {
      truth.grossSales += line.gross;
      truth.discounts += line.gross - line.net;
      addTo(truth.taxPayable, priced.store.jurisdiction, line.tax);
      move(moved, line.sku, location, -line.pieces);
    } else {
      truth.returns += line.net;
      addTo(truth.taxPayable, priced.store.jurisdiction, -line.tax);
      if (line.restock === true) move(moved, line.sku, location, line.pieces);
    }
  }
  for (const tender of priced.tenders) {
    switch (tender.type) {
      case "Cash":
        addTo(truth.drawers, `${ticket.store}/${ticket.register}`, tender.amount);
        break;
      case "CreditDebit":
        addTo(truth.clearingByAcquirer, tender.brand === "American Express" ? "amex" : "northgate", tender.amount);
        break;
      case "Check":
        addTo(truth.safes, ticket.store, tender.amount);
        break;
      case "GiftCard":
        truth.giftCardsRedeemed += tender.amount;
        break;
    }
  }
  truth.cashRounding -= priced.cashRounding;
}
