import type { MiddlewareObj } from "@middy/core";

export interface FlushedMetrics {
  /** Writes what was recorded; never fails. */
  flush(): void;
}

/** Writes the metrics of every invocation at its end, also of one that failed: an instance may be frozen for good after it. */
export function flushMetrics(metrics: FlushedMetrics): MiddlewareObj {
  return { after: () => metrics.flush(), onError: () => metrics.flush() };
}
