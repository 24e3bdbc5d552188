import { contentHash } from "#domain/canonical";
import type { BusinessEvent, EventOf } from "#domain/events";
import { eventKey, sourceKey } from "#domain/identity";
import type { ExceptionItem, Reference, TransactionView } from "#domain/lineage";
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
 * difference. Said again it changes nothing. Throws Unavailable when nobody can say whether it is on record.
 */
export async function writeOffVariance(
  lineage: LineageStore,
  view: TransactionView,
  exception: ExceptionItem,
  { by, reason, at }: WriteOff,
): Promise<WrittenOffVariance> {
  const first = view.documents[0];
  const { amount, currency } = exception;
  if (first === undefined || !isVariance(view, exception) || amount === undefined || currency === undefined) return "no-variance";
  const { transaction } = view;
  const isKnown = factsOf(view).some(
    (event) => event.name === "variance.written-off" && event.amount === amount && event.currency === currency,
  );
  if (isKnown) return "known";
  const id = contentHash({ transaction, amount, currency }).slice(0, 32);
  const event: EventOf<"variance.written-off"> = {
    name: "variance.written-off",
    schema: 1,
    key: eventKey("variance.written-off", id),
    version: at,
    occurredAt: at,
    amount,
    currency,
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

/** Whether an exception says what a settlement row or bank line differs by, and giving that up would be booked; or that a line is told twice. */
export function isVariance(view: TransactionView, { class: name, code, amount }: ExceptionItem): boolean {
  if (name === "money.possible-duplicate") return amount !== undefined && amount !== 0;
  if (name !== "money.missing-transaction" && name !== "money.tolerance-exceeded") return false;
  const variance = varianceOf(factsOf(view));
  return variance?.isBookable === true && variance.amount !== 0 && variance.amount === amount && variance.reason === code;
}

function varianceOf(facts: readonly BusinessEvent[]): Variance | undefined {
  const recorded = factNamed(facts, "settlement.recorded");
  if (recorded !== undefined) return rowVariance(recorded.row, factNamed(facts, "settlement.matched"));
  const booked = factNamed(facts, "bank-line.booked");
  return booked === undefined ? undefined : bankLineVariance(booked.line, factNamed(facts, "bank-line.matched"));
}
