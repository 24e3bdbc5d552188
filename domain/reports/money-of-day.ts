import { businessDateIn } from "#domain/calendar";
import type { BusinessEvent, EventOf } from "#domain/events";
import { type EventKey, streamOf, type TransactionId } from "#domain/identity";
import { type Dimensions, depositKey, foldFacts } from "#domain/ledger";
import type { TransactionView } from "#domain/lineage";
import { type Currency, cumulativeShare, type MinorUnits } from "#domain/money";
import { type Policy, roles, tenderFor } from "#domain/policy";
import { contributionIn, foldPlans, gatherFacts, type LiveDocument, type SummedUpIn, summariesOf } from "#domain/posting";
import { inOrderCurrency, type OrderMoney, standingVoid } from "#domain/returns";
import type { CertificateItem, CertificateLine } from "./certificate.ts";

/** What the ERP and the gateways hold of one transaction, looked up by whoever asks. */
export interface HeldElsewhere {
  /** Lines of the journal of this key as the ERP holds it, transaction currency; undefined: it has none. */
  erpLines(erpKey: string): readonly { readonly role: string; readonly dimensions: Dimensions; readonly amount: MinorUnits }[] | undefined;
  /** The store days and windows that the transaction told. */
  readonly windows: readonly TransactionView[];
  /** Whether the payout of a settlement row is in the bank, whole. */
  isBanked(settlement: TransactionId): boolean;
  /** What a row in another currency settles of a payment, in the payment's own; undefined: it does not say. */
  soldBy(settlement: TransactionId, payment: string): { readonly amount: MinorUnits; readonly currency: string } | undefined;
  /** Whether bank lines show the whole of a deposit, by the key under which it was told. */
  isDeposited(deposit: EventKey): boolean;
  /** Whether an account of the policies settles this gateway, be it another entity's (c32). */
  isSettled(gateway: string): boolean;
}

/**
 * Clearing accounts, drawers and the like: where money stands that a bank will show one day. Stored value has its own report, and what a
 * count finds over or short is money no more.
 */
const isMoney = (role: string) => {
  const known = Object.hasOwn(roles, role) ? roles[role] : undefined;
  return known?.side === "asset" && (known.class === "clearing" || known.class === "cash");
};

/** Money that a transaction says moved on a day, by where it went, as each side holds it. Empty when it says nothing of that day. */
export function moneyOfDay(view: TransactionView, policy: Policy, date: string, elsewhere: HeldElsewhere): readonly CertificateItem[] {
  const { kind, channel, place } = streamOf(view.transaction);
  if (kind === "store-day") return tillMoneyOfDay(view, policy, date, elsewhere);
  if (kind !== "sale") return [];
  const timeZone = policy.shops[place]?.timeZone ?? policy.stores[place]?.timeZone ?? "UTC";
  const { events: stated } = foldFacts(gatherFacts(view.documents).events);
  const order = stated.find((event) => event.name === "order.placed");
  if (order?.test === true) return [];
  // As the books have it: what is stated in the customer's currency alone counts for its share of the order.
  const money = order === undefined ? undefined : inOrderCurrency(order, stated, { policy, channel, place });
  const events = money?.events ?? stated;
  const facts = { view, elsewhere, settled: settledBy(events), booked: bookedBy(view) };
  const base = { kind: channel === "pos" ? "store-day" : "channel-day", name: place } as const;
  const ticket = events.find((event) => event.name === "ticket.completed");
  const isUndone = ticket !== undefined && standingVoid(ticket, events) !== undefined;
  const items = events.flatMap((event, index) => {
    const moved =
      event.name === "ticket.voided" && isUndone && ticket !== undefined
        ? { ...tendersOf(ticket, policy, -1), isUndone }
        : movedBy(asMoved(event, stated[index]!, money), { policy, channel, isUndone, dayOf: (at) => businessDateIn(timeZone, at) });
    return moved === undefined || moved.day !== date ? [] : itemsOf({ ...base, currency: moved.currency }, event.key, moved, facts);
  });
  return [...items, ...heldDocuments(view, base, date, timeZone)];
}

