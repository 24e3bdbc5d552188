import type { BusinessEvent, EventOf } from "#domain/events";
import type { MinorUnits } from "#domain/money";
import { type Policy, type StorePolicy, waitDaysFor } from "#domain/policy";
import { tipCollected } from "../collected.ts";
import { dimensionsOf } from "../dimensions.ts";
import type { LineName } from "../documents.ts";
import type { DocumentFrame, TargetDraft } from "../draft.ts";
import { JournalLines } from "../journal-lines.ts";
import { tillReasonLine } from "../tickets/till-reason.ts";
import { bookToBank } from "../to-bank.ts";
import { type TillFact, tenderPlace, worthOf } from "./till-money.ts";

type Moved = EventOf<"till.moved">;
type Balanced = EventOf<"till.balanced">;

interface Day {
  readonly policy: Policy;
  readonly draft: TargetDraft;
  readonly facts: readonly BusinessEvent[];
  readonly store: StorePolicy;
}

/**
 * Rows c11 and c27 for the money of a store's day that no ticket moves: between drawer, safe and bank, paid in and out, tips paid out, and
 * what a count found over or short. What stands here is posted from *audited*. Every fact is a document of its own; card totals of terminals
 * have no entry, as the acquirer's settlement is compared with them.
 */
export function storeDayLedger(facts: readonly BusinessEvent[], policy: Policy, place: string, draft: TargetDraft): void {
  const till = facts.filter((event) => event.name === "till.moved" || event.name === "till.balanced");
  if (till.length === 0) return;
  const store = Object.hasOwn(policy.stores, place) ? policy.stores[place] : undefined;
  if (store === undefined) {
    draft.problem({
      class: "data.unmapped",
      code: "store",
      cause: `store:${place}`,
      message: `store ${place} belongs to no entity. Add it to the stores of the policies; what its tills moved posts by itself.`,
    });
    for (const event of till) draft.hold(event);
    return;
  }
  const day = { policy, draft, facts, store };
  for (const event of till) {
    if (event.name === "till.moved") moved(event, day);
    else balanced(event, day);
  }
}

/** c27: Dr where the money went, Cr where it came from; c11: a tip that is paid out is owed no more. */
function moved(event: Moved, day: Day): void {
  const { policy, draft, store } = day;
  const fact: TillFact = { event, ...placeOf(event) };
  const tender = tenderPlace(policy, fact);
  if (tender.kind === "unmapped") {
    draft.problem({ ...tender.problem, event: event.key });
    draft.hold(event);
    return;
  }
  const worth = worthOf(fact, event.amount, event.valued, day);
  if (worth === undefined) return;
  const drawer = tender.kind === "cash" ? tender.drawer : tender.line;
  const safe = tender.kind === "cash" ? tender.safe : tender.line;
  const frame = frameOf(event, store);
  switch (event.kind) {
    case "loan":
      journal(draft, frame, event.kind, drawer, safe, worth.carried);
      break;
    case "pickup":
    case "safe-drop":
      journal(draft, frame, event.kind, safe, drawer, worth.carried);
      break;
    case "paid-in":
    case "paid-out": {
      const stated = { entity: store.entity, day: event.businessDate, store: event.store, currency: event.currency, reason: event.reason };
      const reason = tillReasonLine(policy, event.kind, stated);
      if (reason === undefined) {
        draft.problem(noReason(event));
        draft.hold(event);
      } else if (event.kind === "paid-in") journal(draft, frame, event.kind, drawer, reason, worth.carried);
      else journal(draft, frame, event.kind, reason, drawer, worth.carried);
      break;
    }
    case "tip-out": {
      const till = { policy, entity: store.entity, channel: "pos", placedOn: event.businessDate, onTerms: false };
      journal(draft, frame, event.kind, tipCollected(till, event.store), drawer, worth.carried);
      break;
    }
    case "bank-deposit":
      deposited(event, day, frame, safe, worth);
      break;
  }
}

/**
 * Dr bank in transit, Cr safe: the bank line clears it. Foreign money leaves the safe at what it was taken for and is worth the day's rate at the bank:
 * the difference is realised. A bank account of another entity owes the money to the store's (c32).
 */
