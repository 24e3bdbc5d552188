import { canonicalJson, contentHash } from "#domain/canonical";
import type { BusinessEvent, EventOf } from "#domain/events";
import { Unavailable } from "#domain/failures";
import { foldFacts } from "#domain/ledger";
import { type DocumentItem, documentItem, type ParsedDocument, rawBodyOf, type TransactionView } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { gatherFacts } from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import type { References } from "#ports/references";

export interface MatchPorts {
  readonly lineage: LineageStore;
  readonly references: References;
  readonly clock: Clock;
  readonly policy: Policy;
}

/** "matched" and "unmatched" were found now; "none": nothing new. */
export type MatchOutcome = "matched" | "unmatched" | "none";

/** The facts of a stream that count now, in their order. */
export function factsOf(view: TransactionView): readonly BusinessEvent[] {
  return foldFacts(gatherFacts(view.documents).events).events;
}

export function factNamed<Name extends BusinessEvent["name"]>(facts: readonly BusinessEvent[], name: Name): EventOf<Name> | undefined {
  return facts.find((event): event is EventOf<Name> => event.name === name);
}

/**
 * The version of what is found out at `lookedAt`, an instant from before anything was read: what was found later counts. What two looks of
 * one millisecond found otherwise are two versions.
 */
export function matchVersion(lookedAt: string, found: unknown): string {
  return `${lookedAt}-${contentHash(found).slice(0, 8)}`;
}

/** A fact that the hub itself found out: its raw body is what it says. */
export function foundDocument(
  parsed: Omit<ParsedDocument, "issues" | "references"> & Partial<Pick<ParsedDocument, "references">>,
  at: string,
): DocumentItem {
  const body = new TextEncoder().encode(canonicalJson(parsed.events));
  return documentItem({ references: [], ...parsed, issues: [] }, rawBodyOf(body), at);
}

/** Inserts in order, so that what says that the work is done comes last. Throws Unavailable when one is not certain to be on record. */
export async function insertInOrder(lineage: LineageStore, batches: readonly (readonly DocumentItem[])[]): Promise<void> {
  for (const batch of batches) {
    const answers = batch.length === 0 ? [] : await lineage.insert(batch);
    for (const answer of answers) {
      if (answer !== "inserted" && answer !== "conflict") throw new Unavailable(`the lineage answered ${answer} for a match: look again`);
    }
  }
}