/** What tills moved without a sale, and what a count found over or short: it posts when the day is audited. */
function tillMoneyOfDay(view: TransactionView, policy: Policy, date: string, elsewhere: HeldElsewhere): readonly CertificateItem[] {
  const { events } = foldFacts(gatherFacts(view.documents).events);
  const facts = { view, elsewhere, settled: [], booked: bookedBy(view) };
  const isAudited = events.some((event) => event.name === "store-day.audited");
  return events.flatMap((event): CertificateItem[] => {
    if ((event.name !== "till.moved" && event.name !== "till.balanced") || event.businessDate !== date) return [];
    const base = { kind: "store-day", name: event.store, currency: policy.stores[event.store]?.currency ?? event.currency } as const;
    const moved = tillMoney(event, policy, base.currency);
    const items = moved.means.size === 0 ? [] : itemsOf(base, event.key, moved, facts);
    return isAudited
      ? items
      : items.map((item) => (item.lineage === undefined ? { ...item, waitsFor: "waits for its store day to be audited" } : item));
  });
}

type TillMoney = EventOf<"till.moved" | "till.balanced">;

/** c27: where the money of a till went and came from. */
function tillMoney(event: TillMoney, policy: Policy, currency: Currency): Moved {
  const means = new Map<string, MinorUnits>();
  const rule = tenderFor(policy, "pos", event.tender, undefined);
  const place = meansOf(policy, "pos", event.tender, undefined);
  const safe = rule?.role === "cash-drawer" ? "safe" : place;
  const found = event.name === "till.balanced" ? event.counted - event.expected : event.amount;
  const isForeign = event.currency !== currency;
  // Foreign money lies in the store at what the till took it for, if it says so, and is worth the day's rate at the bank.
  const amount = !isForeign ? found : event.valued?.currency === currency ? event.valued.amount : undefined;
  const moves: readonly (readonly [means: string | undefined, sign: number])[] =
    event.name === "till.balanced" ? [[event.register === undefined ? safe : place, 1]] : tillMoves(event.kind, place, safe);
  for (const [name, sign] of found === 0 ? [] : moves) add(means, name, sign * (amount ?? 0));
  const isUnsaid = (name: string) => amount === undefined || (isForeign && name === inTransit);
  return { day: event.businessDate, currency, means, paysBy: () => false, isUnsaid };
}

function tillMoves(kind: EventOf<"till.moved">["kind"], place: string | undefined, safe: string | undefined) {
  switch (kind) {
    case "loan":
      return [
        [place, 1],
        [safe, -1],
      ] as const;
    case "pickup":
    case "safe-drop":
      return [
        [safe, 1],
        [place, -1],
      ] as const;
    case "paid-in":
      return [[place, 1]] as const;
    case "paid-out":
    case "tip-out":
      return [[place, -1]] as const;
    case "bank-deposit":
      return [
        [inTransit, 1],
        [safe, -1],
      ] as const;
  }
}

interface Moved {
  readonly day: string;
  readonly currency: Currency;
  /** Whether what a settlement calls the payment is of this event and went there. */
  readonly paysBy: (payment: string, means: string) => boolean;
  readonly isUndone?: boolean;
  /** Where its source does not say what moved as the books have it: their word is all there is. Absent: it says everything. */
  readonly isUnsaid?: (means: string) => boolean;
  /** What moved, where that was in another currency than it counts for; signed. */
  readonly foreign?: { readonly amount: MinorUnits; readonly currency: string };
  /** Signed by where the money went: "payment-clearing shopify_payments". */
  readonly means: ReadonlyMap<string, MinorUnits>;
}

interface Reading {
  readonly policy: Policy;
  readonly channel: string;
  readonly isUndone: boolean;
  readonly dayOf: (instant: string) => string;
}

