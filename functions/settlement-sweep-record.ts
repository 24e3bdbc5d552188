import * as z from "zod/mini";
import { canonicalJson } from "#domain/canonical";
import type { Problem } from "#domain/exceptions";
import { Unavailable } from "#domain/failures";
import { sourceKey, sourceTransaction } from "#domain/identity";
import { type ClosureItem, closureKey, documentItem, type LineageItem, rawBodyOf } from "#domain/lineage";
import { openedException } from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import { readTransaction } from "./read-transaction.ts";

export interface SweptAccount {
  readonly source: string;
  /** Our id of the gateway account. */
  readonly account: string;
  readonly shop: string;
  /** What is swept there; absent: settlements. */
  readonly of?: "orders";
}

/**
 * Where the next sweep of an account begins: the first day that it reads, and behind which page. `begunOn` comes with `next`: the day on which
 * the first of those pages was read, as whatever came later than it may be behind none of them. `pages` are the hashes of those that the last
 * sweep took in: what such a page states was not stated otherwise since.
 */
const positionSchema = z.object({
  since: z.string(),
  next: z.optional(z.string()),
  begunOn: z.optional(z.string()),
  pages: z.optional(z.readonly(z.array(z.string()))),
});
export type SweepPosition = z.infer<typeof positionSchema>;

/** What is on record of the sweeps of an account: a stream of its own, to which a position is added when it is another than the last one. */
export function createSweepRecord({ lineage, clock }: { readonly lineage: LineageStore; readonly clock: Clock }) {
  return {
    /** Undefined before the first sweep came to an end. */
    async position(swept: SweptAccount): Promise<SweepPosition | undefined> {
      const { documents } = await readTransaction(lineage, streamOfSweeps(swept));
      const last = documents.reduce<(typeof documents)[number] | undefined>(
        (latest, each) => (latest === undefined || each.source > latest.source ? each : latest),
        undefined,
      );
      return last?.raw.inline === undefined ? undefined : positionSchema.parse(JSON.parse(last.raw.inline));
    },

    async reached(swept: SweptAccount, position: SweepPosition): Promise<void> {
      const before = await this.position(swept);
      if (before !== undefined && canonicalJson(before) === canonicalJson(position)) return;
      const { source, account } = swept;
      const now = clock.now();
      const document = {
        transaction: streamOfSweeps(swept),
        kind: "source" as const,
        // Instants sort as they follow each other.
        source: sourceKey(source, account, "sweep", now),
        channel: source,
        shop: account,
        events: [],
        references: [],
        issues: [],
      };
      await insert([documentItem(document, rawBodyOf(new TextEncoder().encode(JSON.stringify(position))), now)], swept);
    },

    async trouble(swept: SweptAccount, outcome: "refused" | "failed", reason: string): Promise<void> {
      const view = await readTransaction(lineage, streamOfSweeps(swept));
      const what = `${swept.of ?? "settlements"} of ${swept.account} at ${swept.source} (${swept.shop}) could not be read: ${reason.slice(0, 300)}`;
      const problem: Problem & { readonly foundBy: "operation" } = {
        class: outcome === "refused" ? "transport.access" : "transport.connection",
        code: sweepCode(swept),
        cause: swept.account,
        foundBy: "operation",
        message: `${what}. Nothing is lost: the next sweep reads the same days again.`,
      };
      const item = openedException(view, problem, undefined, clock.now());
      if (item !== undefined) await insert([item], swept);
    },

    /** A sweep that came to its end closes what earlier ones told the desk. */
    async troubleIsOver(swept: SweptAccount): Promise<void> {
      const { exceptions, transaction } = await readTransaction(lineage, streamOfSweeps(swept));
      const closures = exceptions
        .filter(({ opened, closed }) => closed === undefined && opened.code === sweepCode(swept))
        .map(({ opened }): ClosureItem => {
          const reason = "a later sweep read the account";
          return { type: "closure", transaction, key: closureKey(opened.key), at: clock.now(), by: "hub", reason };
        });
      if (closures.length > 0) await insert(closures, swept);
    },
  };

  async function insert(items: readonly LineageItem[], { account }: SweptAccount): Promise<void> {
    const answers = await lineage.insert(items);
    if (answers.some((answer) => answer !== "inserted" && answer !== "conflict"))
      throw new Unavailable(`how far ${account} was read may not be on record: sweep again`);
  }
}

function sweepCode({ of }: SweptAccount): string {
  return of === undefined ? "settlement-sweep" : "order-sweep";
}

function streamOfSweeps({ source, account, of }: SweptAccount): string {
  return sourceTransaction(source, account, of === undefined ? "settlement-sweeps" : "order-sweeps", "all");
}
