import { millisecondsBetween } from "#domain/calendar";
import type { ExceptionClass } from "#domain/exceptions";
import type { ExceptionState } from "#domain/lineage";
import type { KpiSample } from "./kpi-sample.ts";

/** Something that the hub depends on did not do its part; what a document itself says wrong is none of these. */
const failures: ReadonlySet<ExceptionClass> = new Set([
  "transport.connection",
  "transport.rate-limit",
  "transport.access",
  "erp.unavailable",
  "erp.unknown-outcome",
]);

/** How long a failure that is over lasted: from the desk's knowing of it to its closure. Nothing for what is open, or was no failure. */
export function recoverySamples({ opened, closed }: ExceptionState): readonly KpiSample[] {
  if (closed === undefined || !failures.has(opened.class)) return [];
  return [
    {
      metric: "IntegrationRecovery",
      value: Math.max(millisecondsBetween(opened.at, closed.at), 0),
      dimensions: { class: opened.class },
    },
  ];
}
