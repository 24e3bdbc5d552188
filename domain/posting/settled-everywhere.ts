import { StalePolicy } from "#domain/failures";
import type { TransactionView } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { connectionsOf } from "./connections.ts";
import { decidePosting } from "./decide-posting.ts";
import type { PostingRules } from "./decision.ts";
import { leaseOf } from "./lease.ts";

/**
 * Whether a look at the transaction now would find nothing to post, to reverse or to wait for, on any connection that it concerns. Nothing
 * is written. A policy that is older than what was planned with can tell nothing: false.
 */
export function isSettledEverywhere(view: TransactionView, policy: Policy, rules: PostingRules, now: string): boolean {
  const connections = new Set(view.documents.flatMap((document) => connectionsOf(document, policy)));
  return [...connections].every((connection) => {
    const settings = policy.connections[connection];
    if (settings === undefined) return false;
    try {
      const input = { view, connection, policy, rules, lease: leaseOf(settings), now, coveredKeys: undefined };
      return decidePosting(input).kind === "settled";
    } catch (error) {
      if (error instanceof StalePolicy) return false;
      throw error;
    }
  });
}