function deposited(
  event: Moved,
  { policy, draft, store }: Day,
  frame: DocumentFrame,
  safe: LineName,
  { carried, today }: { readonly carried: MinorUnits; readonly today: MinorUnits },
): void {
  const account = store.bankAccount;
  const owner = account === undefined ? undefined : policy.bankAccounts?.[account]?.entity;
  if (account === undefined || owner === undefined) {
    draft.problem({
      class: "data.unmapped",
      code: "bank-account",
      cause: `bank-account:store ${event.store}`,
      event: event.key,
      message: `${event.key} takes money of store ${event.store} to a bank, and the policies do not say to which account. Add bankAccount to the store; the deposit posts by itself.`,
    });
    draft.hold(event);
    return;
  }
  const lines = new JournalLines();
  lines.add(safe.role, safe.dimensions, -carried);
  lines.add("fx-realised", dimensionsOf("fx-realised", { currency: event.currency }), carried - today);
  const { key, store: place, register, businessDate: day, bag, currency, amount } = event;
  const sent = {
    source: "store" as const,
    place,
    // Bags are numbered anew after some years: the day and the till's own number tell deposits apart.
    depositId: `${day}.${register}.${key.slice(key.indexOf(":") + 1)}`.slice(0, 120),
    names: bag === undefined || bag === "" ? [] : [bag],
    amount,
    lagDays: waitDaysFor(policy, "bankDeposit", { entity: frame.entity, day }),
  };
  bookToBank(draft, frame, "bank-deposit", { account, owner, currency, amount: today, sent }, lines);
}

/**
 * What was counted over or short of what the books expect, against cash over/short, so that drawer and safe hold what lies in them. Tenders
 * that do not lie in the store as money (cards, cards' receipts) are settled elsewhere and have no entry.
 */
function balanced(event: Balanced, day: Day): void {
  const { policy, draft, store } = day;
  const fact: TillFact = { event, ...placeOf(event) };
  const tender = tenderPlace(policy, fact);
  if (tender.kind === "unmapped") {
    draft.problem({ ...tender.problem, event: event.key });
    draft.hold(event);
    return;
  }
  if (tender.kind === "other" && tender.line.role !== "safe") return;
  const over = event.counted - event.expected;
  if (over === 0) return;
  // Foreign money whose worth is stated needs no rate: what is over or short of it is nowhere but here.
  const carried = event.valued?.currency === store.currency ? event.valued.amount : worthOf(fact, over, undefined, day)?.carried;
  if (carried === undefined) return;
  const drawer = tender.kind === "other" ? tender.line : event.register === undefined ? tender.safe : tender.drawer;
  journal(draft, frameOf(event, store), "over-short", drawer, named("cash-over-short", { store: event.store }), carried);
}

function journal(draft: TargetDraft, frame: DocumentFrame, kind: string, debit: LineName, credit: LineName, amount: MinorUnits): void {
  const lines = new JournalLines();
  lines.add(debit.role, debit.dimensions, amount);
  lines.add(credit.role, credit.dimensions, -amount);
  draft.journal(frame, kind, lines);
}

function frameOf(event: Moved | Balanced, { entity, currency }: StorePolicy): DocumentFrame {
  return { event, entity, currency, businessDate: event.businessDate };
}

function placeOf({ store, register, businessDate, tender, currency }: Moved | Balanced) {
  return { store, register, businessDate, tender, currency };
}

function named(role: string, dimensions: Readonly<Record<string, string>>): LineName {
  return { role, dimensions: dimensionsOf(role, dimensions) };
}

function noReason({ key, kind, reason, store }: Moved) {
  const said = reason === undefined ? "without a reason" : `for ${JSON.stringify(reason)}`;
  return {
    class: "data.unmapped",
    code: "till-reason",
    cause: `till-reason:${kind}:${reason?.trim().toLowerCase() ?? ""}`,
    event: key,
    message: `store ${store} has a ${kind} ${said}, and no rule says what that is. Add it to tillReasons; the document posts by itself.`,
  } as const;
}
