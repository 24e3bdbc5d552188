import type { Hub } from "#hub";
import { type EntityId, type EntityTruth, sampleTruth, settlementTruth, storeDayTruth } from "#sample";
import { allJournals } from "./erp-journals.ts";

/** A figure of an entity's books, minor units of its currency, debit positive. */
export interface ComparedFigure {
  readonly entity: EntityId;
  /** The role, and which of its accounts where the truth tells them apart. */
  readonly figure: string;
  readonly books: number;
  readonly truth: number;
}

/** Which roles the truth knows, and the dimension by which it tells their lines apart. Every other role must hold nothing of the day. */
const dimensionOf: Readonly<Record<string, string>> = {
  "payment-clearing": "gateway",
  "acquirer-clearing": "acquirer",
  "tax-payable": "jurisdiction",
  "tax-collected-in-advance": "jurisdiction",
};
/** Roles that the truth knows together only: what one of them gains the other loses, but for what a sister supplied or took back. */
const together: Readonly<Record<string, string>> = {
  inventory: "stock and its cost",
  cogs: "stock and its cost",
  "due-from": "owed by and to the group",
  "due-to": "owed by and to the group",
  "intercompany-cogs": "bought from and sold to the group",
  "intercompany-revenue": "bought from and sold to the group",
};

/**
 * What the ERP holds of the day against what the sample's own ledger of truth says that it must hold: every role, by addition on both sides. A
 * role that only one of them knows is a difference too.
 */
export async function compareWithTruth(hub: Hub, date: string): Promise<ComparedFigure[]> {
  const truths = truthOf(date);
  const figures: ComparedFigure[] = [];
  for (const [entity, truth] of Object.entries(truths) as [EntityId, Map<string, number>][]) {
    const books = await booksOf(hub, entity);
    for (const figure of [...new Set([...truth.keys(), ...books.keys()])].sort())
      figures.push({ entity, figure, books: books.get(figure) ?? 0, truth: truth.get(figure) ?? 0 });
  }
  return figures;
}

async function booksOf(hub: Hub, entity: EntityId): Promise<Map<string, number>> {
  const sums = new Map<string, number>();
  for await (const journal of allJournals(hub, hub.policy.entities[entity]?.connection ?? "", { entity })) {
    if (journal.key.startsWith("opening/")) continue;
    for (const { role = "", dimensions, debit, credit } of journal.lines) add(sums, nameOf(role, dimensions), debit - credit);
  }
  return sums;
}

function nameOf(role: string, dimensions: Readonly<Record<string, string>>): string {
  const by = dimensionOf[role];
  return by === undefined ? (together[role] ?? role) : `${role} ${dimensions[by] ?? ""}`;
}

function add(sums: Map<string, number>, name: string, amount: number): void {
  if (amount !== 0) sums.set(name, (sums.get(name) ?? 0) + amount);
}

/** The day, its money and its tills, debit positive. */
function truthOf(date: string): Record<EntityId, Map<string, number>> {
  const { ledger } = sampleTruth({ date });
  const settled = settlementTruth({ date });
  const sums = { US1: dayOf(ledger.US1), US2: dayOf(ledger.US2), CA1: dayOf(ledger.CA1) };
  sums.US1.set("payment-clearing shopify_payments", settled.clearing);
  add(sums.US1, "card-fees", settled.cardFees);
  add(sums.US1, "dispute-fees", settled.disputeFees);
  add(sums.US1, "dispute-receivable", settled.disputeReceivable);
  add(sums.US1, "bank-in-transit", settled.bankInTransit);
  add(sums.US1, "bank", settled.bank);
  add(sums.US1, "unidentified-receipts", settled.unidentifiedReceipts);
  for (const { entity, books } of storeDayTruth({ date })) {
    add(sums[entity], "cash-drawer", books.drawers);
    add(sums[entity], "safe", books.safe);
    add(sums[entity], "bank-in-transit", books.bankInTransit);
    add(sums[entity], "bank", books.bank);
    add(sums[entity], "cash-over-short", books.cashOverShort);
    add(sums[entity], "petty-expense", books.pettyExpense);
  }
  return sums;
}

function dayOf(truth: EntityTruth): Map<string, number> {
  const sums = new Map<string, number>();
  const each = (role: string, amounts: Readonly<Record<string, number>>, sign = 1) => {
    for (const [name, amount] of Object.entries(amounts))
      add(sums, dimensionOf[role] === undefined ? role : `${role} ${name}`, sign * amount);
  };
  each("payment-clearing", truth.clearingByGateway);
  each("acquirer-clearing", truth.clearingByAcquirer);
  each("cash-drawer", truth.drawers);
  each("safe", truth.safes);
  each("tax-payable", truth.taxPayable, -1);
  each("tax-collected-in-advance", truth.taxInAdvance, -1);
  add(sums, "accounts-receivable", truth.receivable);
  add(sums, "gift-card-liability", truth.giftCardsRedeemed);
  add(sums, "discounts", truth.discounts);
  add(sums, "sales-returns", truth.returns);
  add(sums, "price-concessions", truth.concessions);
  add(sums, "cash-rounding", truth.cashRounding);
  add(sums, "sales", -truth.grossSales);
  add(sums, "shipping-revenue", -truth.shipping);
  add(sums, "deferred-revenue", -truth.deferredRevenue);
  add(sums, "refund-payable", -truth.refundPayable);
  add(sums, "tips-payable", -truth.tipsPayable);
  add(sums, "owed by and to the group", truth.dueFromGroup);
  add(sums, "bought from and sold to the group", truth.boughtFromGroup);
  add(sums, "stock and its cost", truth.takenBackForGroup);
  return sums;
}
