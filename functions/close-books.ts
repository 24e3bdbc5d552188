import * as z from "zod/mini";
import { Invalid } from "#domain/failures";
import type { PostingRules } from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { Erp } from "#ports/erp";
import type { LineageStore } from "#ports/lineage-store";
import type { Metrics } from "#ports/metrics";
import type { PeriodBook } from "#ports/period-book";
import type { PolicyStore } from "#ports/policy-store";
import { createHandler as createAccrue, type PeriodAccrual } from "./accrue-period.ts";
import { createHandler as createAudit, type StoreDayAudit } from "./audit-store-day.ts";
import { createHandler as createClose, type PeriodClosed } from "./close-period.ts";

export interface CloseBooksDependencies {
  readonly erp: (connection: string) => Erp | Promise<Erp>;
  readonly lineage: LineageStore;
  readonly documents: DocumentStore;
  readonly policies: PolicyStore;
  readonly periodBook: PeriodBook;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly rules: PostingRules;
  /** No period is closed without the approval of a second person. */
  readonly secondPerson: boolean;
}

const inputSchema = z.looseObject({ action: z.enum(["store-day", "accrue", "close"]) });

/** What came of it, by what was asked for: two of the actions have outcomes of one name, with other things beside them. */
export type ClosedBooks =
  | ({ readonly action: "store-day" } & StoreDayAudit)
  | ({ readonly action: "accrue" } & PeriodAccrual)
  | ({ readonly action: "close" } & PeriodClosed);

/**
 * What a named person says when books are closed, where there is no command line: `{action: "store-day", …}` of a store's day,
 * `{action: "accrue", …}` and `{action: "close", …}` of a fiscal period. Takes and throws what audit-store-day, accrue-period and
 * close-period do.
 */
export function createHandler(dependencies: CloseBooksDependencies) {
  const audit = createAudit(dependencies);
  const accrue = createAccrue(dependencies);
  const close = createClose(dependencies);

  return async function closeBooks(input: unknown): Promise<ClosedBooks> {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success) throw new Invalid('close-books takes {action}, which is "store-day", "accrue" or "close"');
    const { action, ...asked } = parsed.data;
    switch (action) {
      case "store-day":
        return { action, ...(await audit(asked)) };
      case "accrue":
        return { action, ...(await accrue(asked)) };
      case "close":
        return { action, ...(await close(asked)) };
    }
  };
}
