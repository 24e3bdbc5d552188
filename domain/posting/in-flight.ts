import type { TransactionView } from "#domain/lineage";
import { foldPlans } from "./fold-plans.ts";

/** One leg of an intercompany pair stands, and the other one does not yet. */
export interface PairInFlight {
  readonly pair: string;
  /** The entity in whose books it stands. */
  readonly posted: string;
  /** The entity whose books still lack it. */
  readonly missing: string;
}

/** The legs that stand in the streams noted so far. The two legs of a pair may lie in two streams: a store's ticket and the sale it told. */
export class IntercompanyPairs {
  readonly #pairs = new Map<string, { readonly entities: Set<string>; readonly parties: Set<string> }>();

  note(view: TransactionView): void {
    for (const { plans, outcomes } of view.chains.values()) {
      for (const { document } of foldPlans(plans, outcomes).live.values()) {
        if (document.pair === undefined) continue;
        let known = this.#pairs.get(document.pair);
        if (known === undefined) this.#pairs.set(document.pair, (known = { entities: new Set(), parties: new Set() }));
        known.entities.add(document.entity);
        const named = document.type === "journal" ? document.lines.map((line) => line.dimensions) : document.movements.map(counterOf);
        for (const { counterparty } of named) if (counterparty !== undefined) known.parties.add(counterparty);
      }
    }
  }

  /** Those that lack a leg: each is sent by the connection of its own entity, and one may be ahead. */
  inFlight(): PairInFlight[] {
    return [...this.#pairs]
      .flatMap(([pair, { entities, parties }]) =>
        [...parties].filter((missing) => !entities.has(missing)).map((missing) => ({ pair, posted: [...entities][0]!, missing })),
      )
      .sort((a, b) => (a.pair < b.pair ? -1 : 1));
  }
}

/** The pairs in flight among these streams. */
export function pairsInFlight(...views: readonly TransactionView[]): PairInFlight[] {
  const pairs = new IntercompanyPairs();
  for (const view of views) pairs.note(view);
  return pairs.inFlight();
}

function counterOf({ counterDimensions }: { readonly counterDimensions?: Readonly<Record<string, string>> }) {
  return counterDimensions ?? {};
}
