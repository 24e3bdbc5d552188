import type { BusinessEvent, EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { type MinorUnits, sum } from "#domain/money";
import { itemFor, jurisdictionFor, type Policy, type StorePolicy, ticketRuleFor } from "#domain/policy";
import { sellsGoods, ticketLineValues } from "#domain/returns";
import { ticketTotal } from "#domain/store-day";
import { depositCollected } from "../collected.ts";
import { consignedLines, consignorOf, noConsignment } from "../consigned.ts";
import { bookCouponBack, couponIssuer } from "../coupons.ts";
import { dimensionsOf } from "../dimensions.ts";
import type { TargetMovement } from "../documents.ts";
import type { DocumentFrame, TargetDraft } from "../draft.ts";
import { bookOthersStoredValue, type TenderAmount } from "../intercompany.ts";
import { JournalLines } from "../journal-lines.ts";
import { tenderLine } from "../tender.ts";
import { ambiguousProblems, blindProblems } from "./blind-returns.ts";
import { masterDataProblems } from "./master-data-rules.ts";
import { storeRefundPayable } from "./owed-for-return.ts";
import { tellAccounts } from "./ticket-accounts.ts";
import { ticketCollected } from "./ticket-collects.ts";
import { lineCoupons } from "./ticket-coupons.ts";
import { type LinkedReturns, linkedReturns, linkedValue, tellOriginals } from "./ticket-originals.ts";
import { tellReplaced } from "./ticket-void.ts";

type Ticket = EventOf<"ticket.completed">;

/** The sales channel of every till, as a dimension of revenue. */
const channel = "pos";

/**
 * Rows c27–c29 and the stock of a ticket: one journal and one stock document per finished ticket. A return line whose sale is known gives
 * back what that sale owes (c31): its revenue, tax and goods are the sale's, which is told. Any other return line is a blind one.
 */
export function ticketLedger(events: readonly BusinessEvent[], policy: Policy, draft: TargetDraft): void {
  for (const event of events) if (event.name === "ticket.completed") oneTicket(event, events, policy, draft);
}

function oneTicket(ticket: Ticket, events: readonly BusinessEvent[], policy: Policy, draft: TargetDraft): void {
  const store = policy.stores[ticket.store];
  const entity = store === undefined ? undefined : policy.entities[store.entity];
  if (store === undefined || entity === undefined) {
    draft.problem({
      class: "data.unmapped",
      code: "store",
      cause: `store:${ticket.store}`,
      event: ticket.key,
      message: `store ${ticket.store} belongs to no entity. Add it to the stores of the policies; the ticket posts by itself.`,
    });
    draft.hold(ticket);
    return;
  }
  const frame: DocumentFrame = { event: ticket, entity: store.entity, currency: ticket.currency, businessDate: ticket.businessDate };
  const linked = linkedReturns(ticket, events);
  const collected = ticketCollected(ticket, policy, store.entity, taxesOf(ticket).perLine, linked.lines);
  const problems = [
    ...itemProblems(ticket, policy),
    ...consignmentProblems(ticket, policy, store),
    ...taxProblems(ticket, policy),
    ...tenderProblems(ticket, policy),
    ...masterDataProblems(ticket, policy, "error").map(({ problem }) => problem),
    ...collected.problems,
  ];
  for (const problem of problems) draft.problem({ ...problem, event: ticket.key });
  for (const problem of [...ambiguousProblems(ticket, linked), ...blindProblems(ticket, linked, policy)]) draft.problem(problem);
  if (problems.length === 0) {
    const lines = ticketJournal(ticket, linked, policy);
    for (const { role, dimensions, amount } of collected.own) lines.add(role, dimensions, amount);
    const seller = { policy, event: ticket, seller: store.entity, currency: ticket.currency, businessDate: ticket.businessDate };
    const { pair } = bookOthersStoredValue(draft, seller, [...ticketTenders(ticket, policy), ...collected.storedValue], lines);
    draft.journal(frame, "ticket", lines, pair);
    tellOriginals(ticket, frame, store.location, linked, draft);
    tellAccounts(ticket, frame, policy, draft);
    tellReplaced(ticket, events, frame, draft);
  }
  const goodsKnown = problems.every((problem) => problem.code !== "item");
  if (goodsKnown) {
    draft.stock({ ...frame, currency: entity.functionalCurrency }, "stock", ticketMovements(ticket, linked, policy, store.location));
  }
  if (problems.length > 0) draft.hold(ticket);
}

/** c27–c29. Sales gross and discounts apart, returns net; taxes as stated; change and refunded tenders are negative. */
function ticketJournal(ticket: Ticket, linked: LinkedReturns, policy: Policy): JournalLines {
  const lines = new JournalLines();
  const { store } = ticket;
  const taxes = taxesOf(ticket);
  for (const [index, line] of ticket.lines.entries()) {
    if (linked.lines.has(index)) {
      bookLinked(ticket, index, policy, lines);
      continue;
    }
    if (!sellsGoods(line)) continue;
    const tax = ticket.taxesIncluded ? taxes.perLine[index]! : 0;
    const discount = sum(line.discounts.map((each) => each.amount));
    const deposit = itemFor(policy, line.item)?.deposit;
    if (deposit !== undefined) {
      const { role, dimensions } = depositCollected(deposit);
      const value = line.gross - discount - tax;
      lines.add(role, dimensions, line.kind === "return" ? value : -value);
      continue;
    }
    const consigned = consignedLine(ticket, line, line.gross - discount - tax, policy);
    if (consigned !== undefined) {
      for (const { role, dimensions, amount } of consigned) lines.add(role, dimensions, amount);
      continue;
    }
    if (line.kind === "return") {
      const returned = { role: "sales-returns", dimensions: dimensionsOf("sales-returns", { channel, store }) };
      lines.add(returned.role, returned.dimensions, line.gross - discount - tax);
      for (const [issuer, amount] of lineCoupons(ticket, line.id, policy)) bookCouponBack(lines, issuer, returned, amount);
      continue;
    }
    const itemClass = itemFor(policy, line.item)?.class;
    lines.add("sales", dimensionsOf("sales", { channel, store, "item-class": itemClass }), tax - line.gross);
    for (const each of line.discounts) addDiscount(lines, each, ticket, policy);
  }
  for (const each of ticket.discounts) addDiscount(lines, each, ticket, policy);
  for (const { code, amount } of taxes.all) {
    const jurisdiction = jurisdictionFor(policy, "pos", store, code);
    lines.add("tax-payable", dimensionsOf("tax-payable", { jurisdiction }), -amount);
  }
  lines.add("cash-over-short", dimensionsOf("cash-over-short", { store }), underpaid(ticket, policy));
  lines.add("cash-rounding", dimensionsOf("cash-rounding", {}), -ticket.cashRounding);
  lines.add("rounding", dimensionsOf("rounding", {}), -ticket.rounding);
  return lines;
}

/** What policy lets a customer pay too little, or negative too much (tenders-pay-total): over or short of the till's cash. */
function underpaid(ticket: Ticket, policy: Policy): MinorUnits {
  const { limit = 0 } = ticketRuleFor(policy, "tenders-pay-total", ticket);
  const owed = sum([ticketTotal(ticket), ticket.cashRounding, ...ticket.tenders.map(({ amount }) => -amount)]);
  // More than that is no payment's difference: the figures are wrong, and the unbalanced journal says so.
  return Math.abs(owed) <= limit ? owed : 0;
}

/** c31: the sale owes what the till gives back; the tax that the till states for it is no tax of the till's. */
function bookLinked(ticket: Ticket, index: number, policy: Policy, lines: JournalLines): void {
  const { given, taxes } = linkedValue(ticket, index);
  const { role, dimensions } = storeRefundPayable(ticket.currency);
  lines.add(role, dimensions, given);
  for (const { code, amount } of taxes) {
    const jurisdiction = jurisdictionFor(policy, "pos", ticket.store, code);
    lines.add("tax-payable", dimensionsOf("tax-payable", { jurisdiction }), -amount);
  }
}

/** Where the money went to or came from; what is not mapped has held the ticket before. */
function ticketTenders(ticket: Ticket, policy: Policy): TenderAmount[] {
  const { store, register, currency } = ticket;
  return ticket.tenders.flatMap((tender) => {
    const facts = { currency: tender.foreign?.currency ?? currency, register, store };
    const line = tenderLine(policy, "pos", tender.type, tender.cardBrand, facts);
    return line.kind === "mapped" ? [{ ...line, amount: tender.amount }] : [];
  });
}

/** c7; c45: what a third party pays for its coupon is a claim on it, and does not lower revenue. */
function addDiscount(lines: JournalLines, discount: Ticket["discounts"][number], ticket: Ticket, policy: Policy): void {
  const { store, businessDate: day } = ticket;
  const issuer = couponIssuer(policy, { code: discount.promotion, entity: policy.stores[store]?.entity ?? "", day });
  if (issuer !== undefined) {
    lines.add("coupon-receivable", dimensionsOf("coupon-receivable", { issuer }), discount.amount);
    return;
  }
  const promotion = discount.employee === true ? "employee" : discount.promotion;
  lines.add("discounts", dimensionsOf("discounts", { channel, store, promotion }), discount.amount);
}

/** c48: a sale line, or a return without its sale, of goods that are a consignor's; undefined: they are ours. */
function consignedLine(ticket: Ticket, line: Ticket["lines"][number], net: MinorUnits, policy: Policy): ReturnType<typeof consignedLines> {
  const store = policy.stores[ticket.store];
  const known = itemFor(policy, line.item);
  const consignor = store === undefined ? undefined : consignorOf(policy, known, store.location);
  if (store === undefined || consignor === undefined) return undefined;
  const value = line.kind === "return" ? -net : net;
  const itemClass = known?.class ?? "";
  return consignedLines(policy, { consignor, itemClass, value, entity: store.entity, day: ticket.businessDate });
}

function consignmentProblems(ticket: Ticket, policy: Policy, { location, entity }: StorePolicy): Problem[] {
  return ticket.lines.filter(sellsGoods).flatMap(({ item }): Problem[] => {
    const known = itemFor(policy, item);
    const consignor = consignorOf(policy, known, location);
    if (consignor === undefined || known === undefined) return [];
    const sold = { consignor, itemClass: known.class, entity, day: ticket.businessDate };
    return consignedLines(policy, { ...sold, value: 0 }) === undefined ? [noConsignment(sold)] : [];
  });
}

/** The taxes of the ticket, signed (returns negative), and how much of them lies in each line, not negative. */
function taxesOf(ticket: Ticket): {
  readonly all: readonly { code: string; amount: MinorUnits }[];
  readonly perLine: readonly MinorUnits[];
} {
  const perLine = ticketLineValues(ticket).map(({ taxes }) => sum(taxes.map(({ amount }) => amount)));
  if (ticket.lines.every((line) => line.taxes.length === 0)) return { all: ticket.taxes, perLine };
  const all = ticket.lines.flatMap((line) =>
    line.taxes.map(({ code, amount }) => ({ code, amount: line.kind === "return" ? -amount : amount })),
  );
  return { all, perLine };
}

/** Sales leave the store's stock; goods taken back enter it, at the average while nothing ties them to their sale. */
function ticketMovements(ticket: Ticket, linked: LinkedReturns, policy: Policy, location: string): TargetMovement[] {
  const movements: TargetMovement[] = [];
  for (const [index, line] of ticket.lines.entries()) {
    if (linked.lines.has(index)) continue;
    if (!sellsGoods(line)) continue;
    const known = itemFor(policy, line.item);
    const moves = line.quantityMillionths > 0 && (line.kind === "sale" || line.restock);
    if (!moves || known === undefined || !known.stocked || consignorOf(policy, known, location) !== undefined) continue;
    movements.push({
      id: line.id,
      item: line.item,
      itemClass: known.class,
      location,
      quantityMillionths: line.kind === "sale" ? -line.quantityMillionths : line.quantityMillionths,
      counterRole: "cogs",
      cost: "average",
    });
  }
  return movements;
}

function itemProblems(ticket: Ticket, policy: Policy): Problem[] {
  return ticket.lines.filter(sellsGoods).flatMap((line): Problem[] => {
    if (itemFor(policy, line.item) !== undefined && line.item !== "") return [];
    return [
      {
        class: "data.unmapped",
        code: "item",
        cause: line.item === "" ? `item:line ${line.id}` : `item:${line.item}`,
        message:
          line.item === ""
            ? `line ${line.id} of ${ticket.key} names no item. Have the till send one; a corrected ticket replaces it.`
            : `item ${line.item} is not in the item policy. Add it; the ticket posts by itself.`,
      },
    ];
  });
}

function taxProblems(ticket: Ticket, policy: Policy): Problem[] {
  return taxesOf(ticket).all.flatMap(({ code, amount }): Problem[] => {
    const jurisdiction = jurisdictionFor(policy, "pos", ticket.store, code);
    if (amount === 0 || (jurisdiction !== undefined && policy.jurisdictions[jurisdiction] !== undefined)) return [];
    return [
      {
        class: "data.unmapped",
        code: "tax",
        cause: `tax:${code}`,
        message: `tax ${JSON.stringify(code)} of store ${ticket.store} has no jurisdiction. Map it in the tax policy; the ticket posts by itself.`,
      },
    ];
  });
}

function tenderProblems(ticket: Ticket, policy: Policy): Problem[] {
  return ticket.tenders.flatMap((tender): Problem[] => {
    const line = tenderLine(policy, "pos", tender.type, tender.cardBrand, {});
    return line.kind === "unmapped" ? [line.problem] : [];
  });
}
