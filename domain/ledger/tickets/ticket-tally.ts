import { contentHash } from "#domain/canonical";
import type { BusinessEvent, EventOf } from "#domain/events";
import { eventKey, storeDayTransaction } from "#domain/identity";
import { sum } from "#domain/money";
import type { Policy } from "#domain/policy";
import { standingVoid } from "#domain/returns";
import { ticketTotal } from "#domain/store-day";
import type { TargetDraft } from "../draft.ts";
import { tenderLine } from "../tender.ts";

type Ticket = EventOf<"ticket.completed">;
type TalliedTender = EventOf<"ticket.tallied">["tenders"][number];

/**
 * Tells the store day what each ticket left in the drawer and on its other tenders, so that what a drawer should hold follows from facts
 * alone: a late ticket is told late, a changed one is told anew, a voided one counts nothing (c27, c51). A ticket whose money policy cannot place
 * is not told: nobody knows whether it lies in the drawer.
 */
export function tellStoreDay(events: readonly BusinessEvent[], policy: Policy, draft: TargetDraft): void {
  for (const event of events) {
    if (event.name !== "ticket.completed") continue;
    const entity = Object.hasOwn(policy.stores, event.store) ? policy.stores[event.store]?.entity : undefined;
    if (entity === undefined || policy.entities[entity] === undefined) continue;
    const tenders = talliedTenders(event, policy);
    if (tenders === undefined) continue;
    const { store, register, sequence, businessDate, currency } = event;
    const owed =
      standingVoid(event, events) !== undefined
        ? { total: 0, voided: true as const, tenders: [] }
        : { total: ticketTotal(event) + event.cashRounding, tenders };
    const tallied = { store, register, sequence, businessDate, currency, ...owed };
    const hash = contentHash(tallied).slice(0, 16);
    const key = eventKey("ticket.tallied", contentHash(draft.transaction).slice(0, 32));
    const fact: EventOf<"ticket.tallied"> = {
      name: "ticket.tallied",
      schema: 1,
      key,
      version: hash,
      occurredAt: event.occurredAt,
      ...tallied,
    };
    draft.tell({ event, entity, currency, businessDate }, "tally", storeDayTransaction(store, businessDate), [fact]);
  }
}

/** Per role, type, brand and currency of the money; undefined where one tender has no rule. */
function talliedTenders(ticket: Ticket, policy: Policy): TalliedTender[] | undefined {
  const { store, register, currency } = ticket;
  const tallied = new Map<string, TalliedTender[]>();
  for (const { type, cardBrand, amount, foreign } of ticket.tenders) {
    const line = tenderLine(policy, "pos", type, cardBrand, { currency, register, store });
    if (line.kind === "unmapped") return undefined;
    const base = { role: line.role, type, ...(cardBrand === undefined ? {} : { cardBrand }) };
    const one: TalliedTender =
      foreign === undefined
        ? { ...base, currency, amount }
        : { ...base, currency: foreign.currency, amount: foreign.amount, valued: amount };
    const name = JSON.stringify([one.role, type, cardBrand ?? "", one.currency]);
    tallied.set(name, [...(tallied.get(name) ?? []), one]);
  }
  return [...tallied.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, alike]) => {
      const valued = alike.some((each) => each.valued !== undefined)
        ? { valued: sum(alike.map((each) => each.valued ?? each.amount)) }
        : {};
      return { ...alike[0]!, amount: sum(alike.map(({ amount }) => amount)), ...valued };
    });
}