/** c33: what moved in a third currency is booked in that one, as the payment itself states it. */
function asMoved(event: BusinessEvent, stated: BusinessEvent, money: OrderMoney | undefined): BusinessEvent {
  if (!isPayment(event) || !isPayment(stated)) return event;
  return money?.abroad.get(event.paymentId)?.currency === stated.currency ? stated : event;
}

function isPayment(event: BusinessEvent): event is EventOf<"payment.captured" | "payment.refunded"> {
  return event.name === "payment.captured" || event.name === "payment.refunded";
}

/** The money that an event says moved, as its source states it; undefined for an event that moves none. */
function movedBy(event: BusinessEvent, { policy, channel, isUndone, dayOf }: Reading): Moved | undefined {
  switch (event.name) {
    case "payment.captured":
      return { ...payment(event, 1, policy, channel), day: dayOf(event.occurredAt) };
    case "payment.refunded":
      return event.status === "success" ? { ...payment(event, -1, policy, channel), day: dayOf(event.occurredAt) } : undefined;
    case "ticket.completed":
      return { ...tendersOf(event, policy, 1), isUndone };
    case "cod.remitted":
      return { ...remittance(event), day: dayOf(event.occurredAt) };
    default:
      return undefined;
  }
}

/**
 * c46: what a courier pays over, less its fee, is on its way to the bank. What of it the shop had stated as captured leaves that clearing
 * account, which the courier does not say.
 */
function remittance({ amount, fee, currency }: EventOf<"cod.remitted">) {
  const means = new Map<string, MinorUnits>();
  add(means, inTransit, amount - fee);
  return { currency, means, paysBy: () => false, isUnsaid: (name: string) => name !== inTransit };
}

function payment(event: EventOf<"payment.captured" | "payment.refunded">, sign: 1 | -1, policy: Policy, channel: string) {
  const amount = sign * (event.amount + (event.rounding ?? 0));
  const means = new Map<string, MinorUnits>();
  add(means, meansOf(policy, channel, event.gateway, event.cardBrand), amount);
  const foreign = event.foreign === undefined ? {} : { foreign: { ...event.foreign, amount: sign * event.foreign.amount } };
  return { currency: event.currency, means, paysBy: (payment: string) => payment === event.paymentId, ...foreign };
}

/** A settlement calls the payment of a ticket by its tender: what went to one acquirer is none of another's. */
function tendersOf(ticket: EventOf<"ticket.completed">, policy: Policy, sign: 1 | -1): Moved {
  const means = new Map<string, MinorUnits>();
  const ids = new Map<string, string | undefined>();
  for (const { id, type, cardBrand, amount } of ticket.tenders) {
    const name = meansOf(policy, "pos", type, cardBrand);
    add(means, name, sign * amount);
    ids.set(id, name);
  }
  const paysBy = (payment: string, name: string) => sign === 1 && ids.get(payment.slice(payment.lastIndexOf("/") + 1)) === name;
  return { day: ticket.businessDate, currency: ticket.currency, means, paysBy };
}

function add(means: Map<string, MinorUnits>, name: string | undefined, amount: MinorUnits): void {
  if (name !== undefined) means.set(name, (means.get(name) ?? 0) + amount);
}

/** Undefined: no money, such as a gift card. A tender without a rule is money until somebody says otherwise. */
function meansOf(policy: Policy, channel: string, name: string, cardBrand: string | undefined): string | undefined {
  const rule = tenderFor(policy, channel, name, cardBrand);
  if (rule === undefined) return `no tender rule: ${name}`;
  return isMoney(rule.role) ? nameOf(rule.role, { gateway: name, ...rule.dimensions }) : undefined;
}

function nameOf(role: string, dimensions: Dimensions): string {
  const party = role === "payment-clearing" ? dimensions.gateway : role === "acquirer-clearing" ? dimensions.acquirer : undefined;
  return party === undefined ? role : `${role} ${party}`;
}

const inTransit = "bank-in-transit";

