import { addDays, localToInstant, millisecondsBetween } from "#domain/calendar";
import type { BusinessEvent, EventOf } from "#domain/events";
import type { StreamKind } from "#domain/identity";
import type { DocumentItem } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import type { KpiSample } from "./kpi-sample.ts";

/** Streams whose documents say something by themselves, when they are recorded. */
export const measuredDocumentKinds = ["stock", "store-day", "period"] as const satisfies readonly StreamKind[];

/** What a document says as it is recorded: counts of stock, and the end of a store day or of a period's accruals. */
export function documentSamples({ at, channel, events, issues }: DocumentItem, policy: Policy): readonly KpiSample[] {
  if (issues.length > 0) return [];
  return events.flatMap((event) => [...countSamples(event, channel, policy), ...closeSamples(event, at, policy)]);
}

function countSamples(event: BusinessEvent, channel: string, policy: Policy): KpiSample[] {
  if (event.name !== "stock.counted") return [];
  const compared = event.lines.filter(({ expectedMillionths }) => expectedMillionths !== undefined);
  if (compared.length === 0) return [];
  const accurate = compared.filter(({ countedMillionths, expectedMillionths }) => countedMillionths === expectedMillionths);
  const location = Object.hasOwn(policy.stores, event.store) ? policy.stores[event.store]?.location : undefined;
  const dimensions = { channel, location: location ?? event.store };
  return [
    { metric: "StockLinesCounted", value: compared.length, dimensions },
    { metric: "StockLinesAccurate", value: accurate.length, dimensions },
  ];
}

function closeSamples(event: BusinessEvent, at: string, policy: Policy): KpiSample[] {
  switch (event.name) {
    case "store-day.audited":
    case "store-day.reconciled":
      return storeDayClose(event, at, policy);
    case "period-sales.stated":
      return closed("period accrued", policy.entities[event.entity]?.timeZone, event.businessDate, at);
    default:
      return [];
  }
}

function storeDayClose(
  { name, store, businessDate }: EventOf<"store-day.audited"> | EventOf<"store-day.reconciled">,
  at: string,
  policy: Policy,
): KpiSample[] {
  const zone = Object.hasOwn(policy.stores, store) ? policy.stores[store]?.timeZone : undefined;
  return closed(name === "store-day.audited" ? "store day audited" : "store day reconciled", zone, businessDate, at);
}

/** Nothing where nobody knows when the day was over; 0 for a day that was closed before its midnight. */
function closed(span: string, timeZone: string | undefined, lastDay: string, at: string): KpiSample[] {
  if (timeZone === undefined) return [];
  const over = localToInstant(timeZone, `${addDays(lastDay, 1)}T00:00:00`);
  return [{ metric: "FinancialClose", value: Math.max(millisecondsBetween(over, at), 0), dimensions: { span } }];
}
