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

/** The pairs of a transaction that are in flight: each leg is sent by the connection of its own entity, and one may be ahead. */
export function pairsInFlight(view: TransactionView): PairInFlight[] {
  const pairs = new Map<string, { readonly entities: Set<string>; readonly parties: Set<string> }>();
  for (const { plans, outcomes } of view.chains.values()) {
    for (const { document } of foldPlans(plans, outcomes).live.values()) {
      if (document.pair === undefined) continue;
      let known = pairs.get(document.pair);
      if (known === undefined) pairs.set(document.pair, (known = { entities: new Set(), parties: new Set() }));
      known.entities.add(document.entity);
      const named = document.type === "journal" ? document.lines.map((line) => line.dimensions) : document.movements.map(counterOf);
      for (const { counterparty } of named) if (counterparty !== undefined) known.parties.add(counterparty);
    }
  }
  return [...pairs]
    .flatMap(([pair, { entities, parties }]) =>
      [...parties].filter((missing) => !entities.has(missing)).map((missing) => ({ pair, posted: [...entities][0]!, missing })),
    )
    .sort((a, b) => (a.pair < b.pair ? -1 : 1));
}

function counterOf({ counterDimensions }: { readonly counterDimensions?: Readonly<Record<string, string>> }) {
  return counterDimensions ?? {};
}
