import type { Problem } from "#domain/exceptions";
import type { Policy } from "#domain/policy";
import { dimensionsOf } from "../dimensions.ts";
import type { LineName } from "../documents.ts";

export type StoredValueKind = "gift-card" | "store-credit";

const roleOf = { "gift-card": "gift-card-liability", "store-credit": "store-credit-liability" } as const;

/**
 * The liability that stored value of a channel stands in: that of `seller` where the channel's tender rules let its cards pay or name
 * nobody, else of the one issuer that they name. Several others: nobody can tell whose card was sold.
 */
export function storedValueLiability(
  policy: Policy,
  channel: string,
  kind: StoredValueKind,
  seller: string,
): { readonly kind: "known"; readonly line: LineName } | { readonly kind: "held"; readonly problem: Problem } {
  const role = roleOf[kind];
  const named = new Set<string>();
  for (const rule of policy.tenders) if (rule.channel === channel && rule.role === role) named.add(rule.dimensions.issuer ?? seller);
  const [first] = named;
  if (named.size > 1 && !named.has(seller)) {
    const issuers = [...named].sort().join(", ");
    return {
      kind: "held",
      problem: {
        class: "data.unmapped",
        code: "issuer",
        cause: `issuer:${kind}:${seller}`,
        message: `${seller} sells a ${kind}, and the tender policy of ${channel} names ${issuers} as issuers. Say there whose ${kind} it takes; the document posts by itself.`,
      },
    };
  }
  const issuer = named.size === 0 || named.has(seller) ? seller : first;
  return { kind: "known", line: { role, dimensions: dimensionsOf(role, { issuer }) } };
}
