import type { Problem } from "#domain/exceptions";
import { fileTransaction, sourceKey } from "#domain/identity";
import type { ParsedDocument } from "#domain/lineage";
import type { PosReadSettings, PosTransaction } from "#ports/pos-format";
import type { Dialect } from "../dialects/dialect.ts";
import type { TransactionDraft } from "../draft/transaction-draft.ts";
import { type Correction, correctionOf } from "./corrections.ts";
import { type NaturalKey, naturalKey } from "./identity.ts";
import { voidDocument } from "./post-void.ts";
import { problem, toldApart } from "./problems.ts";
import { type Settled, settledDocument } from "./settled.ts";
import { stockDocuments } from "./stock-control.ts";
import { tillDocument } from "./tender-control.ts";
import { ticketDocument } from "./ticket.ts";
import { UnreadableFigure } from "./unreadable-figure.ts";

interface Place {
  readonly byteStart: number;
  readonly byteEnd: number;
  readonly adjacent: boolean;
}

/** What one Transaction comes to: facts of a ticket, of a till or of stock; a basket that is no sale; or a document held for its issues. */
export function settleTransaction(draft: TransactionDraft, place: Place, settings: PosReadSettings, dialect: Dialect): PosTransaction {
  draft.dialect = dialect.name;
  const found = { ...place, ordinal: draft.ordinal };
  const key = naturalKey(draft, settings);
  const store = draft.store === "" ? {} : { store: draft.store };
  const silent = draft.content !== "" && !speaking.has(draft.content);
  if (Array.isArray(key)) {
    // Signing on and off, drawers opened: nothing is lost when such a record cannot be named.
    if (silent) return { ...found, ...store, document: undefined, issues: [], ignored: draft.content };
    return { ...found, ...store, document: strayDocument(draft, place, key, settings), issues: key };
  }
  const settled = settle(draft, key, settings, dialect);
  const issues = settled.events.length > 0 ? settled.issues : toldApart(settled.issues, draft);
  return {
    ...found,
    ...store,
    businessDate: key.businessDate,
    document: settledDocument(key, draft, settled, issues),
    issues,
    ...(settled.ignored === undefined ? {} : { ignored: settled.ignored }),
    ...(settled.total === undefined ? {} : { total: settled.total }),
  };
}

/** Contents that say something of money or goods. */
const speaking: ReadonlySet<string> = new Set(["RetailTransaction", "TenderControlTransaction", "InventoryControlTransaction"]);

function settle(draft: TransactionDraft, key: NaturalKey, settings: PosReadSettings, dialect: Dialect): Settled {
  if (draft.tooLarge !== "") return held(problem(key, "transport.too-large", "ticket", "ticket", `it has ${draft.tooLarge}`));
  const type = dialect.types.of(draft.type);
  if (draft.training || type === "training") return ignored("training");
  const correction = correctionOf(draft, key, dialect, type === "post-void");
  if (correction.kind === "held") return held(correction.problem);
  const why = type === "ignored" ? draft.type : ignoredAs(draft, dialect, type, correction);
  if (why !== undefined) return ignored(why);
  const unknown = draft.statuses.find((status) => dialect.statuses.of(status) === undefined);
  if (unknown !== undefined) {
    return held(problem(key, "data.value", "status", "status", `its status ${JSON.stringify(unknown.slice(0, 40))} is not known`));
  }
  try {
    if (draft.content === "TenderControlTransaction") return tillDocument(draft, key, settings, dialect, correction);
    if (draft.content === "InventoryControlTransaction") return stockDocuments(draft, key, settings, dialect, correction);
    if (correction.kind === "voids") return voidDocument(draft, key, settings, dialect, correction.original);
    return ticketDocument(draft, key, settings, dialect, correction.kind === "replaces" ? correction.original : undefined);
  } catch (error) {
    if (error instanceof UnreadableFigure) return held(problem(key, error.class, error.code, error.place, error.message));
    // Sums of absurd figures leave the exact range; so does a currency that nobody knows.
    if (error instanceof RangeError) return held(problem(key, "data.value", "figure", "range", error.message));
    throw error;
  }
}

function held(issue: Problem): Settled {
  return { stream: "ticket", events: [], issues: [issue] };
}

function ignored(why: string): Settled {
  return { stream: "ticket", events: [], issues: [], ignored: why };
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

/** A transaction that cannot be named belongs to its file's stream. */
function strayDocument(
  draft: TransactionDraft,
  place: Place,
  issues: readonly Problem[],
  settings: PosReadSettings,
): ParsedDocument | undefined {
  if (settings.fileHash === undefined) return undefined;
  const where = `It lies at bytes ${place.byteStart} to ${place.byteEnd}.`;
  return {
    transaction: fileTransaction("pos", settings.fileHash),
    kind: "file",
    source: sourceKey("pos", "drop", "ticket", `${settings.fileHash}.${draft.ordinal}`),
    channel: "pos",
    shop: draft.store === "" ? "drop" : draft.store,
    events: [],
    references: [],
    issues: issues.map((issue) => ({ ...issue, message: `${issue.message} ${where}` })),
  };
}
