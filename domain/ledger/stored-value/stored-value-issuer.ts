import type { Problem } from "#domain/exceptions";
import type { Policy } from "#domain/policy";
import { dimensionsOf } from "../dimensions.ts";
import type { TenderName } from "../tender.ts";

export type StoredValueKind = "gift-card" | "store-credit";

export interface StoredValueLiability {
  readonly kind: "known";
  /** With the tax that its sale was due to (c12), where all that the channel takes of its issuer is such vouchers. */
  readonly line: TenderName;
  /** False where the channel takes single-purpose vouchers of the issuer and cards that are none: a card does not say which it is. */
  readonly isOneKind: boolean;
}

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
): StoredValueLiability | { readonly kind: "held"; readonly problem: Problem } {
  const role = roleOf[kind];
  const rules = policy.tenders.filter((rule) => rule.channel === channel && rule.role === role);
  const named = new Set(rules.map(({ dimensions }) => dimensions.issuer ?? seller));
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
  const kinds = rules.filter(({ dimensions }) => (dimensions.issuer ?? seller) === issuer).map(({ taxedAtSale }) => taxedAtSale);
  const [taxedAtSale] = kinds;
  const isOneKind = new Set(kinds.map((each) => JSON.stringify([each?.jurisdiction, each?.rate]))).size <= 1;
  return {
    kind: "known",
    line: { role, dimensions: dimensionsOf(role, { issuer }), ...(isOneKind && taxedAtSale !== undefined ? { taxedAtSale } : {}) },
    isOneKind,
  };
}
