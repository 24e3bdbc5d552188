import {
  heldTicket,
  ignoredTicket,
  type SettledTicket,
  strayTicket,
  type TicketKey,
  type TicketNames,
  TicketProblem,
  ticketProblemOf,
} from "#domain/pos-files";
import type { PosReadSettings, PosTransaction } from "#ports/pos-format";
import type { Dialect } from "../dialects/dialect.ts";
import type { TransactionDraft } from "../draft/transaction-draft.ts";
import { type Correction, correctionOf, refuseCorrection } from "./corrections.ts";
import { namedStores, naturalKey } from "./identity.ts";
import { voidDocument } from "./post-void.ts";
import { stockDocuments } from "./stock-control.ts";
import { tillDocument } from "./tender-control.ts";
import { ticketDocument } from "./ticket.ts";

interface Place {
  readonly byteStart: number;
  readonly byteEnd: number;
  readonly adjacent: boolean;
}

/** What one Transaction comes to: facts of a ticket, of a till or of stock; a basket that is no sale; or a document held for its issues. */
export function settleTransaction(draft: TransactionDraft, at: Place, settings: PosReadSettings, dialect: Dialect): PosTransaction {
  draft.dialect = dialect.name;
  const place = { ...at, ordinal: draft.ordinal };
  namedStores(draft, settings);
  const key = naturalKey(draft, settings);
  if (key instanceof TicketProblem) {
    const store = draft.store === "" ? {} : { store: draft.store };
    // Signing on and off, drawers opened: nothing is lost when such a record cannot be named.
    const silent = draft.content !== "" && !speaking.has(draft.content);
    if (silent) return { ...place, ...store, document: undefined, issues: [], ignored: draft.content };
    return { ...place, ...store, ...strayTicket(settings.fileHash, place, key) };
  }
  return { ...place, ...settle(draft, key, settings, dialect) };
}

/** Contents that say something of money or goods. */
const speaking: ReadonlySet<string> = new Set(["RetailTransaction", "TenderControlTransaction", "InventoryControlTransaction"]);

function settle(draft: TransactionDraft, key: TicketKey, settings: PosReadSettings, dialect: Dialect): SettledTicket {
  const names: TicketNames = { receipt: draft.receipt || undefined, transactionId: draft.transactionId || undefined };
  try {
    if (draft.tooLarge !== "") throw new TicketProblem("transport.too-large", "ticket", "ticket", `it has ${draft.tooLarge}`);
    const type = dialect.types.of(draft.type);
    if (draft.training || type === "training") return ignoredTicket(key, "training", names);
    const correction = correctionOf(draft, key, dialect, type === "post-void");
    const why = type === "ignored" ? draft.type : ignoredAs(draft, dialect, type, correction);
    if (why !== undefined) return ignoredTicket(key, why, names);
    const unknown = draft.statuses.find((status) => dialect.statuses.of(status) === undefined);
    if (unknown !== undefined)
      throw new TicketProblem("data.value", "status", "status", `its status ${JSON.stringify(unknown.slice(0, 40))} is not known`);
    switch (draft.content) {
      case "TenderControlTransaction":
        refuseCorrection(correction, "money that was moved");
        return tillDocument(draft, key, settings, dialect) ?? ignoredTicket(key, draft.content, names);
      case "InventoryControlTransaction":
        refuseCorrection(correction, "a stock document");
        return stockDocuments(draft, key, settings, dialect) ?? ignoredTicket(key, draft.content, names);
      default:
        if (correction.kind === "voids") return voidDocument(draft, key, settings, dialect, correction.original);
        return ticketDocument(
          draft,
          { key, names, replaces: correction.kind === "replaces" ? correction.original : undefined },
          settings,
          dialect,
        );
    }
  } catch (error) {
    return heldTicket(key, ticketProblemOf(error), { ...draft, ordinal: 0 }, names);
  }
}

function ignoredAs(draft: TransactionDraft, dialect: Dialect, type: string | undefined, correction: Correction): string | undefined {
  if (draft.cancelled || type === "cancelled") return "cancelled";
  if (draft.suspended || type === "suspended") return "suspended";
  for (const status of draft.statuses) {
    const meaning = dialect.statuses.of(status);
    // A voided status names the ticket that a link undoes, where there is one.
    if (meaning === "cancelled" && correction.kind !== "voids") return "cancelled";
    if (meaning === "suspended" || meaning === "unfinished") return meaning;
    // Taken up again and not paid yet: the finished ticket follows under its own number.
    if (meaning === "resumed" && draft.tenders.length === 0) return "resumed";
  }
  return speaking.has(draft.content) || (correction.kind === "voids" && draft.content !== "ControlTransaction")
    ? undefined
    : draft.content || "no content";
}
