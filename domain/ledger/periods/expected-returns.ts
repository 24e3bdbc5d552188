import { addDays } from "#domain/calendar";
import type { BusinessEvent, EventOf } from "#domain/events";
import { cumulativeShare, type MinorUnits } from "#domain/money";
import { expectedReturnsFor, type Policy, type Share } from "#domain/policy";
import { dimensionsOf } from "../dimensions.ts";
import type { TargetDraft } from "../draft.ts";
import { JournalLines } from "../journal-lines.ts";

/** What is owed for goods that are still to come back, and what these goods are worth: minor units of the entity's functional currency. */
export interface ReturnsToCome {
  readonly liability: MinorUnits;
  readonly asset: MinorUnits;
}

/**
 * Row c21: of what was sold in the last days of a period a share is still to come back, as policy estimates it. On the period's last day: Dr
 * sales returns, Cr refund liability; Dr return asset, Cr cost of goods. On the first day of the next one its mirror, which is posted only
 * once the accrual is. No tax is in it: what is collected for a jurisdiction is no revenue.
 */
export function expectedReturnsLedger(facts: readonly BusinessEvent[], policy: Policy, draft: TargetDraft): void {
  for (const event of facts) {
    if (event.name !== "period-sales.stated") continue;
    const { entity, channel, currency, businessDate } = event;
    const { liability, asset } = returnsToCome(event, policy);
    if (liability === 0) continue;
    const frame = { event, entity, currency, businessDate };
    const follows = draft.keyOf(event.key, "expected-returns", entity, currency);
    draft.journal(frame, "expected-returns", linesOf(channel, liability, asset));
    const nextDay = { ...frame, businessDate: addDays(businessDate, 1), follows };
    draft.journal(nextDay, "expected-returns-released", linesOf(channel, -liability, -asset));
  }
}

/** Nothing where no rule estimates it, and of sales that came to nothing. */
export function returnsToCome(
  {
    entity,
    channel,
    businessDate: day,
    sales,
    cost,
  }: Pick<EventOf<"period-sales.stated">, "entity" | "channel" | "businessDate" | "sales" | "cost">,
  policy: Policy,
): ReturnsToCome {
  const estimate = expectedReturnsFor(policy, { entity, channel, day });
  const liability = estimate === undefined ? 0 : partOf(sales, estimate.share);
  return { liability, asset: estimate === undefined || liability === 0 ? 0 : partOf(cost, estimate.share) };
}

function partOf(amount: MinorUnits, { part, whole }: Share): MinorUnits {
  return amount <= 0 ? 0 : cumulativeShare(amount, part, whole);
}

function linesOf(channel: string, liability: MinorUnits, asset: MinorUnits): JournalLines {
  const lines = new JournalLines();
  lines.add("sales-returns", dimensionsOf("sales-returns", { channel }), liability);
  lines.add("refund-liability", {}, -liability);
  lines.add("return-asset", {}, asset);
  lines.add("cogs", {}, -asset);
  return lines;
}
