import type { ReleasePolicyInput, RollbackPolicyInput, ShowPolicyInput, WithdrawPolicyInput } from "#functions/release-policy";

/**
 * The policies that the stacks were deployed with. It is written into the bundle when they are synthesized, so that the function's code is
 * another one whenever the policies are, and the deploy calls it; absent in every other bundle.
 */
declare const DEPLOYED_POLICY: ReleasePolicyInput;

/** What was asked to be released, or to be released again; a deploy asks for nothing by name, and releases what it deployed. */
export function policyToRelease(event: unknown): ReleasePolicyInput | RollbackPolicyInput | WithdrawPolicyInput | ShowPolicyInput {
  const named = typeof event === "object" && event !== null && Object.keys(event).length > 0;
  if (!named && typeof DEPLOYED_POLICY !== "undefined") return DEPLOYED_POLICY;
  return (named ? event : {}) as ReleasePolicyInput;
}
