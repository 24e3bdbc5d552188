import type { BusinessEvent, EventOf } from "#domain/events";
import { type IssueQueue, takeBack } from "#domain/inventory";
import { cumulativeShare, formatMinorUnits, sum } from "#domain/money";
import { itemFor, jurisdictionFor, type Policy } from "#domain/policy";
import { givenByTill, type LineValue, roundedAsGiven, standingVoid, type TakenBackUnits, valueWithTax } from "#domain/returns";
import { depositCollected } from "../collected.ts";
import { consignedLines, consignorOf } from "../consigned.ts";
import { bookCouponBack } from "../coupons.ts";
import { dimensionsOf } from "../dimensions.ts";
import type { DocumentFrame, TargetDraft } from "../draft.ts";
import { JournalLines } from "../journal-lines.ts";
import { type ReturnedPart, receiveGoods } from "../orders/restock.ts";
import { bookPaidAbroad, isPaidAbroad, owedThrough } from "./owed-for-return.ts";
import { goodsTakenBack, hold, roundingOf, type TakenBack, withoutLeftOut } from "./store-return.ts";
import { lineCoupons } from "./ticket-coupons.ts";

type Ticket = EventOf<"ticket.completed">;

/**
 * c16–c19 and c31 for goods of a ticket that a store took back, told by the ticket that gave their value back: revenue and tax of this sale
 * reverse here, and the goods enter the store's stock at the cost they left with.
 */
export function ticketReturns(facts: readonly BusinessEvent[], policy: Policy, draft: TargetDraft): void {
  const ticket = facts.find((event) => event.name === "ticket.completed");
  const back: Back = { queues: new Map(), units: new Map(), leftOut: new Set() };
  for (const event of facts) {
    if (event.name !== "return.taken-back") continue;
    if (ticket === undefined) {
      const message = `${event.key} gives goods of a ticket back that has not arrived or is quarantined. It heals when it does; if overdue, have its file sent again.`;
      hold(draft, event, { class: "sequence.parent-missing", code: "original", cause: event.key, event: event.key, message });
    } else if (undoneBefore(ticket, event, facts)) {
      const message = `${event.key} gives goods back of a ticket that was undone as a whole before. Check which of the two happened, and book the other's money by hand.`;
      const given = { amount: givenByTill(event), currency: event.currency };
      // Not held but left out: what was booked before the void arrived is taken back, so that the books do not depend on who came first.
      draft.problem({ class: "policy.over-return", code: "voided", cause: event.key, ...given, message });
    } else oneReturn(ticket, event, facts, policy, draft, back);
  }
}

/** What came back of each line of the ticket so far: off its stock movement, and in millionths. */
interface Back {
  readonly queues: Map<string, IssueQueue>;
  readonly units: Map<string, number>;
  /** Keys of returns that are left out: they gave nothing back. */
  readonly leftOut: Set<string>;
}

function undoneBefore(ticket: Ticket, event: TakenBack, facts: readonly BusinessEvent[]): boolean {
  const voided = standingVoid(ticket, facts);
  return voided !== undefined && facts.indexOf(voided) < facts.indexOf(event);
}

function oneReturn(
  ticket: Ticket,
  event: TakenBack,
  facts: readonly BusinessEvent[],
  policy: Policy,
  draft: TargetDraft,
  back: Back,
): void {
  const { store, currency } = ticket;
  const entity = policy.stores[store]?.entity ?? "";
  const frame: DocumentFrame = { event, entity, currency, businessDate: event.businessDate };
  const goods = goodsTakenBack(withoutLeftOut(facts, back.leftOut), event, entity, { policy, draft });
  if (goods === "left-out") back.leftOut.add(event.key);
  if (typeof goods === "string") return;
  const { told } = goods;
  const given = givenByTill(told);
  const functional = policy.entities[entity]?.functionalCurrency;
  const lines = new JournalLines();
  const placed = roundedAsGiven(goods.placed, roundingOf(policy, event));
  for (const each of placed) bookReturned(ticket, each, policy, lines, back);
  bookShipping(ticket, goods.shipping, policy, lines);
  const value = sum([...placed, { value: goods.shipping }].map(valueWithTax));
  if (value > given) {
    const difference = value - given;
    const message = `${event.key}: store ${event.store} gave back ${formatMinorUnits(difference, currency)} ${currency} less than its goods were sold for. If a fee was kept, have the till state it; otherwise correct the ticket ${event.ticket}.`;
    const head = { class: "money.amount-mismatch", code: "store-return", cause: event.key, event: event.key } as const;
    hold(draft, event, { ...head, amount: difference, currency, message });
    return;
  }
  lines.add("price-concessions", dimensionsOf("price-concessions", { reason: "goodwill" }), given - value);
  const { owed, worth, pair } = owedThrough(told, functional);
  lines.add(owed.role, owed.dimensions, -given, worth);
  draft.journal(frame, "store-return", lines, pair);
  if (isPaidAbroad(told)) bookPaidAbroad(told, frame, functional, draft);
  const parts = goods.placed.flatMap((each) => returnedParts(ticket, each, event, policy, draft, back.queues));
  receiveGoods({ draft, policy, entity, order: { currency }, frame: (_, other) => ({ ...frame, ...other }) }, event, parts);
}

