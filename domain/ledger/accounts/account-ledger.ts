import type { BusinessEvent, EventOf } from "#domain/events";
import { formatMinorUnits, type MinorUnits } from "#domain/money";
import type { Policy } from "#domain/policy";
import { dimensionsOf } from "../dimensions.ts";
import type { LineName } from "../documents.ts";
import type { TargetDraft } from "../draft.ts";
import { dueFrom, dueTo } from "../intercompany.ts";
import { JournalLines } from "../journal-lines.ts";
import { tillReasonLine } from "../tickets/till-reason.ts";

type Moved = EventOf<"account.moved">;
type WrittenOff = EventOf<"receivable.written-off">;
type Kind = Moved["kind"];

/** Whose books a part of the balance stands in, and under which store. */
interface Place {
  readonly entity: string;
  readonly store: string;
}

interface Lot extends Place {
  readonly currency: string;
  left: MinorUnits;
}

/**
 * Rows c43 and c44 for one layaway or one customer's account. The tickets book the money where it was taken and where it was used; this
 * stream moves the balance from the one place to the other: within an entity between its stores, between entities as due from and due to,
 * under one pair id. The oldest part is used first. More than there is waits for the rest: its ticket may still be on its way.
 */
export function accountLedger(events: readonly BusinessEvent[], policy: Policy, kind: Kind, draft: TargetDraft): void {
  const moved = events.filter((event) => event.name === "account.moved");
  const lots = moved
    .filter(({ amount }) => amount > 0)
    .map(({ entity, store, currency, amount }): Lot => ({ entity, store, currency, left: amount }));
  for (const event of events) {
    if (event.name === "account.moved" && event.amount < 0) use(event, event, -event.amount);
    if (event.name === "receivable.written-off") writeOff(event);
  }

  /** A till's clock may run behind: what was taken is there for whatever uses it. */
  function use(event: Moved | WrittenOff, place: Place, amount: MinorUnits): void {
    const open = lots.filter(({ currency, left }) => currency === event.currency && left > 0);
    const known = open.reduce((total, { left }) => total + left, 0);
    // A customer may pay ahead: that is credit on the account. A deposit that nobody took is a mistake, or one that is still to come.
    if (kind === "deposit" && known < amount) {
      draft.problem(notThere(event, amount, known));
      draft.hold(event);
      return;
    }
    let wanted = amount;
    const from = new Map<string, { readonly place: Place; amount: MinorUnits }>();
    for (const lot of open) {
      const part = Math.min(lot.left, wanted);
      if (part === 0) break;
      lot.left -= part;
      wanted -= part;
      const name = `${lot.entity} ${lot.store}`;
      const before = from.get(name);
      if (before === undefined) from.set(name, { place: lot, amount: part });
      else before.amount += part;
    }
    for (const part of from.values()) move(event, part.place, place, part.amount);
  }

  function move(event: Moved | WrittenOff, from: Place, to: Place, amount: MinorUnits): void {
    const { currency, businessDate } = event;
    const [here, there] = [balanceAt(from, event), balanceAt(to, event)];
    // A deposit is owed, a receivable is claimed: signed as what makes the balance less.
    const less = kind === "deposit" ? amount : -amount;
    if (from.entity === to.entity) {
      const lines = new JournalLines();
      lines.add(here.role, here.dimensions, less);
      lines.add(there.role, there.dimensions, -less);
      draft.journal({ event, entity: to.entity, currency, businessDate }, `${kind}-moved-${from.store}`, lines);
      return;
    }
    const name = `${kind}-moved-${from.entity}-${from.store}`;
    const pair = draft.pairOf(event.key, name);
    const owes =
      less > 0 ? { their: dueTo(to.entity), ours: dueFrom(from.entity) } : { their: dueFrom(to.entity), ours: dueTo(from.entity) };
    const theirs = new JournalLines();
    theirs.add(here.role, here.dimensions, less);
    theirs.add(owes.their.role, owes.their.dimensions, -less);
    draft.journal({ event, entity: from.entity, currency, businessDate }, name, theirs, pair);
    const ours = new JournalLines();
    ours.add(owes.ours.role, owes.ours.dimensions, less);
    ours.add(there.role, there.dimensions, -less);
    draft.journal({ event, entity: to.entity, currency, businessDate }, name, ours, pair);
  }

  /** c44: Dr credit loss, Cr receivable; never more than is owed. */
  function writeOff(event: WrittenOff): void {
    const { store = "", currency, businessDate, amount } = event;
    const entity = Object.hasOwn(policy.stores, store) ? policy.stores[store]?.entity : undefined;
    if (entity === undefined) {
      draft.problem({
        class: "data.unmapped",
        code: "store",
        cause: `store:${store}`,
        event: event.key,
        message: `${event.key} writes off what is owed to store ${store}, which belongs to no entity. State the store that keeps the account; a corrected write-off replaces this one.`,
      });
      draft.hold(event);
      return;
    }
    const owed = lots.reduce((total, lot) => total + (lot.currency === currency ? lot.left : 0), 0);
    if (owed < amount) {
      draft.problem({
        class: "money.amount-mismatch",
        code: "write-off",
        cause: event.key,
        event: event.key,
        amount: amount - owed,
        currency,
        message: `${event.key} writes off ${formatMinorUnits(amount, currency)} ${currency}, and ${formatMinorUnits(owed, currency)} ${currency} is owed. It waits until that is owed; a corrected write-off replaces it.`,
      });
      draft.hold(event);
      return;
    }
    use(event, { entity, store }, amount);
    const lines = new JournalLines();
    const receivable = balanceAt({ entity, store }, event);
    lines.add("credit-loss", {}, amount);
    lines.add(receivable.role, receivable.dimensions, -amount);
    draft.journal({ event, entity, currency, businessDate }, "write-off", lines);
  }

  function balanceAt({ entity, store }: Place, { businessDate: day, currency }: Moved | WrittenOff): LineName {
    if (kind === "deposit") return { role: "customer-deposits", dimensions: dimensionsOf("customer-deposits", { store }) };
    const stated = { entity, day, store, currency, reason: undefined };
    return tillReasonLine(policy, "on-account", stated) ?? { role: "accounts-receivable", dimensions: { currency } };
  }
}

function notThere(event: Moved | WrittenOff, amount: MinorUnits, known: MinorUnits) {
  const { currency, key } = event;
  const money = (minorUnits: MinorUnits) => `${formatMinorUnits(minorUnits, currency)} ${currency}`;
  return {
    class: "sequence.parent-missing",
    code: "deposit",
    cause: key,
    event: key,
    amount: amount - known,
    currency,
    message: `${key} uses ${money(amount)} of deposit ${event.account ?? ""}, of which ${money(known)} is known. It heals when the ticket arrives that took the rest; if overdue, have its file sent again.`,
  } as const;
}
