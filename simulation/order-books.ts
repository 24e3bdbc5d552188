import type { LineageItem, TransactionView } from "#domain/lineage";
import { openCauses } from "./open-causes.ts";
import type { Played } from "./play.ts";
import type { Script } from "./script.ts";
import { type OrderTruth, shopTruth } from "./shop-truth.ts";
import type { TakenDocument } from "./simulated-erp.ts";
import { takenBackByTills } from "./till-truth.ts";
import { Violation } from "./violation.ts";

/** Web orders in the ERPs: held to themselves, and to what the shop and the tills know of them. */
export function checkOrders(
  played: Played,
  script: Script,
  items: readonly LineageItem[],
  views: ReadonlyMap<string, TransactionView>,
): void {
  const booked = new Map<string, TakenDocument[]>();
  for (const erp of played.town.erps.values())
    for (const taken of erp.live.values()) {
      const transaction = taken.key.slice(0, taken.key.indexOf("/"));
      if (!transaction.startsWith("sale:shopify:")) continue;
      const known = booked.get(transaction);
      if (known === undefined) booked.set(transaction, [taken]);
      else known.push(taken);
    }
  for (const [transaction, documents] of booked) checkWithin(transaction, documents);
  checkTruth(booked, script, views, new Set([...openCauses(items)].map((cause) => cause.slice(0, cause.indexOf(" ")))));
}

/**
 * No order gives back more than it took: of money in all, paid or still owed, of the money of one gateway, and of goods. What contradicts an
 * earlier fact is left out of the books whoever came first, so that this holds of orders whose desk is told as well.
 */
function checkWithin(transaction: string, documents: readonly TakenDocument[]): void {
  const gateways = new Map<string, number>();
  const goods = new Map<string, number>();
  let left = 0;
  for (const { document } of documents)
    if (document.type === "journal")
      for (const { role, amount, dimensions } of document.lines) {
        if (role === "payment-clearing") add(gateways, String(dimensions.gateway), amount);
        if (isCustomersMoney(role, document.kind)) left += amount;
      }
    else for (const { item, quantityMillionths } of document.movements) add(goods, item, quantityMillionths);
  if (left < 0) throw new Violation("refunds stay within captures", `${transaction} gives back, or owes, ${-left} more than it took`);
  for (const [gateway, amount] of gateways)
    if (amount < 0)
      throw new Violation("refunds stay within captures", `${transaction} has paid out ${-amount} more through ${gateway} than that took`);
  for (const [item, quantity] of goods)
    if (quantity > 0)
      throw new Violation("returns stay within sales", `${quantity / 1_000_000} more of ${item} came back of ${transaction} than left`);
}

/** What was taken of customers, and given back or owed to them: a card's sale is no payment, and dues among entities are none either. */
function isCustomersMoney(role: string, kind: string): boolean {
  if (role === "payment-clearing" || role === "refund-payable") return true;
  return (
    (role === "gift-card-liability" && (kind === "capture" || kind === "refund-settlement")) ||
    (role === "due-to" && kind === "store-return")
  );
}

/** The books of every order that nothing holds say what the shop and the tills know of it; those of the others say no more. */
function checkTruth(
  booked: ReadonlyMap<string, readonly TakenDocument[]>,
  script: Script,
  views: ReadonlyMap<string, TransactionView>,
  held: ReadonlySet<string>,
): void {
  const truths = shopTruth(script.webhooks.map(({ delivery }) => delivery));
  const takenBack = takenBackByTills(script.files.map(({ delivery }) => delivery));
  const received = takenInByWarehouse(script);
  const transactions = new Map([...views.keys()].map((name) => [name.slice(name.lastIndexOf(":") + 1), name]));
  for (const [order, truth] of truths) {
    const transaction = transactions.get(order);
    if (transaction === undefined) throw new Violation("the books hold what the shop knows", `nothing is on record of order ${order}`);
    const documents = booked.get(transaction) ?? [];
    checkMoney(transaction, documents, truth, held.has(transaction));
    const back = backOf(truth, received.get(order) ?? new Map(), takenBack.get(truth.name) ?? new Map());
    checkGoods(transaction, documents, truth, back, held.has(transaction));
    checkUnasked(transaction, views.get(transaction), truth, back);
  }
}

function checkMoney(transaction: string, documents: readonly TakenDocument[], { captured, refunded }: OrderTruth, isHeld: boolean): void {
  let money = 0;
  for (const { document } of documents)
    if (document.type === "journal") for (const { role, amount } of document.lines) if (role === "payment-clearing") money += amount;
  if (money > captured || (!isHeld && money !== captured - refunded))
    throw new Violation(
      "the books hold what the shop knows",
      `${transaction} has ${money} at its gateways, the shop took ${captured} and gave ${refunded} back`,
    );
}

/** Pieces by item that came back, however: to the shop or its warehouse, and to tills. */
type Back = ReadonlyMap<string, number>;

/** What the shop refunded as returned and what its warehouse says it has are the same pieces, where both speak of them. */
function backOf({ returned }: OrderTruth, received: Back, takenBack: Back): Back {
  const items = new Set([...returned.keys(), ...received.keys(), ...takenBack.keys()]);
  const of = (pieces: Back, item: string) => pieces.get(item) ?? 0;
  return new Map([...items].map((item) => [item, Math.max(of(returned, item), of(received, item)) + of(takenBack, item)]));
}

/** By the shop's id of the order. */
function takenInByWarehouse({ received }: Script): ReadonlyMap<string, Back> {
  const orders = new Map<string, Map<string, number>>();
  for (const { delivery } of received) {
    const pieces = orders.get(delivery.order) ?? new Map<string, number>();
    orders.set(delivery.order, pieces);
    add(pieces, delivery.item, delivery.pieces);
  }
  return orders;
}

function checkGoods(
  transaction: string,
  documents: readonly TakenDocument[],
  { sent, shipped }: OrderTruth,
  back: Back,
  isHeld: boolean,
): void {
  const moved = new Map<string, number>();
  for (const { document } of documents)
    if (document.type === "stock")
      for (const { item, quantityMillionths } of document.movements) add(moved, item, -quantityMillionths / 1_000_000);
  const piecesOf = (item: string) => (pieces: ReadonlyMap<string, number>) => pieces.get(item) ?? 0;
  for (const item of new Set([...moved.keys(), ...shipped.keys()])) {
    const of = piecesOf(item);
    const [out, left, came] = [of(moved), of(shipped), of(back)];
    if (out > of(sent) || (!isHeld && out !== left - came))
      throw new Violation(
        "the books hold what the shop knows",
        `${transaction} has ${out} of ${item} out, the shop sent ${left}, and ${came} came back to it, its warehouse and tills`,
      );
  }
}

/** Nobody is asked about goods of which no more came back than were sent, nor about money of which no more was given back than taken. */
function checkUnasked(
  transaction: string,
  view: TransactionView | undefined,
  { shipped, captured, refunded }: OrderTruth,
  back: Back,
): void {
  const isTooMuch = refunded > captured || [...back].some(([item, pieces]) => pieces > (shipped.get(item) ?? 0));
  if (isTooMuch) return;
  const asked = view?.exceptions.find(({ opened, closed }) => closed === undefined && opened.class === "policy.over-return");
  if (asked !== undefined)
    throw new Violation(
      "the desk is asked about what is wrong",
      `${transaction} stands at the desk for ${asked.opened.cause}, and no more came back than went`,
    );
}

function add(sums: Map<string, number>, name: string, amount: number): void {
  sums.set(name, (sums.get(name) ?? 0) + amount);
}
