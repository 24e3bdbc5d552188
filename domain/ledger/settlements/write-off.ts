import { businessDateIn } from "#domain/calendar";
import type { BusinessEvent, EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import type { MinorUnits } from "#domain/money";
import type { Variance } from "#domain/settlement";
import { dimensionsOf } from "../dimensions.ts";
import type { TargetDraft } from "../draft.ts";
import { JournalLines } from "../journal-lines.ts";

type WrittenOff = EventOf<"variance.written-off">;

/** What somebody gave up of just this variance: another amount is another question. Proposed again after a refusal, the last word counts. */
export function writeOffOf(events: readonly BusinessEvent[], { amount, isBookable }: Variance, currency: string): WrittenOff | undefined {
  return isBookable ? lastWord(events, { amount, currency }, undefined) : undefined;
}

/** The same of an amount that stands in settlement suspense. */
export function suspenseWriteOffOf(events: readonly BusinessEvent[], amount: MinorUnits, currency: string): WrittenOff | undefined {
  return lastWord(events, { amount, currency }, "suspense");
}

function lastWord(
  events: readonly BusinessEvent[],
  { amount, currency }: { readonly amount: MinorUnits; readonly currency: string },
  of: WrittenOff["of"],
): WrittenOff | undefined {
  return events.findLast(
    (event): event is WrittenOff =>
      event.name === "variance.written-off" && event.amount === amount && event.currency === currency && event.of === of,
  );
}

/**
 * Moves a variance from the account in which it stands open to the differences that were written off, on the day on which somebody said
 * so. When its cause goes, so does this journal. `open` is the problem that it answers: it holds again while the write-off is refused.
 */
export function bookWriteOff(
  event: WrittenOff,
  of: { readonly entity: string; readonly timeZone: string; readonly gateway?: string | undefined },
  openIn: readonly [role: string, dimensions: Readonly<Record<string, string>>],
  open: Problem,
  draft: TargetDraft,
): void {
  const { amount, currency, occurredAt } = event;
  const lines = new JournalLines();
  lines.add(...openIn, amount);
  lines.add("settlement-differences", dimensionsOf("settlement-differences", { gateway: of.gateway }), -amount);
  draft.ifRefused(draft.keyOf(event.key, "write-off", of.entity, currency), open);
  draft.journal({ event, entity: of.entity, currency, businessDate: businessDateIn(of.timeZone, occurredAt) }, "write-off", lines);
}
