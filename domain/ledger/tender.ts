import type { Problem } from "#domain/exceptions";
import { cumulativeShare, type MinorUnits, parseScaled } from "#domain/money";
import { type Policy, roles, type TenderRule, tenderFor } from "#domain/policy";
import { dimensionsOf } from "./dimensions.ts";
import type { Dimensions } from "./documents.ts";
import type { JournalLines } from "./journal-lines.ts";

/** Where money is kept, and the tax that is in it already. */
export interface TenderName {
  readonly role: string;
  readonly dimensions: Dimensions;
  readonly taxedAtSale?: TenderRule["taxedAtSale"];
}

export type TenderLine =
  | ({ readonly kind: "mapped"; readonly cash: boolean } & TenderName)
  | { readonly kind: "unmapped"; readonly problem: Problem };

/** Where money of this gateway or tender type is kept: the policy's role, its fixed dimensions before those of the fact. */
export function tenderLine(
  policy: Policy,
  channel: TenderRule["channel"],
  name: string,
  cardBrand: string | undefined,
  facts: Readonly<Record<string, string | undefined>>,
): TenderLine {
  const rule = tenderFor(policy, channel, name, cardBrand);
  if (rule !== undefined && Object.hasOwn(roles, rule.role)) {
    const dimensions = dimensionsOf(rule.role, { ...facts, ...rule.dimensions });
    const { role, taxedAtSale } = rule;
    return { kind: "mapped", role, dimensions, cash: rule.cash === true, ...(taxedAtSale === undefined ? {} : { taxedAtSale }) };
  }
  const why = rule === undefined ? "has no tender rule" : `is mapped to role ${rule.role}, which is not in the list of roles`;
  return {
    kind: "unmapped",
    problem: {
      class: "data.unmapped",
      code: "tender",
      cause: `tender:${name}`,
      message: `${channel} tender ${JSON.stringify(name)} ${why}. Map it in the tender policy; the document posts by itself.`,
    },
  };
}

/**
 * The money of a tender: a debit when it came in. c12: of a single-purpose voucher the tax in it was owed when it was sold, so that it
 * lowers what this sale owes, and only the rest was owed to the holder.
 */
export function addTender(lines: JournalLines, tender: TenderName, amount: MinorUnits): void {
  const { role, dimensions, taxedAtSale } = tender;
  const tax = taxedBefore(tender, amount);
  lines.add(role, dimensions, amount - tax);
  lines.add("tax-payable", dimensionsOf("tax-payable", { jurisdiction: taxedAtSale?.jurisdiction }), tax);
}

const rateDecimals = 6;

/** Of an amount of stored value, the tax that was owed when it was sold (c12); 0 of what is no single-purpose voucher. */
export function taxedBefore({ taxedAtSale }: Pick<TenderName, "taxedAtSale">, amount: MinorUnits): MinorUnits {
  return taxedAtSale === undefined ? 0 : taxWithin(amount, taxedAtSale.rate);
}

/** The tax within an amount that includes it, rounded half away from zero. */
function taxWithin(amount: MinorUnits, rate: string): MinorUnits {
  const millionths = parseScaled(rate, rateDecimals);
  return cumulativeShare(amount, millionths, 10 ** rateDecimals + millionths);
}
