import { contentHash } from "#domain/canonical";
import type { TransactionView } from "#domain/lineage";
import { foldPlans, standing, toldSource } from "#domain/posting";

/** What the streams told each other, as the tellers' plans have it and as it lies in the streams that were told. */
export class Tellings {
  /** By stream and source: the hash of the facts that stand. */
  readonly #told = new Map<string, string>();
  readonly #heard = new Map<string, string>();

  note(view: TransactionView): void {
    for (const [connection, { plans, outcomes }] of view.chains)
      for (const { key, document } of foldPlans(plans, outcomes).told.values())
        this.#told.set(`${document.to} ${toldSource(connection, key)}`, contentHash(document.facts));
    for (const { told, source, events } of standing(view.documents))
      if (told !== undefined && events.length > 0) this.#heard.set(`${view.transaction} ${source}`, contentHash(events));
  }

  verify(check: (name: string, holds: boolean, failure: () => string) => void): void {
    for (const [where, facts] of this.#told)
      check(
        "what a transaction told lies in the one that was told",
        this.#heard.get(where) === facts,
        () => `${where} ${this.#heard.has(where) ? "has other facts than were told" : "was never told"}`,
      );
    for (const where of this.#heard.keys())
      check(
        "what a transaction was told stands in the plans of the one that told it",
        this.#told.has(where),
        () => `${where} is told by nobody`,
      );
  }
}
