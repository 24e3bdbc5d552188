import type { TransactionId } from "#domain/identity";
import { pairsOf } from "#domain/ledger";
import type { TransactionView } from "#domain/lineage";
import { type Currency, type MinorUnits, sum } from "#domain/money";
import { foldPlans, type LiveDocument } from "./fold-plans.ts";

/** One leg of an intercompany pair stands, and the other one does not yet. */
export interface PairInFlight {
  readonly pair: string;
  /** The entity in whose books it stands. */
  readonly posted: string;
  /** The entity whose books still lack it. */
  readonly missing: string;
  /** Of the leg that stands. */
  readonly transaction: TransactionId;
  readonly businessDate: string;
  /** The ERP's numbers of what stands. */
  readonly documents: readonly string[];
  /** What `posted` claims from `missing` (positive) or owes it (negative), in the transaction currency of what stands. */
  readonly amount: MinorUnits;
  readonly currency: Currency;
}

interface Leg {
  readonly transaction: TransactionId;
  readonly live: LiveDocument;
  /** Whom it settles with under this pair. */
  readonly parties: readonly string[];
}

/**
 * The intercompany pairs of a house: each leg is sent by the connection of its own entity, and some of them from another transaction that was
 * told, so that one may be ahead of the other.
 */
export class IntercompanyPairs {
  readonly #legs = new Map<string, Leg[]>();

  note({ transaction, chains }: TransactionView): void {
    for (const { plans, outcomes } of chains.values()) {
      for (const live of foldPlans(plans, outcomes).live.values()) {
        for (const { pair, counterparty } of pairsOf(live.document.pair)) {
          const parties = counterparty === undefined ? partiesOf(live) : [counterparty];
          this.#legs.set(pair, [...(this.#legs.get(pair) ?? []), { transaction, live, parties }]);
        }
      }
    }
  }

  /** Those that are in flight among what was noted, by their pair. */
  inFlight(): PairInFlight[] {
    return [...this.#legs].flatMap(([pair, legs]) => missingLegs(pair, legs)).sort((a, b) => (a.pair < b.pair ? -1 : 1));
  }
}

function missingLegs(pair: string, legs: readonly Leg[]): PairInFlight[] {
  const entities = new Set(legs.map(({ live }) => live.document.entity));
  const missing = new Set(legs.flatMap(({ parties }) => parties).filter((party) => !entities.has(party)));
  return [...missing].flatMap((party) => {
    const all = legs.filter(({ parties }) => parties.includes(party));
    // Goods that were agreed in different currencies are owed in each of them.
    const currencies = [...new Set(all.map(({ live }) => live.document.currency))];
    return currencies.flatMap((currency): PairInFlight[] => {
      const towards = all.filter(({ live }) => live.document.currency === currency);
      const { transaction, live } = towards[0]!;
      const { entity, businessDate } = live.document;
      const amount = sum(towards.map((leg) => claimOn(leg.live, party)));
      const documents = towards.map((leg) => leg.live.erpNumber);
      return [{ pair, posted: entity, missing: party, transaction, businessDate, documents, amount, currency }];
    });
  });
}

function partiesOf({ document }: LiveDocument): string[] {
  const named = document.type === "journal" ? document.lines.map((line) => line.dimensions) : document.movements.map(counterOf);
  return [...new Set(named.flatMap(({ counterparty }) => (counterparty === undefined ? [] : [counterparty])))];
}

/** Debits are claims. Goods that are taken in are owed for: their cost stands on the credit side. */
function claimOn({ document, costs }: LiveDocument, party: string): MinorUnits {
  if (document.type === "journal") {
    const claims = document.lines.filter(({ role, dimensions }) => balances.has(role) && dimensions.counterparty === party);
    return sum(claims.map(({ amount }) => amount));
  }
  const movements = document.movements.filter((each) => balances.has(each.counterRole) && counterOf(each).counterparty === party);
  return sum(
    movements.map(({ id, quantityMillionths, totalCost }) => {
      const cost = totalCost ?? costs.find(({ movement }) => movement === id)?.totalCost ?? 0;
      return quantityMillionths > 0 ? 0 - cost : cost;
    }),
  );
}

const balances: ReadonlySet<string> = new Set(["due-from", "due-to"]);

function counterOf({ counterDimensions }: { readonly counterDimensions?: Readonly<Record<string, string>> }) {
  return counterDimensions ?? {};
}