/** Dr sales returns (or what a deposit owes) and tax, as this ticket had them. */
function bookReturned(
  ticket: Ticket,
  { lineId, quantityMillionths, value }: TakenBackUnits,
  policy: Policy,
  lines: JournalLines,
  { units }: Back,
): void {
  const { store } = ticket;
  const sold = ticket.lines.find(({ id }) => id === lineId);
  const known = itemFor(policy, sold?.item ?? "");
  const owner = policy.stores[store];
  const consignor = owner === undefined ? undefined : consignorOf(policy, known, owner.location);
  const terms = { itemClass: known?.class ?? "", value: -value.net, entity: owner?.entity ?? "", day: ticket.businessDate };
  const consigned = consignor === undefined ? undefined : consignedLines(policy, { consignor, ...terms });
  const deposit = known?.deposit;
  const { role, dimensions } =
    deposit === undefined
      ? { role: "sales-returns", dimensions: dimensionsOf("sales-returns", { channel: "pos", store }) }
      : depositCollected(deposit);
  if (consigned === undefined) lines.add(role, dimensions, value.net);
  for (const each of consigned ?? []) lines.add(each.role, each.dimensions, each.amount);
  const before = units.get(lineId) ?? 0;
  units.set(lineId, before + quantityMillionths);
  if (consigned === undefined && deposit === undefined) {
    for (const [issuer, amount] of lineCoupons(ticket, lineId, policy)) {
      const upTo = (quantity: number) => cumulativeShare(amount, quantity, sold?.quantityMillionths ?? 0);
      bookCouponBack(lines, issuer, { role, dimensions }, upTo(before + quantityMillionths) - upTo(before));
    }
  }
  bookTaxes(store, value.taxes, policy, lines);
}

/** c17: what the till had taken for bringing the goods. */
function bookShipping({ store }: Ticket, { net, taxes }: LineValue, policy: Policy, lines: JournalLines): void {
  lines.add("sales-returns", dimensionsOf("sales-returns", { channel: "pos", store }), net);
  bookTaxes(store, taxes, policy, lines);
}

function bookTaxes(store: string, taxes: LineValue["taxes"], policy: Policy, lines: JournalLines): void {
  for (const { code, amount } of taxes) {
    const jurisdiction = jurisdictionFor(policy, "pos", store, code);
    lines.add("tax-payable", dimensionsOf("tax-payable", { jurisdiction }), amount);
  }
}

/** c38: what came back off the ticket's own stock movements, each part once. What does not go back to stock counts as come back too. */
function returnedParts(
  ticket: Ticket,
  { line, lineId, quantityMillionths }: TakenBackUnits,
  event: TakenBack,
  policy: Policy,
  draft: TargetDraft,
  queues: Map<string, IssueQueue>,
): ReturnedPart[] {
  const sold = ticket.lines.find(({ id }) => id === lineId);
  const known = sold === undefined ? undefined : itemFor(policy, sold.item);
  const store = policy.stores[ticket.store];
  if (sold === undefined || store === undefined || known === undefined || !known.stocked) return [];
  if (consignorOf(policy, known, store.location) !== undefined) return [];
  let queue = queues.get(lineId);
  if (queue === undefined) {
    const issue = {
      document: draft.keyOf(ticket.key, "stock", store.entity, policy.entities[store.entity]?.functionalCurrency ?? ticket.currency),
      movement: lineId,
      item: sold.item,
      itemClass: known.class,
      location: store.location,
      entity: store.entity,
      quantityMillionths: sold.quantityMillionths,
      outMillionths: sold.quantityMillionths,
      held: false,
    };
    queues.set(lineId, (queue = { issues: [issue], first: 0 }));
  }
  const parts = takeBack(queue, quantityMillionths);
  if (!line.restock) return [];
  return parts.map((part, index) => ({
    ...part,
    holding: "cogs",
    id: [line.id, lineId, ...(index === 0 ? [] : [String(index + 1)])].join("."),
    location: event.location,
    receiver: event.entity,
  }));
}
