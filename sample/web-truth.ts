import { catalogueItem } from "./catalogue.ts";
import { addTo, type EntityTruth, type LedgerOfTruth, move, type PiecesMoved } from "./ledger-of-truth.ts";
import { exactShare } from "./percentage.ts";
import { destinations, locations } from "./retailer.ts";
import { type PricedOrder, priceOrder, shippedLines, total, type WebOrder } from "./web-order.ts";
import { unknownItemOrder } from "./web-scenarios.ts";

/**
 * What one web order leaves in the books at the end of the day, reckoned from the end: what was shipped and not cancelled, what was
 * captured, what was refunded. No event is booked here, so this knows nothing of order in time.
 */
export function addWebOrder(order: WebOrder, ledger: LedgerOfTruth, moved: PiecesMoved): void {
  const truth: EntityTruth = ledger.US1;
  const priced = priceOrder(order);
  const known = order.number !== unknownItemOrder;
  const shipped = piecesShipped(order);
  const refunds = order.steps.filter((step) => step.kind === "refund");

  // Revenue: what left and did not come back by a cancelled shipment. A line ships whole or not at all by the end of the day.
  const leaves = priced.lines.map(
    (line, index) => known && order.lines[index]?.giftCard !== true && wholeLine(order, index, shipped[index] ?? 0, line.pieces),
  );
  const recognised = priced.lines.filter((_line, index) => leaves[index]);
  const unfulfilledRefunds = refunds.flatMap((refund) => refund.lines.filter((each) => each.restock === "cancel"));
  const stillOrdered = priced.subtotal - total(unfulfilledRefunds.map((each) => netOf(priced, each.line, each.pieces)));
  const netShipped = total(recognised.map((line) => line.net));
  const shippingEarned = order.shipping === 0 || netShipped === 0 ? 0 : exactShare(order.shipping, netShipped, stillOrdered);
  const shippingTaxEarned = priced.shippingTax === 0 || netShipped === 0 ? 0 : exactShare(priced.shippingTax, netShipped, stillOrdered);
  const revenue = netShipped + shippingEarned;
  const taxOfShipped = total(recognised.map((line) => line.tax)) + shippingTaxEarned;
  truth.grossSales += total(recognised.map((line) => line.gross));
  truth.discounts += total(recognised.map((line) => line.discount));
  truth.shipping += shippingEarned;

  // Money in, split into net and tax as the order is.
  const captures = order.steps.filter((step) => step.kind === "capture");
  let open = priced.total;
  for (const capture of captures) {
    const amount = capture.amount ?? open;
    open -= amount;
    const gateway = capture.gateway ?? order.gateway;
    if (gateway === "gift_card") truth.giftCardsRedeemed += amount;
    else addTo(truth.clearingByGateway, gatewayNames[gateway], amount);
  }
  const captured = priced.total - open;
  let capturedNet = exactShare(priced.total - priced.tax, captured, priced.total);
  let capturedTax = captured - capturedNet;
  // A tip and a gift card are no revenue, now or later.
  const cards = total(priced.lines.map((line, index) => (order.lines[index]?.giftCard === true ? line.net : 0)));
  const tip = order.tip ?? 0;
  if (cards + tip > 0 && captured !== priced.total)
    throw new RangeError(`#${order.number}: a tip or a card in a part payment is not in the truth`);
  truth.tipsPayable += tip;
  truth.giftCardsRedeemed -= cards;
  capturedNet -= tip + cards;

  // Money back.
  const { jurisdiction, taxPoint } = destinations[order.to];
  let taxOfReturns = 0;
  for (const refund of refunds) {
    let amount = refund.goodwill ?? 0;
    truth.concessions += refund.goodwill ?? 0;
    for (const each of refund.lines) {
      const net = netOf(priced, each.line, each.pieces);
      const tax = exactShare(priced.lines[each.line]?.tax ?? 0, each.pieces, priced.lines[each.line]?.pieces ?? 1);
      amount += net + tax;
      if (each.restock === "cancel") {
        capturedNet -= net;
        capturedTax -= tax;
      } else {
        truth.returns += net;
        taxOfReturns += tax;
        if (each.restock === "return" && each.to !== undefined) move(moved, priced.lines[each.line]?.sku ?? "", each.to, each.pieces);
      }
    }
    if (refund.shipping === true) {
      // Only of orders that never shipped.
      if (netShipped > 0) throw new RangeError(`#${order.number}: shipping given back on a shipped order is not in the truth`);
      amount += order.shipping + priced.shippingTax;
      capturedNet -= order.shipping;
      capturedTax -= priced.shippingTax;
    }
    if (refund.status === "pending") truth.refundPayable += amount;
    else addTo(truth.clearingByGateway, gatewayNames[refund.gateway ?? order.gateway], -amount);
  }

  truth.deferredRevenue += Math.max(capturedNet - revenue, 0);
  truth.receivable += Math.max(revenue - capturedNet, 0);
  if (jurisdiction !== undefined) {
    const due = taxPoint === "capture" ? capturedTax : taxOfShipped;
    addTo(truth.taxPayable, jurisdiction, due - taxOfReturns);
    addTo(truth.taxInAdvance, jurisdiction, Math.max(capturedTax - due, 0));
    truth.receivable += Math.max(due - capturedTax, 0);
  }

  if (known) {
    for (const [line, from, pieces] of livePieces(order)) {
      if (order.lines[line]?.giftCard === true) continue;
      const sku = priced.lines[line]?.sku ?? "";
      move(moved, sku, from, -pieces);
      const owner = locations[from]?.entity ?? "US1";
      if (owner === "US1") continue;
      // Another entity of the group ships, and charges its cost and six percent.
      const charged = exactShare(catalogueItem(sku).costUsd * pieces, 106, 100);
      truth.boughtFromGroup += charged;
      truth.dueFromGroup -= charged;
      ledger[owner].boughtFromGroup -= charged;
      ledger[owner].dueFromGroup += charged;
    }
  }
}

/** As the policies name the clearing of each gateway. */
const gatewayNames = {
  shopify_payments: "shopify_payments",
  paypal: "paypal",
  "Cash on Delivery (COD)": "cash_on_delivery",
  gift_card: "gift_card",
} as const;

/** [line, location, pieces] of every shipment that was not cancelled. */
function livePieces(order: WebOrder): readonly (readonly [number, string, number])[] {
  const cancelled = new Set(order.steps.filter((step) => step.kind === "cancel-shipment").map((step) => step.shipment));
  return order.steps
    .filter((step) => step.kind === "ship")
    .flatMap((step, shipment) =>
      cancelled.has(shipment) ? [] : shippedLines(order, step).map(([line, pieces]) => [line, step.from, pieces] as const),
    );
}

function piecesShipped(order: WebOrder): readonly number[] {
  const pieces = order.lines.map(() => 0);
  for (const [line, , count] of livePieces(order)) pieces[line] = (pieces[line] ?? 0) + count;
  return pieces;
}

function wholeLine(order: WebOrder, index: number, shipped: number, ordered: number): boolean {
  if (shipped !== 0 && shipped !== ordered)
    throw new RangeError(`#${order.number}: line ${index} ends the day half shipped; the truth has no rule for its cents`);
  return shipped === ordered;
}

function netOf(priced: PricedOrder, line: number, pieces: number): number {
  const of = priced.lines[line];
  if (of === undefined) throw new RangeError(`no line ${line}`);
  return exactShare(of.net, pieces, of.pieces);
}
