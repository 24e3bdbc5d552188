import type { BusinessEvent } from "#domain/events";
import { eventSchema } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { sourceKey, stockTransaction, storeDayTransaction, storeTransferTransaction, ticketTransaction } from "#domain/identity";
import type { ParsedDocument } from "#domain/lineage";
import type { TransactionDraft } from "../draft/transaction-draft.ts";
import { type NaturalKey, numberOf } from "./identity.ts";
import { problem } from "./problems.ts";

/** What a transaction was read as, before it is made a document. */
export interface Settled {
  /** Whose fact it is: the ticket's own, another ticket's, the store day's, the stock's, or a transfer's by its document number. */
  readonly stream: "ticket" | "store-day" | "stock" | { readonly ticket: NaturalKey } | { readonly transfer: string };
  readonly events: readonly BusinessEvent[];
  readonly issues: readonly Problem[];
  readonly ignored?: string;
  readonly total?: { readonly amount: number; readonly currency: string };
}

/** Events as the schema has them, or the first thing that it says against one. */
export function validated(built: readonly unknown[], key: NaturalKey): { readonly events: BusinessEvent[]; readonly issues: Problem[] } {
  const events: BusinessEvent[] = [];
  for (const each of built) {
    const parsed = eventSchema.safeParse(each);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const path = issue?.path.join(".") ?? "";
      return { events: [], issues: [problem(key, "data.value", "shape", path, `${path}: ${issue?.message ?? "is not known"}`)] };
    }
    events.push(parsed.data);
  }
  return { events, issues: [] };
}

export function settledDocument(key: NaturalKey, draft: TransactionDraft, settled: Settled, issues: readonly Problem[]): ParsedDocument {
  const number = numberOf(key);
  const { transaction, kind, resource } = streamOf(key, settled.stream);
  const references: ParsedDocument["references"][number][] = [];
  // What a ticket is called finds its own stream: a post-void's numbers must not find the ticket that it undoes.
  if (settled.stream === "ticket") {
    references.push({ type: "ticket", value: `${key.store}.${number}` });
    if (draft.transactionId !== "") references.push({ type: "ticket", value: draft.transactionId.slice(0, 255) });
    if (draft.receipt !== "") references.push({ type: "receipt", value: draft.receipt.slice(0, 255) });
  }
  return {
    transaction,
    kind,
    source: sourceKey("pos", key.store, resource, number),
    channel: "pos",
    shop: key.store,
    events: settled.events,
    references,
    issues,
  };
}

function streamOf(key: NaturalKey, stream: Settled["stream"]): { transaction: string; kind: ParsedDocument["kind"]; resource: string } {
  if (stream === "ticket") {
    return { transaction: ticketTransaction(key.store, key.register, key.businessDate, key.sequence), kind: "sale", resource: "ticket" };
  }
  if (stream === "store-day") return { transaction: storeDayTransaction(key.store, key.businessDate), kind: "store-day", resource: "till" };
  if (stream === "stock") {
    return { transaction: stockTransaction(key.store, key.register, key.businessDate, key.sequence), kind: "stock", resource: "stock" };
  }
  if ("transfer" in stream) return { transaction: storeTransferTransaction(stream.transfer), kind: "transfer", resource: "transfer" };
  const { store, register, businessDate, sequence } = stream.ticket;
  return { transaction: ticketTransaction(store, register, businessDate, sequence), kind: "sale", resource: "void" };
}
