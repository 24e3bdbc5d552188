import { businessDateIn } from "#domain/calendar";
import type { BusinessEvent, EventOf } from "#domain/events";
import type { Variance } from "#domain/settlement";
import { dimensionsOf } from "../dimensions.ts";
import type { TargetDraft } from "../draft.ts";
import { JournalLines } from "../journal-lines.ts";

type WrittenOff = EventOf<"variance.written-off">;

/** What somebody gave up of just this variance: another amount is another question. */
export function writeOffOf(events: readonly BusinessEvent[], { amount, isBookable }: Variance, currency: string): WrittenOff | undefined {
  if (!isBookable) return undefined;
  return events.find(
    (event): event is WrittenOff => event.name === "variance.written-off" && event.amount === amount && event.currency === currency,
  );
}

/**
 * Moves a variance from the account in which it stands open to the differences that were written off, on the day on which somebody said
 * so. When its cause goes, so does this journal.
 */
export function bookWriteOff(
  event: WrittenOff,
  of: { readonly entity: string; readonly timeZone: string; readonly gateway?: string | undefined },
  openIn: readonly [role: string, dimensions: Readonly<Record<string, string>>],
  draft: TargetDraft,
): void {
  const { amount, currency, occurredAt } = event;
  const lines = new JournalLines();
  lines.add(...openIn, amount);
  lines.add("settlement-differences", dimensionsOf("settlement-differences", { gateway: of.gateway }), -amount);
  draft.journal({ event, entity: of.entity, currency, businessDate: businessDateIn(of.timeZone, occurredAt) }, "write-off", lines);
}
