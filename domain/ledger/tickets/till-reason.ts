import { type Policy, type ReasonStated, type TillReasonKind, tillReasonFor } from "#domain/policy";
import { dimensionsOf } from "../dimensions.ts";
import type { LineName } from "../documents.ts";

/** What policy says money taken or given for a reason is; undefined: it says nothing. */
export function tillReasonLine(
  policy: Policy,
  kind: TillReasonKind,
  stated: ReasonStated & { readonly currency: string },
): LineName | undefined {
  const rule = tillReasonFor(policy, kind, stated);
  if (rule === undefined) return undefined;
  const { store, reason, currency } = stated;
  return { role: rule.role, dimensions: dimensionsOf(rule.role, { store, reason, currency, ...rule.dimensions }) };
}
