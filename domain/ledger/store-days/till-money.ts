import { type BusinessEvent, rateName, ratesIn } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { atRate, type MinorUnits } from "#domain/money";
import type { Policy, StorePolicy } from "#domain/policy";
import { dimensionsOf } from "../dimensions.ts";
import type { LineName } from "../documents.ts";
import type { TargetDraft } from "../draft.ts";
import { rateMissing } from "../rates.ts";
import { tenderLine } from "../tender.ts";

/** A fact of a store day about money that lies in the store. */
export interface TillFact {
  readonly event: BusinessEvent;
  readonly store: string;
  /** Absent: of the safe. */
  readonly register: string | undefined;
  /** YYYY-MM-DD. */
  readonly businessDate: string;
  /** The till's type. */
  readonly tender: string;
  /** Of the money itself. */
  readonly currency: string;
}

/** Where money of a tender lies in a store. */
export type TenderPlace =
  /** Notes and coins: a drawer per register and currency, and the safe. */
  | { readonly kind: "cash"; readonly drawer: LineName; readonly safe: LineName }
  /** Anything else has one place, whoever holds it: cheques in the safe, cards at the acquirer. */
  | { readonly kind: "other"; readonly line: LineName }
  | { readonly kind: "unmapped"; readonly problem: Problem };

export function tenderPlace(policy: Policy, { store, register, tender, currency }: TillFact): TenderPlace {
  const mapped = tenderLine(policy, "pos", tender, undefined, { store, register, currency });
  if (mapped.kind === "unmapped") return { kind: "unmapped", problem: mapped.problem };
  const { role, dimensions } = mapped;
  if (role !== "cash-drawer") return { kind: "other", line: { role, dimensions } };
  const safe = { role: "safe", dimensions: dimensionsOf("safe", { store, currency }) };
  return { kind: "cash", drawer: { role, dimensions }, safe };
}

/** What an amount is worth in the store's own currency; undefined: nobody knows the rate, which is asked for. */
export type Worth = { readonly currency: string; readonly amount: MinorUnits };

/**
 * c27: foreign money lies in a drawer of its own currency at what it was taken for. `stated` is that value where the till says it; without
 * it the money counts at the rate of the day, so that nothing is gained or lost by it. Undefined: the rate is not on record, the fact is held
 * and the rate is asked for.
 */
export function worthOf(
  { event, currency, businessDate }: TillFact,
  amount: MinorUnits,
  stated: Worth | undefined,
  { store, facts, draft }: { readonly store: StorePolicy; readonly facts: readonly BusinessEvent[]; readonly draft: TargetDraft },
): { readonly carried: MinorUnits; readonly today: MinorUnits } | undefined {
  const own = store.currency;
  if (currency === own) return { carried: amount, today: amount };
  const question = { from: currency, to: own, day: businessDate };
  const rate = ratesIn(facts).get(rateName(question));
  if (rate === undefined) {
    draft.wantRate(question);
    draft.problem({ ...rateMissing(question, event.key), event: event.key });
    draft.hold(event);
    return undefined;
  }
  const today = atRate(amount, { ...question, rate });
  return { carried: stated?.currency === own ? stated.amount : today, today };
}
