import { type LayeredRule, type Occasion, ruleInForce } from "./layered-rules.ts";

/**
 * Where the accounting standard leaves a choice. `standard` is the treatment of docs/accounting.md where nobody elects; `about` is what an
 * election may be narrowed to.
 */
export const elections = {
  /** When revenue and cost of goods move (c4). What a customer collects is fulfilled when it is collected: there both are one moment. */
  controlPasses: { values: ["shipped", "delivered"], standard: "shipped", about: ["channel"] },
  /** When a tax is due (c8); each jurisdiction must be decided. */
  taxPoint: { values: ["capture", "fulfilment", "earlier"], standard: "fulfilment", about: ["jurisdiction"] },
  /** Whose a tip is: owed to the staff, or the entity's own (c11). */
  tips: { values: ["liability", "income"], standard: "liability", about: ["channel"] },
  /** Whether customs keeps the duty of goods that come back, where their price included it and the refund does not say (c49). */
  returnedDuties: { values: ["kept", "reclaimed"], standard: "kept", about: ["channel"] },
  /** Where the cost of goods goes that come back and are not put into stock (c19). */
  unsaleableReturns: { values: ["cost-of-goods", "damaged-returns", "write-down"], standard: "cost-of-goods", about: ["channel"] },
  /** What a gift card or store credit is that was given and not sold (c14); "expense" is for those who are no customers. */
  storedValueGiven: { values: ["concession", "promotion", "expense"], standard: "concession", about: ["kind", "reason"] },
  /**
   * What becomes of stored value that is taken away: it stays owed (where unclaimed-property law covers it), is income (c15), or takes
   * back what was given.
   */
  storedValueLapsed: { values: ["liability", "breakage", "concession"], standard: "liability", about: ["kind", "reason"] },
  /** When what a gift card is sold below its face lowers revenue (c12): as it is used, which its own stream has to tell, or at once. */
  cardDiscount: { values: ["with-use", "at-sale"], standard: "with-use", about: ["channel"] },
  /** When goods on their way between two entities change their owner (c39). */
  transferTitle: { values: ["receipt", "shipment"], standard: "receipt", about: [] },
  /** What the ERP makes of a reversal (c36). */
  correctionStyle: { values: ["reversal", "negative", "credit-note"], standard: "reversal", about: [] },
  /** What becomes of an accrual that was posted when the books it rests on say something else by now (c21): asked for anew, it is kept or revised. */
  accrualRevision: { values: ["kept", "revised"], standard: "kept", about: [] },
  /** Whether a store day is complete without a count of each drawer that cash went through (c27). */
  drawerCount: { values: ["optional", "required"], standard: "optional", about: ["channel"] },
  /** How many documents the ERP gets (c35): each journal as it happens, or summaries of a store's day, of an hour, of a minute or of a payout. */
  postingGrain: { values: ["transaction", "store-day", "hour", "minute", "payout"], standard: "transaction", about: ["channel"] },
} as const;

export type ElectionName = keyof typeof elections;
export type ElectionValue<Name extends ElectionName> = (typeof elections)[Name]["values"][number];

export interface ElectionRule extends LayeredRule {
  readonly election: ElectionName;
  readonly value: ElectionValue<ElectionName>;
}

/** What the entity elects on a business date: of the rules that hold, the most specific, then the nearest layer, then the latest. */
export function electionFor<Name extends ElectionName>(
  policy: { readonly elections: readonly ElectionRule[] },
  name: Name,
  occasion: Occasion,
): ElectionValue<Name> {
  const rule = ruleInForce(policy.elections, occasion, (each) => each.election === name);
  return (rule?.value ?? elections[name].standard) as ElectionValue<Name>;
}
