/** The invariants, as people call them. */
export type Invariant =
  | "one live ERP document per key"
  | "the ERP holds what the events ask for"
  | "facts hash to their key"
  | "trial balances are zero"
  | "journals balance"
  | "accepted documents are on record"
  | "accepted documents are accounted for"
  | "forged deliveries leave no trace"
  | "lineage is append-only"
  | "plans are chained by hash"
  | "plans are finished"
  | "stock is the sum of its movements"
  | "refunds stay within captures"
  | "returns stay within sales"
  | "ERP limits are kept"
  | "who waits is not overtaken"
  | "a down ERP is left alone"
  | "an outage makes no dead letters"
  | "no shop starves another"
  | "what is told is heard"
  | "the books hold what the shop knows"
  | "the books hold what the gateway and the bank know"
  | "the desk is asked about what is wrong"
  | "a full replay changes nothing"
  | "everything drains"
  | "a task waits for ports alone"
  | "only expected failures"
  | "four eyes approve"
  | "what wants an approval has one"
  | "an approval that expired counts no more";

/** An invariant that does not hold. It ends the seed. */
export class Violation extends Error {
  override readonly name = "Violation";
  readonly invariant: Invariant;
  readonly detail: string;

  constructor(invariant: Invariant, detail: string) {
    super(`${invariant}: ${detail}`);
    this.invariant = invariant;
    this.detail = detail;
  }
}
