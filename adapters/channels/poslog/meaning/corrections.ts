import { isDay } from "#domain/calendar";
import type { EventOf } from "#domain/events";
import { keyCharactersMax, type TicketKey, TicketProblem } from "#domain/pos-files";
import type { Dialect } from "../dialects/dialect.ts";
import type { DraftLink, TransactionDraft } from "../draft/transaction-draft.ts";

export type TicketReference = NonNullable<EventOf<"ticket.completed">["replaces"]>;

/** What a transaction does to another one. */
export type Correction =
  | { readonly kind: "none" }
  | { readonly kind: "voids"; readonly original: TicketReference }
  | { readonly kind: "replaces"; readonly original: TicketReference };

/**
 * A post-void or a replacement (c51), by its link or by its status with the only link that can be meant. Which ticket is corrected is never
 * guessed: throws TicketProblem without a link. A resumed basket corrects nothing: what was suspended was no sale.
 */
export function correctionOf(draft: TransactionDraft, key: TicketKey, dialect: Dialect, typeIsVoid: boolean): Correction {
  const linked = (meaning: "voided" | "replaced") => draft.links.filter(({ reason }) => dialect.links.of(reason) === meaning);
  const stated = (meaning: "post-void" | "replaced") => draft.statuses.some((status) => dialect.statuses.of(status) === meaning);
  const unnamed = draft.links.filter(({ reason }) => reason === "");
  const voided = linked("voided");
  const replaced = linked("replaced");
  if (voided.length > 0 && replaced.length > 0) {
    throw undecided("correction", "it both voids and replaces another ticket");
  }
  if (voided.length > 0 || stated("post-void") || typeIsVoid) {
    return corrected("voids", "post-void", voided.length > 0 ? voided : unnamed, key);
  }
  if (replaced.length > 0 || stated("replaced")) {
    return corrected("replaces", "replaced", replaced.length > 0 ? replaced : unnamed, key);
  }
  return { kind: "none" };
}

function corrected(kind: "voids" | "replaces", code: string, links: readonly DraftLink[], key: TicketKey): Correction {
  const verb = kind === "voids" ? "undoes" : "takes the place of";
  const original = links.length === 1 && links[0] !== undefined ? referenceOf(links[0]) : undefined;
  if (links.length > 1) throw undecided(code, `it ${verb} ${links.length} tickets at once`);
  if (original === undefined) throw undecided(code, `it does not say which ticket it ${verb}`);
  const { store = "", register = "", sequence = "" } = original;
  if ([store, register, sequence].some((part) => part.length > keyCharactersMax)) {
    throw undecided(code, `it ${verb} a ticket whose name has more than ${keyCharactersMax} characters`);
  }
  const itself =
    original.sequence === key.sequence &&
    (original.register ?? key.register) === key.register &&
    (original.store ?? key.store) === key.store &&
    (original.businessDate ?? key.businessDate) === key.businessDate;
  if (itself) throw undecided(code, `it ${verb} itself`);
  return { kind, original: completed(original, key) };
}

/** A link by number alone means the store and the register that it was entered at. */
function completed(original: TicketReference, key: TicketKey): TicketReference {
  if (original.sequence === undefined) return { store: key.store, ...original };
  return { store: key.store, register: key.register, ...original };
}

/** What moves money or goods beside tickets is never undone by a correction: `what` names it to people. Throws TicketProblem. */
export function refuseCorrection({ kind }: Correction, what: string): void {
  if (kind === "none") return;
  throw new TicketProblem("data.value", "post-void", "correction", `it undoes or replaces ${what}: state the movement back instead`);
}

function undecided(code: string, what: string): TicketProblem {
  return new TicketProblem("data.missing", code, code, what);
}

/** Undefined for a link that names no ticket. */
export function referenceOf(link: DraftLink): TicketReference | undefined {
  const day = link.businessDay.slice(0, 10);
  const reference: TicketReference = {
    ...(link.store === "" ? {} : { store: link.store }),
    ...(link.register === "" ? {} : { register: link.register }),
    ...(link.sequence === "" ? {} : { sequence: link.sequence }),
    ...(isDay(day) ? { businessDate: day } : {}),
    ...(link.transactionId === "" ? {} : { reference: link.transactionId.slice(0, 255) }),
  };
  return reference.sequence === undefined && reference.reference === undefined ? undefined : reference;
}
