import type { Currency, MinorUnits } from "#domain/money";
import { type LayeredRule, type Occasion, ruleInForce } from "./layered-rules.ts";

/** What the entity keeps of the sale of goods that are a consignor's (c48). `when` may name the `item-class`. */
export interface ConsignmentRule extends LayeredRule {
  readonly consignor: string;
  /** The share of the value without tax that is the entity's commission, a decimal string such as "0.4". */
  readonly commission: string;
}

/** What a vendor charges for goods that it sends to our customers itself (c48). `when` may name the `item` and the `item-class`. */
export interface DropShipRule extends LayeredRule {
  readonly vendor: string;
  /** For one unit, by the currency of the entity that buys. */
  readonly unitCost: Readonly<Record<Currency, MinorUnits>>;
  /** It takes goods back from the customer for what it charged. Absent: it does not, and what comes back to it stays our cost. */
  readonly returns?: "credited";
}

/** What a courier that collects cash on delivery remits to (c46). `when` may name the `carrier` as the channel calls it. */
export interface CourierRule extends LayeredRule {
  /** Our id of the bank account that it pays into. */
  readonly bankAccount: string;
  /** The clearing gateway in which the shop's own captures of such payments wait, where it states any. */
  readonly gateway?: string;
}

/** The terms of a consignor on a business date; undefined: none are agreed. */
export function consignmentFor(
  policy: { readonly consignments?: readonly ConsignmentRule[] },
  consignor: string,
  occasion: Occasion,
): ConsignmentRule | undefined {
  return ruleInForce(policy.consignments ?? [], occasion, (rule) => rule.consignor === consignor);
}

/** What a vendor charges on a business date; undefined: no price is agreed. */
export function dropShipFor(
  policy: { readonly dropShip?: readonly DropShipRule[] },
  vendor: string,
  occasion: Occasion,
): DropShipRule | undefined {
  return ruleInForce(policy.dropShip ?? [], occasion, (rule) => rule.vendor === vendor);
}

/** The terms of a courier on a business date; undefined: nobody has said where it pays. */
export function courierFor(policy: { readonly couriers?: readonly CourierRule[] }, occasion: Occasion): CourierRule | undefined {
  return ruleInForce(policy.couriers ?? [], occasion);
}