type Lines = readonly { readonly role: string; readonly dimensions: Dimensions; readonly amount: MinorUnits }[];

/** A journal that stands for an event: itself in the ERP, or as a part of a summary. */
type Booked =
  | { readonly kind: "journal"; readonly live: LiveDocument; readonly lines: Lines }
  | { readonly kind: "contribution"; readonly document: string; readonly lines: Lines };

function bookedBy(view: TransactionView): ReadonlyMap<EventKey, readonly Booked[]> {
  const booked = new Map<EventKey, Booked[]>();
  const note = (event: EventKey, one: Booked) => booked.set(event, [...(booked.get(event) ?? []), one]);
  for (const { plans, outcomes } of view.chains.values()) {
    const { live, told } = foldPlans(plans, outcomes);
    for (const each of live.values()) {
      if (each.document.type === "journal") note(each.document.event, { kind: "journal", live: each, lines: each.document.lines });
    }
    for (const { document } of told.values()) {
      const contribution = contributionIn(document);
      if (contribution !== undefined)
        note(document.event, { kind: "contribution", document: contribution.document, lines: contribution.lines });
    }
  }
  return booked;
}

function settledBy(events: readonly BusinessEvent[]): readonly EventOf<"payment.settled">[] {
  return events.filter((event) => event.name === "payment.settled").filter(({ amount }) => amount !== 0);
}

interface Facts {
  readonly view: TransactionView;
  readonly elsewhere: HeldElsewhere;
  readonly settled: readonly EventOf<"payment.settled">[];
  readonly booked: ReadonlyMap<EventKey, readonly Booked[]>;
}

function itemsOf(line: Omit<CertificateLine, "means">, event: EventKey, moved: Moved, facts: Facts): CertificateItem[] {
  const { view, elsewhere } = facts;
  const booked = facts.booked.get(event) ?? [];
  const inLineage = sumByMeans(booked.map(({ lines }) => lines));
  const summaries = booked.some(({ kind }) => kind === "contribution") ? summariesOf(view, elsewhere.windows) : [];
  const found = booked.map((each) => inErp(each, elsewhere, summaries));
  const inLedger = sumByMeans(found.flatMap(({ lines }) => lines ?? []));
  const notFound = found.find(({ lines }) => lines === undefined)?.because;
  return [...new Set([...moved.means.keys(), ...inLineage.keys()])].map((means): CertificateItem => {
    const isUnsaid = moved.isUnsaid?.(means) ?? false;
    const source = isUnsaid ? (inLineage.get(means) ?? 0) : (moved.means.get(means) ?? 0);
    const gateway = means.split(" ").slice(1).join(" ");
    const bankable = gateway !== "" && elsewhere.isSettled(gateway);
    const settlements = facts.settled.filter(({ paymentId }) => moved.paysBy(paymentId, means));
    return {
      line: { ...line, means },
      transaction: view.transaction,
      event,
      source,
      ...(booked.length === 0 ? {} : { lineage: inLineage.get(means) ?? 0 }),
      ...(booked.length === 0 || notFound !== undefined ? {} : { erp: inLedger.get(means) ?? 0 }),
      // A ticket that is undone gives its money back at the till: no row is to come, unless the card was charged before.
      ...(means === inTransit && source > 0
        ? depositOf(depositKey(view.transaction, event), inLedger.get(means) ?? source, elsewhere)
        : bankable && !(moved.isUndone && settlements.length === 0)
          ? bankOf(settlements, { line, moved, source }, elsewhere)
          : { bank: null }),
      waitsFor: booked.length === 0 ? openOn(view) : (notFound ?? ""),
    };
  });
}

function depositOf(deposit: EventKey, amount: MinorUnits, elsewhere: HeldElsewhere) {
  return elsewhere.isDeposited(deposit) ? { bank: amount } : { notBanked: "not-deposited" as const };
}

interface Paid {
  readonly line: Omit<CertificateLine, "means">;
  readonly moved: Moved;
  readonly source: MinorUnits;
}

