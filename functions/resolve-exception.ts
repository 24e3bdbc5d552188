import * as z from "zod/mini";
import { Invalid, Unavailable } from "#domain/failures";
import { closureKey } from "#domain/lineage";
import { settledBy } from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import type { PolicyStore } from "#ports/policy-store";
import type { References } from "#ports/references";
import { exceptionInput } from "./exception-input.ts";
import { type IdentifiedLine, identifyBankLine, isOfUnknownPayout } from "./identify-bank-line.ts";
import { readTransaction } from "./read-transaction.ts";
import { writeOffVariance } from "./write-off-variance.ts";

export interface ResolveExceptionDependencies {
  readonly lineage: LineageStore;
  readonly references: References;
  readonly policies: PolicyStore;
  readonly clock: Clock;
}

const inputSchema = z.object({
  ...exceptionInput,
  /** The person gives up what a settlement differs by, and has it booked. */
  writeOff: z.optional(z.boolean()),
  /** The person says which payout a bank line shows: its id, trace id or stream; "none" takes back what was said. */
  payout: z.optional(z.string().check(z.minLength(1), z.maxLength(1_000))),
});

export type ResolveExceptionInput = z.infer<typeof inputSchema>;

/**
 * "resolved": this closure counts. "resolved-before": an earlier one does, named here, a person's or the hub's; nothing changed.
 * "written-off", "written-off-before": the variance is given up, by this person or by an earlier word; it closes when that is booked.
 * "no-variance": nothing can be written off here. What naming a payout comes to: see functions/identify-bank-line. "needs-approval": approving or rejecting settles it. "heals": only the hub closes it, when its cause is gone. "unknown": no such exception.
 */
export type ExceptionResolution =
  | { readonly outcome: "resolved" }
  | { readonly outcome: "resolved-before"; readonly by: string; readonly at: string; readonly reason: string }
  | IdentifiedLine
  | { readonly outcome: "written-off" | "written-off-before" | "no-variance" | "needs-approval" | "heals" | "unknown" };

/**
 * A person closes an exception whose class lets a person close it. The insert decides: of two people at once one counts. The closure is
 * announced like every record, and has the transaction looked at again, so that what it held posts. Throws Invalid for an input that is
 * none, Unavailable when nobody can say whether it was recorded: resolve again.
 */
export function createHandler({ lineage, references, policies, clock }: ResolveExceptionDependencies) {
  return async function resolveException(input: unknown): Promise<ExceptionResolution> {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success || (parsed.data.writeOff === true && parsed.data.payout !== undefined))
      throw new Invalid("resolve-exception takes {transaction, exception, by, reason, writeOff? or payout?}, and by names a person");
    const { transaction, exception, by, reason, writeOff, payout } = parsed.data;
    const view = await readTransaction(lineage, transaction);
    const state = view.exceptions.find(({ opened }) => opened.key === exception);
    if (state === undefined) return { outcome: "unknown" };
    // A payout that was named wrongly closed its exception, and is corrected all the same.
    const isNaming = payout !== undefined && isOfUnknownPayout(state.opened);
    if (state.closed !== undefined && !isNaming) return before(state.closed);
    if (writeOff === true) {
      const written = await writeOffVariance(lineage, view, state.opened, { by, reason, at: clock.now() });
      return { outcome: written === "known" ? "written-off-before" : written };
    }
    if (payout !== undefined) {
      const ports = { lineage, references, policy: await policies.current() };
      return identifyBankLine(ports, view, state.opened, { payout, by, reason, at: clock.now() });
    }
    switch (settledBy(state.opened, view.approvals)) {
      case "approval":
        return { outcome: "needs-approval" };
      case "hub":
        return { outcome: "heals" };
      case "person":
        break;
    }
    const key = closureKey(exception);
    const [answer] = await lineage.insert([{ type: "closure", transaction, key, at: clock.now(), by, reason }]);
    switch (answer) {
      case "inserted":
        return { outcome: "resolved" };
      case "conflict": {
        const winner = await lineage.get(transaction, key);
        if (winner?.type === "closure") return before(winner);
        break;
      }
      case "unavailable":
      case "unknown":
      case undefined:
        break;
    }
    throw new Unavailable(`nobody can say whether the closure of ${exception} of ${transaction} was recorded: resolve again`);
  };
}

function before({ by, at, reason }: { readonly by: string; readonly at: string; readonly reason: string }): ExceptionResolution {
  return { outcome: "resolved-before", by, at, reason };
}
