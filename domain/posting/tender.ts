import type { Problem } from "#domain/exceptions";
import { type Policy, type TenderRule, tenderFor } from "#domain/policy";
import type { Dimensions } from "./documents.ts";
import { dimensionsOf, isSaleRole, type SaleRole } from "./roles.ts";

export type TenderLine =
  | { readonly kind: "mapped"; readonly role: SaleRole; readonly dimensions: Dimensions }
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
  if (rule !== undefined && isSaleRole(rule.role)) {
    return { kind: "mapped", role: rule.role, dimensions: dimensionsOf(rule.role, { ...facts, ...rule.dimensions }) };
  }
  const why = rule === undefined ? "has no tender rule" : `is mapped to role ${rule.role}, which keeps no money of a sale`;
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