function bankOf(settlements: readonly EventOf<"payment.settled">[], paid: Paid, elsewhere: HeldElsewhere) {
  const banked = settlements.filter(({ settlement }) => elsewhere.isBanked(settlement));
  if (banked.length === 0) return { notBanked: settlements.length === 0 ? ("no-row" as const) : ("no-bank-line" as const) };
  const amounts = banked.map((settled) => settledOf(settled, paid, elsewhere));
  if (amounts.includes(undefined)) return { notBanked: "other-currency" as const };
  return { bank: amounts.reduce((total: number, amount) => total + (amount ?? 0), 0) };
}

/**
 * What a row settles of a payment in the currency of the books' journal. A payment may be settled in the customer's currency, or in one that the
 * gateway changed it into: then the row says what of the payment it settles, and that counts for its share.
 */
function settledOf(settled: EventOf<"payment.settled">, { line, moved, source }: Paid, elsewhere: HeldElsewhere): MinorUnits | undefined {
  const { amount, currency } =
    settled.currency === line.currency ? settled : (elsewhere.soldBy(settled.settlement, settled.paymentId) ?? settled);
  if (currency === line.currency) return amount;
  const { foreign } = moved;
  if (foreign === undefined || foreign.currency !== currency || foreign.amount === 0) return undefined;
  const [part, whole] = [amount * Math.sign(foreign.amount), Math.abs(foreign.amount)];
  return part >= 0 && part <= whole ? cumulativeShare(source, part, whole) : undefined;
}

/** The lines of a journal as the ERP holds them, or why it holds none. */
function inErp(booked: Booked, elsewhere: HeldElsewhere, summaries: readonly SummedUpIn[]) {
  if (booked.kind === "journal") {
    if (booked.live.opening) return { because: "stands in the ERP's opening balances" };
    const lines = elsewhere.erpLines(booked.live.erpKey);
    return lines === undefined ? { because: "is not in the ERP" } : { lines: [lines] };
  }
  const summary = summaries.find(({ document }) => document === booked.document)?.summary;
  if (summary === undefined) return { because: "waits for its store day or window to be closed" };
  return elsewhere.erpLines(summary.erpKey) === undefined ? { because: "its summary is not in the ERP" } : { lines: [booked.lines] };
}

function sumByMeans(journals: readonly Lines[]): ReadonlyMap<string, MinorUnits> {
  const sums = new Map<string, MinorUnits>();
  for (const { role, dimensions, amount } of journals.flat()) if (isMoney(role)) add(sums, nameOf(role, dimensions), amount);
  return sums;
}

/** What keeps a transaction from being posted, by class and code. */
function openOn(view: TransactionView): string {
  const open = view.exceptions.filter(({ closed }) => closed === undefined).map(({ opened }) => `${opened.class}/${opened.code}`);
  return open.length === 0 ? "is to be posted" : `is held: ${[...new Set(open)].sort().join(", ")}`;
}

/** Documents whose own figures do not hold: they came, and nobody can say how much they are about. */
function heldDocuments(
  view: TransactionView,
  base: Pick<CertificateLine, "kind" | "name">,
  date: string,
  timeZone: string,
): CertificateItem[] {
  const { issues } = gatherFacts(view.documents);
  if (issues.length === 0) return [];
  const [, channel, , , ticketDay] = view.transaction.split(":").map(decodeURIComponent);
  const broken = view.documents.filter((document) => document.issues.length > 0);
  const day = channel === "pos" ? ticketDay : businessDateIn(timeZone, broken.at(-1)?.at ?? "");
  if (day !== date) return [];
  const why = [...new Set(issues.map((issue) => `${issue.class}/${issue.code}`))].sort().join(", ");
  return [
    {
      line: { ...base, currency: "", means: "documents that cannot be read" },
      transaction: view.transaction,
      event: "",
      source: 0,
      bank: null,
      waitsFor: `is held: ${why}`,
    },
  ];
}
