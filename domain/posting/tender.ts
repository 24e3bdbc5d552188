import type { Problem } from "#domain/exceptions";
import { type Policy, roles, type TenderRule, tenderFor } from "#domain/policy";
import { dimensionsOf } from "./dimensions.ts";
import type { Dimensions } from "./documents.ts";

export type TenderLine =
  | { readonly kind: "mapped"; readonly role: string; readonly dimensions: Dimensions; readonly cash: boolean }
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
    return { kind: "mapped", role: rule.role, dimensions, cash: rule.cash === true };
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
