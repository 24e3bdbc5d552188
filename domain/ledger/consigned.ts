import type { Problem } from "#domain/exceptions";
import { type MinorUnits, multiplyScaled, parseScaled } from "#domain/money";
import { consignmentFor, type ItemPolicy, type Policy } from "#domain/policy";
import { dimensionsOf } from "./dimensions.ts";
import type { LineName } from "./documents.ts";

/** Decimals of a commission that count. */
const shareDecimals = 6;

/** Whose goods an item is where it lies: a consignor's, by the item or by the location; undefined: the entity's own. */
export function consignorOf(policy: Policy, item: Pick<ItemPolicy, "consignor"> | undefined, location: string): string | undefined {
  const ownership = policy.locations[location]?.ownership;
  return item?.consignor ?? (ownership?.kind === "consignment" ? ownership.vendor : undefined);
}

/** A sale of somebody else's goods: `value` is what they were sold for, without tax. */
export interface ConsignedSale {
  readonly consignor: string;
  readonly itemClass: string;
  readonly value: MinorUnits;
  readonly entity: string;
  /** YYYY-MM-DD. */
  readonly day: string;
}

/**
 * c48: what is owed to the consignor and what of the value is our commission; credits of a sale, `value` negative of what is taken back.
 * No goods of ours move. Undefined: nothing is agreed.
 */
export function consignedLines(policy: Policy, sale: ConsignedSale): readonly (LineName & { readonly amount: MinorUnits })[] | undefined {
  const { consignor, itemClass, value, entity, day } = sale;
  const terms = consignmentFor(policy, consignor, { entity, day, about: { "item-class": itemClass } });
  if (terms === undefined) return undefined;
  const commission = multiplyScaled(value, 0, parseScaled(terms.commission, shareDecimals), shareDecimals, 0);
  const line = (role: string, amount: MinorUnits) => ({ role, dimensions: dimensionsOf(role, { consignor }), amount });
  return [line("consignor-payable", commission - value), line("commission-revenue", -commission)];
}

export function noConsignment({ consignor, itemClass, day }: Omit<ConsignedSale, "value" | "entity">): Problem {
  return {
    class: "data.unmapped",
    code: "consignment",
    cause: `consignment:${consignor}`,
    message: `nothing is agreed with consignor ${consignor} for ${itemClass} on ${day}. Add its commission to consignments; what was sold of it posts by itself.`,
  };
}
