import type { BusinessEvent } from "#domain/events";
import type { StreamKind } from "#domain/identity";
import type { DocumentItem } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { closeSamples } from "./close-samples.ts";
import type { KpiSample } from "./kpi-sample.ts";

/** Streams whose documents say something by themselves, when they are recorded. */
export const measuredDocumentKinds = ["stock", "store-day"] as const satisfies readonly StreamKind[];

/** What a document says as it is recorded: counts of stock, and the end of a store day. */
export function documentSamples({ at, channel, events, issues }: DocumentItem, policy: Policy): readonly KpiSample[] {
  if (issues.length > 0) return [];
  return events.flatMap((event) => [...countSamples(event, channel, policy), ...storeDaySamples(event, at, policy)]);
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

function storeDaySamples(event: BusinessEvent, at: string, policy: Policy): KpiSample[] {
  if (event.name !== "store-day.audited" && event.name !== "store-day.reconciled") return [];
  const { name, store, businessDate } = event;
  const zone = Object.hasOwn(policy.stores, store) ? policy.stores[store]?.timeZone : undefined;
  return closeSamples(name === "store-day.audited" ? "store day audited" : "store day reconciled", zone, businessDate, at);
}
