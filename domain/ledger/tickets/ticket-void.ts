import { contentHash } from "#domain/canonical";
import type { BusinessEvent, EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { eventKey, ticketTransaction } from "#domain/identity";
import { formatMinorUnits } from "#domain/money";
import type { Policy } from "#domain/policy";
import { replacedName, standingVoid, totalOfTicket, troubleWithVoid, type VoidTrouble } from "#domain/returns";
import type { TargetDocument, TargetMovement } from "../documents.ts";
import type { DocumentFrame, TargetDraft } from "../draft.ts";
import { JournalLines } from "../journal-lines.ts";

type Ticket = EventOf<"ticket.completed">;
type Voided = EventOf<"ticket.voided">;

/**
 * c51: a post-void mirrors what its ticket booked, in full and on the ticket's own register and day, and takes back what the ticket told to
 * other streams: a return of an online order, a deposit. Several statements of one void undo the ticket once. It runs last: what the ticket
 * books is what stands in the draft.
 */
export function voidLedger(facts: readonly BusinessEvent[], policy: Policy, draft: TargetDraft): void {
  const voids = facts.filter((event) => event.name === "ticket.voided");
  if (voids.length === 0) return;
  const ticket = facts.find((event) => event.name === "ticket.completed");
  if (ticket === undefined) {
    for (const event of voids) passOn(event, facts, policy, draft);
    return;
  }
  for (const event of voids) {
    const trouble = troubleWithVoid(ticket, event, facts);
    // Not held but left out: what was mirrored before the trouble arrived is taken back, so that the books do not depend on who came first.
    if (trouble !== undefined) draft.problem(voidProblem(ticket, event, trouble));
  }
  const standing = standingVoid(ticket, facts);
  if (standing === undefined) return;
  const documents = draft.documentsOf(ticket.key);
  for (const document of documents) mirror(document, standing, draft);
  if (draft.isHeld(ticket.key)) draft.hold(standing);
}

function mirror(document: TargetDocument, event: Voided, draft: TargetDraft): void {
  const { entity, currency, businessDate, pair } = document;
  const frame: DocumentFrame = { event, entity, currency, businessDate };
  const kind = `${document.kind}-voided`;
  switch (document.type) {
    case "told":
      // What was replaced stays undone: the void takes back the replacement, and the ticket before it was wrong all the same.
      if (document.kind !== "told-replaced") draft.leaveOut(document.key);
      break;
    case "journal": {
      const lines = new JournalLines();
      for (const { role, dimensions, amount } of document.lines) lines.add(role, dimensions, -amount);
      draft.journal(frame, kind, lines, pair);
      break;
    }
    case "costed":
      draft.costed(
        frame,
        kind,
        document.entries.map(({ debit, credit, cost }) => ({ debit: credit, credit: debit, cost })),
        pair,
      );
      break;
    case "stock":
      draft.stock(
        frame,
        kind,
        document.movements.map(
          (movement): TargetMovement => ({
            ...movement,
            quantityMillionths: -movement.quantityMillionths,
            // What went out comes back at the cost at which it went, and the other way round.
            cost: { document: document.key, movement: movement.id },
          }),
        ),
        pair,
      );
      break;
  }
}

function voidProblem(ticket: Ticket, event: Voided, trouble: VoidTrouble): Problem {
  const { currency } = ticket;
  const who = `${event.key} voids ${ticket.key}`;
  const head = { cause: event.key };
  switch (trouble) {
    case "currency":
      return {
        ...head,
        class: "money.amount-mismatch",
        code: "void",
        message: `${who} in ${event.currency}, and the ticket is in ${currency}: it is not undone. Find out which ticket was meant; a corrected void replaces this one.`,
      };
    case "total": {
      const [stated, own] = [event.total ?? 0, totalOfTicket(ticket)];
      return {
        ...head,
        class: "money.amount-mismatch",
        code: "void",
        amount: stated - own,
        currency,
        message: `${who}, states ${formatMinorUnits(stated, currency)} ${currency}, and the ticket came to ${formatMinorUnits(own, currency)}: it is not undone. Find out which ticket was meant; a corrected void replaces this one.`,
      };
    }
    case "returned":
      return {
        ...head,
        class: "policy.over-return",
        code: "void",
        amount: totalOfTicket(ticket),
        currency,
        message: `${who}, of which goods had been taken back before: undone as a whole, these would come back twice. Void the return first, or book the rest by hand.`,
      };
  }
}

/** The ticket is not here: it may lie on another day, where it was found; else the void waits for it. */
function passOn(event: Voided, facts: readonly BusinessEvent[], policy: Policy, draft: TargetDraft): void {
  const found = facts.find((fact) => fact.name === "original.found" && fact.reference === event.key) as
    | EventOf<"original.found">
    | undefined;
  const [sale] = found?.sales ?? [];
  const store = policy.stores[event.store];
  if (sale !== undefined && store !== undefined) {
    const frame: DocumentFrame = { event, entity: store.entity, currency: event.currency, businessDate: event.businessDate };
    draft.tell(frame, "told-void", sale.transaction, [event]);
    return;
  }
  draft.problem({
    class: "sequence.parent-missing",
    code: "voided-ticket",
    cause: event.key,
    event: event.key,
    message: `${event.key} voids a ticket that has not arrived or is quarantined. It takes effect when it does; if overdue, have the file of ${event.original.businessDate ?? `the days up to ${event.businessDate}`} of store ${event.original.store ?? event.store} sent again.`,
  });
  draft.hold(event);
}

/** A ticket that takes the place of another undoes that one, as a post-void would, wherever it lies. */
export function tellReplaced(ticket: Ticket, facts: readonly BusinessEvent[], frame: DocumentFrame, draft: TargetDraft): void {
  const { replaces } = ticket;
  if (replaces === undefined) return;
  const { store = ticket.store, register = ticket.register, businessDate = ticket.businessDate, sequence } = replaces;
  const found = facts.find((fact) => fact.name === "original.found" && fact.reference === replacedName(ticket)) as
    | EventOf<"original.found">
    | undefined;
  const to = sequence === undefined ? found?.sales[0]?.transaction : ticketTransaction(store, register, businessDate, sequence);
  if (to === undefined) {
    draft.problem({
      class: "sequence.parent-missing",
      code: "replaced-ticket",
      cause: ticket.key,
      message: `${ticket.key} takes the place of a ticket that nobody knows under ${JSON.stringify(replaces.reference ?? "")}. Both stand in the books until it is known; if it was voided by itself, nothing is missing.`,
    });
    return;
  }
  if (to === draft.transaction) return;
  draft.tell(frame, "told-replaced", to, [
    {
      name: "ticket.voided",
      schema: 1,
      key: eventKey("ticket.voided", contentHash({ transaction: draft.transaction, to }).slice(0, 32)),
      version: ticket.version,
      occurredAt: ticket.occurredAt,
      store: ticket.store,
      register: ticket.register,
      sequence: ticket.sequence,
      businessDate: ticket.businessDate,
      original: { store, register, ...(sequence === undefined ? {} : { sequence }), ...replaces },
      currency: ticket.currency,
      reason: "replaced",
    },
  ]);
}
