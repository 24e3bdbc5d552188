import type { TransactionId } from "#domain/identity";
import type { AwaitedReference, TransactionView } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { isInTime, payoutAmount } from "#domain/settlement";
import { claimsOn, type KnownLine, wordsOf } from "./bank-line-facts.ts";
import { movementsOf } from "./payout-movements.ts";
import { readInBatches } from "./read-in-batches.ts";
import type { MatchPorts } from "./record-match.ts";

/** Payouts of one amount that are compared with one line; each is read. */
const comparedMax = 2_000;

export interface PayoutCandidates {
  readonly payouts: readonly TransactionView[];
  /** How many payouts may be the line's, where they are too many to be compared: then only those that it names are. */
  readonly notCompared: number | undefined;
}

/**
 * The payouts that a line may show: each that its words, or a person, name, and those of its amount. The line waits for each name before it looks:
 * whichever comes later, payout or line, finds the other. Payouts that other lines show and that could not be there on the line's day make
 * no difference and are left out, so that an amount that comes every week stays cheap.
 */
export async function payoutCandidates(ports: MatchPorts, own: KnownLine, bankAccount: string): Promise<PayoutCandidates> {
  const { references, lineage, policy } = ports;
  const { currency, amount } = own.booked.line;
  const named = await found(
    wordsOf(own.booked).flatMap((value): AwaitedReference[] => [
      { type: "trace", value },
      { type: "payout", value },
    ]),
  );
  if (own.identified?.payout !== undefined) named.add(own.identified.payout);
  const ofAmount = await found([payoutAmount(bankAccount, currency, amount)]);
  const all = new Set([...named, ...ofAmount]);
  const isTooMany = all.size > comparedMax;
  if (isTooMany && named.size > comparedMax) return { payouts: [], notCompared: all.size };
  const payouts = await readInBatches(lineage, [...(isTooMany ? named : all)].sort(), (view) =>
    named.has(view.transaction) || matters(view, own, policy, bankAccount) ? view : undefined,
  );
  return { payouts, notCompared: isTooMany ? all.size : undefined };

  async function found(names: readonly AwaitedReference[]): Promise<Set<TransactionId>> {
    for (const name of names) await references.wait(name, own.transaction);
    const payouts = new Set<TransactionId>();
    for (const { type, value } of names) {
      for (const each of await references.find(type, value)) if (each.startsWith("payout:")) payouts.add(each);
    }
    return payouts;
  }
}

function matters(view: TransactionView, { transaction, booked }: KnownLine, policy: Policy, bankAccount: string): boolean {
  const claimants = new Set(claimsOn(view).map(({ bankLine }) => bankLine));
  if (claimants.size === 0 || claimants.has(transaction)) return true;
  const { bookedOn, currency } = booked.line;
  return movementsOf(view, claimants, policy, bankAccount, currency).some((movement) => isInTime(movement, bookedOn));
}
