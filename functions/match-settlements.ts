import * as z from "zod/mini";
import { addSeconds } from "#domain/calendar";
import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { TransactionId } from "#domain/identity";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import type { Metrics } from "#ports/metrics";
import type { PolicyStore } from "#ports/policy-store";
import type { References } from "#ports/references";
import { matchOneBankLine } from "./match-bank-line.ts";
import { matchOneSettlementRow } from "./match-settlement-row.ts";
import { type UnreadableMessage, unreadableMessage, type WorkedMessages } from "./unreadable-message.ts";

export interface MatchSettlementsDependencies {
  readonly lineage: LineageStore;
  readonly references: References;
  readonly policies: PolicyStore;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

export interface MatchSettlementsInput {
  readonly messages: readonly { readonly id: string; readonly body: unknown }[];
}

const messageSchema = z.object({
  transactions: z.array(z.object({ id: z.string().check(z.minLength(1), z.maxLength(1_024)) })).check(z.minLength(1), z.maxLength(1000)),
});

/** No transaction is begun later than this after the start: what is left comes back. */
const beginsWithinSeconds = 40;
const atOnce = 8;

/**
 * Looks for the other side of settlement rows and bank lines, and records what it found as facts of both sides. A message says only "look
 * at T": when the row or line came, and again when anything came that it waits for. A look that finds nothing new writes nothing.
 */
export function createHandler(dependencies: MatchSettlementsDependencies) {
  const { clock, metrics, policies } = dependencies;
  return async function matchSettlements({ messages }: MatchSettlementsInput): Promise<WorkedMessages> {
    const failures = new Set<string>();
    const unreadable: UnreadableMessage[] = [];
    const asked = new Map<TransactionId, string[]>();
    for (const { id, body } of messages) {
      const parsed = messageSchema.safeParse(body);
      if (!parsed.success) unreadable.push(unreadableMessage(id, parsed.error));
      else for (const transaction of parsed.data.transactions) asked.set(transaction.id, [...(asked.get(transaction.id) ?? []), id]);
    }
    const policy = await policies.current();
    const beginsUntil = addSeconds(clock.now(), beginsWithinSeconds);
    // Rows of one order look at each other: those that came together are matched one after the other, so that they agree.
    const open = [...asked];
    while (open.length > 0) {
      const batch = open.splice(0, atOnce);
      if (clock.now() > beginsUntil) for (const [, ids] of batch) for (const id of ids) failures.add(id);
      else for (const [transaction, ids] of batch) if (!(await look(transaction))) for (const id of ids) failures.add(id);
    }
    return { failures: [...failures], unreadable };

    async function look(transaction: TransactionId): Promise<boolean> {
      try {
        const [kind] = transaction.split(":", 1);
        const ports = { ...dependencies, policy };
        const outcome =
          kind === "settlement-row"
            ? await matchOneSettlementRow(ports, transaction)
            : kind === "bank-line"
              ? await matchOneBankLine(ports, transaction)
              : "none";
        if (outcome !== "none") metrics.record("SettlementMatches", 1, "count", { outcome });
        return true;
      } catch (error) {
        if (error instanceof Unavailable || error instanceof UnknownOutcome) return false;
        throw error;
      }
    }
  };
}
