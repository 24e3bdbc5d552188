import { contentHash } from "#domain/canonical";
import type { BusinessEvent, EventOf } from "#domain/events";
import { eventKey, sourceKey } from "#domain/identity";
import type { ExceptionItem, Reference, TransactionView } from "#domain/lineage";
import { isWriteOffRefused } from "#domain/posting";
import { bankLineVariance, bankMovement, rowVariance, type Variance } from "#domain/settlement";
import type { LineageStore } from "#ports/lineage-store";
import { factNamed, factsOf, foundDocument, insertInOrder } from "./record-match.ts";

/** Whose word it is. */
interface WriteOff {
  readonly by: string;
  readonly reason: string;
  readonly at: string;
}

/** "known": somebody said so before, of the same amount. "no-variance": nothing would be booked. */
export type WrittenOffVariance = "written-off" | "known" | "no-variance";

/**
 * Records that a person gives up what a settlement row or bank line differs by: a fact of its stream, by which its own ledger books the
 * difference. Said again it changes nothing, unless it was refused meanwhile: then it is proposed anew. Throws Unavailable when nobody can say whether it is on record.
 */
export async function writeOffVariance(
  lineage: LineageStore,
  view: TransactionView,
  exception: ExceptionItem,
  { by, reason, at }: WriteOff,
): Promise<WrittenOffVariance> {
  const first = view.documents[0];
  const { amount, currency } = exception;
  const of = givenUpOf(view, exception);
  if (first === undefined || of === undefined || amount === undefined || currency === undefined) return "no-variance";
  const { transaction } = view;
  const before = factsOf(view).filter(
    (event) =>
      event.name === "variance.written-off" && event.amount === amount && event.currency === currency && (event.of ?? "difference") === of,
  );
  const last = before.at(-1);
  if (last !== undefined && !isWriteOffRefused(view, last.key)) return "known";
  // Another word is another document: it is asked about anew, and the refused one stays what it is.
  const occurrence = before.length + 1;
  const id = contentHash({
    transaction,
    amount,
    currency,
    ...(of === "suspense" ? { of } : {}),
    ...(occurrence === 1 ? {} : { occurrence }),
  }).slice(0, 32);
  const event: EventOf<"variance.written-off"> = {
    name: "variance.written-off",
    schema: 1,
    key: eventKey("variance.written-off", id),
    version: at,
    occurredAt: at,
    amount,
    currency,
    ...(of === "suspense" ? { of } : {}),
    by,
    why: reason,
  };
  const { kind, channel, shop } = first;
  const document = foundDocument(
    { transaction, kind, source: sourceKey(channel, shop, "write-off", id), channel, shop, events: [event], references: movementOf(view) },
    at,
  );
  await insertInOrder(lineage, [[document]]);
  return "written-off";
}

/** A bank line that is given up is looked at again: it may be another one's movement. */
function movementOf(view: TransactionView): readonly Reference[] {
  const booked = factNamed(factsOf(view), "bank-line.booked");
  return booked === undefined ? [] : [bankMovement(booked.line.account, booked.line)];
}

/** Whether giving up what an exception is about would be booked. */
export function isVariance(view: TransactionView, exception: ExceptionItem): boolean {
  return givenUpOf(view, exception) !== undefined;
}

/**
 * What would be given up: what a settlement row or bank line differs by (or a line that is told twice), or what stands of a row in settlement
 * suspense. Undefined: nothing that could be booked.
 */
function givenUpOf(view: TransactionView, { class: name, code, amount = 0 }: ExceptionItem): "difference" | "suspense" | undefined {
  if (amount === 0) return undefined;
  if (name === "money.possible-duplicate") return "difference";
  const isOfRow = view.transaction.startsWith("settlement-row:");
  if (name === "money.unclassified-balance-type") return isOfRow && code === "suspense" ? "suspense" : undefined;
  if (name !== "money.missing-transaction" && name !== "money.tolerance-exceeded") return undefined;
  const variance = varianceOf(factsOf(view));
  if (variance !== undefined && variance.amount === amount && variance.reason === code)
    return variance.isBookable ? "difference" : undefined;
  const isClaim = isOfRow && name === "money.tolerance-exceeded" && (code === "fee" || code === "investigate");
  return isClaim ? "suspense" : undefined;
}

function varianceOf(facts: readonly BusinessEvent[]): Variance | undefined {
  const recorded = factNamed(facts, "settlement.recorded");
  if (recorded !== undefined) return rowVariance(recorded.row, factNamed(facts, "settlement.matched"));
  const booked = factNamed(facts, "bank-line.booked");
  return booked === undefined ? undefined : bankLineVariance(booked.line, factNamed(facts, "bank-line.matched"));
}
