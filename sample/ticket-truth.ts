import { catalogueItem } from "./catalogue.ts";
import { addTo, type LedgerOfTruth, move, type PiecesMoved } from "./ledger-of-truth.ts";
import { destinations } from "./retailer.ts";
import { priceTicket, type Ticket } from "./ticket.ts";
import type { WebOrder } from "./web-order.ts";

/**
 * What a ticket leaves that takes goods of a web order back, which US1 sold: revenue and tax come back to the sale, in the state it was sent
 * to; whoever gave the money back is owed it, and whoever has the goods now bought them at cost.
 */
export function addStoreReturn(ticket: Ticket, order: WebOrder, ledger: LedgerOfTruth, moved: PiecesMoved): void {
  const priced = priceTicket(ticket);
  const [seller, taker] = [ledger.US1, ledger[priced.store.entity]];
  const { jurisdiction } = destinations[order.to];
  for (const line of priced.lines) {
    seller.returns += line.net;
    if (jurisdiction !== undefined) addTo(seller.taxPayable, jurisdiction, -line.tax);
    taker.dueFromGroup += line.net + line.tax;
    seller.dueFromGroup -= line.net + line.tax;
    if (line.restock !== true) continue;
    move(moved, line.sku, priced.store.location, line.pieces);
    const cost = taker === seller ? 0 : catalogueItem(line.sku).costUsd * line.pieces;
    taker.takenBackForGroup += cost;
    taker.dueFromGroup -= cost;
    seller.takenBackForGroup -= cost;
    seller.dueFromGroup += cost;
  }
  for (const tender of priced.tenders)
    addTo(taker.clearingByAcquirer, tender.brand === "American Express" ? "amex" : "northgate", tender.amount);
}

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
