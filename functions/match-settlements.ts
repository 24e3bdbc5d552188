import * as z from "zod/mini";
import { addSeconds } from "#domain/calendar";
import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { TransactionId } from "#domain/identity";
import { type ClosureItem, closureKey, type TransactionView } from "#domain/lineage";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import type { Metrics } from "#ports/metrics";
import type { PolicyStore } from "#ports/policy-store";
import type { References } from "#ports/references";
import { matchOneBankLine } from "./match-bank-line.ts";
import { matchOneSettlementRow } from "./match-settlement-row.ts";
import { readTransaction } from "./read-transaction.ts";
import { type UnreadableMessage, unreadableMessage, type WorkedMessages } from "./unreadable-message.ts";

export interface MatchSettlementsDependencies {
  readonly lineage: LineageStore;
  readonly references: References;
  readonly policies: PolicyStore;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

export interface MatchSettlementsInput {
  /** Where the messages came from: what it once gave up is closed by a look that goes well. */
  readonly queue: string;
  readonly messages: readonly { readonly id: string; readonly body: unknown }[];
}

const messageSchema = z.object({
  transactions: z.array(z.object({ id: z.string().check(z.minLength(1), z.maxLength(1_024)) })).check(z.minLength(1), z.maxLength(1000)),
});

/** No transaction is begun later than this after the start: what is left comes back. */
const beginsWithinSeconds = 40;

/**
 * Looks for the other side of settlement rows and bank lines, and records what it found as facts of both sides. A message says only "look
 * at T": when the row or line came, and again when anything came that it waits for. A look that finds nothing new writes nothing.
 */
export function createHandler(dependencies: MatchSettlementsDependencies) {
  const { clock, lineage, metrics, policies } = dependencies;
  return async function matchSettlements({ queue, messages }: MatchSettlementsInput): Promise<WorkedMessages> {
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
    // One after the other: rows of one order look at each other, and those that came together must agree.
    for (const [transaction, ids] of asked) {
      const isLate = clock.now() > beginsUntil;
      if (isLate || !(await look(transaction))) for (const id of ids) failures.add(id);
    }
    return { failures: [...failures], unreadable };

    async function look(transaction: TransactionId): Promise<boolean> {
      try {
        const [kind] = transaction.split(":", 1);
        if (kind !== "settlement-row" && kind !== "bank-line") return true;
        const ports = { ...dependencies, policy };
        const lookedAt = clock.now();
        const view = await readTransaction(lineage, transaction);
        const match = kind === "settlement-row" ? matchOneSettlementRow : matchOneBankLine;
        const outcome = await match(ports, view, lookedAt);
        await closeDeadLetter(view, queue);
        if (outcome !== "none") metrics.record("SettlementMatches", 1, "count", { outcome });
        return true;
      } catch (error) {
        if (error instanceof Unavailable || error instanceof UnknownOutcome) return false;
        throw error;
      }
    }
  };

  /** An earlier message of this transaction was given up and brought to the desk; this look came to its end. */
  async function closeDeadLetter(view: TransactionView, queue: string): Promise<void> {
    const closures = view.exceptions
      .filter(({ opened, closed }) => closed === undefined && opened.code === "dead-letter" && opened.cause === queue)
      .map(({ opened }): ClosureItem => {
        const key = closureKey(opened.key);
        return { type: "closure", transaction: view.transaction, key, at: clock.now(), by: "hub", reason: "its other side was looked for" };
      });
    const answers = closures.length === 0 ? [] : await lineage.insert(closures);
    if (answers.some((answer) => answer !== "inserted" && answer !== "conflict"))
      throw new Unavailable(`the exceptions of ${view.transaction} could not be closed: look again`);
  }
}
