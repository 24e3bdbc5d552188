import type { Currency, MinorUnits } from "#domain/money";
import { type LayeredRule, type Occasion, ruleInForce } from "./layered-rules.ts";

/**
 * What a shipment is estimated to cost until the carrier's label or invoice says it (c10). `when` may name the `location` that ships (ours)
 * and the `carrier` as the channel calls it.
 */
export interface FreightRule extends LayeredRule {
  /** Whom it is owed to: the dimension of freight-out and accrued-carrier-cost. */
  readonly carrier: string;
  /** For one shipment, by the currency of the entity whose goods leave. */
  readonly perShipment: Readonly<Record<Currency, MinorUnits>>;
  /** For the way back of a parcel that was refused (c46). Absent: it is booked when it is invoiced. */
  readonly perReturn?: Readonly<Record<Currency, MinorUnits>>;
}

/** The estimate for a shipment of an entity's goods on a business date; undefined: freight is not estimated. */
export function freightRuleFor(policy: { readonly freight?: readonly FreightRule[] }, occasion: Occasion): FreightRule | undefined {
  return ruleInForce(policy.freight ?? [], occasion);
}
