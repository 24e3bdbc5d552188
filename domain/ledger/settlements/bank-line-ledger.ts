import type { BusinessEvent, EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { formatMinorUnits } from "#domain/money";
import { bankAccountByNumber, type Policy } from "#domain/policy";
import { bankLineVariance } from "#domain/settlement";
import { dimensionsOf } from "../dimensions.ts";
import type { TargetDraft } from "../draft.ts";
import { JournalLines } from "../journal-lines.ts";
import { bookWriteOff, writeOffOf } from "./write-off.ts";

/**
 * The ledger of a bank line (c23). One that shows payouts: Dr bank, Cr bank in transit. Money that nothing explains is owed to whoever
 * sent it, until its payout is known. Nothing posts before a look for its payout, and what left the account without one is the business of
 * the ERP's own bank reconciliation.
 */
export function bankLineLedger(events: readonly BusinessEvent[], policy: Policy, draft: TargetDraft): void {
  const booked = events.find((event) => event.name === "bank-line.booked");
  const matched = events.find((event) => event.name === "bank-line.matched");
  if (booked === undefined) return;
  const { line } = booked;
  const bank = bankAccountByNumber(policy, line.account);
  if (bank === undefined) {
    draft.problem({
      class: "data.unmapped",
      code: "bank-account",
      cause: `bank-account:${line.account}`,
      event: booked.key,
      message: `bank line ${line.id} is of account ${line.account}, which the policies do not know. Add its number to bankAccounts; the line posts by itself.`,
    });
    draft.hold(booked);
    return;
  }
  if (matched === undefined || matched.sameAs !== undefined) return;
  const { entity, unknownCredits } = bank.account;
  const { currency, amount } = line;
  const dimensions = { account: bank.id, currency };
  const lines = new JournalLines();
  const money = (minorUnits: number) => `${formatMinorUnits(minorUnits, currency)} ${currency}`;
  if (matched.maybeSameAs !== undefined) {
    draft.problem({
      class: "money.possible-duplicate",
      code: "bank-line",
      cause: `${booked.key} ${matched.maybeSameAs}`,
      event: booked.key,
      document: draft.keyOf(booked.key, "bank-line", entity, currency),
      amount,
      currency,
      message: `bank line ${line.id} of ${line.bookedOn} (statement ${line.statementId}, ${line.source}) shows ${money(amount)}, as ${matched.maybeSameAs} does in another statement, and no reference says whether they are one movement. Compare both at the bank. Two movements: resolve this exception, and the line is booked. One movement: resolve it with --write-off, and the line books nothing.`,
    });
  }
  if (matched.notCompared !== undefined) {
    draft.problem({
      class: "money.too-many-payouts",
      code: "bank-line",
      cause: booked.key,
      event: booked.key,
      amount,
      currency,
      message: `bank line ${line.id} of ${line.bookedOn} shows ${money(amount)}, and ${matched.notCompared} payouts or deposits may be it, more than are compared; it names none of them. Name it (exceptions resolve with --payout), or have the bank state the id or trace id of the payout in its text and take in that statement; the line is held until then.`,
    });
    draft.hold(booked);
    return;
  }
  if (matched.outcome === "matched") {
    const variance = bankLineVariance(line, matched);
    const writeOff = variance === undefined ? undefined : writeOffOf(events, variance, currency);
    const transit = ["bank-in-transit", dimensionsOf("bank-in-transit", dimensions)] as const;
    lines.add("bank", dimensionsOf("bank", dimensions), amount);
    takeFromTransit(lines, transit, line, matched.payouts, policy.entities[entity]?.functionalCurrency);
    if (variance !== undefined) {
      const open: Problem = {
        class: "money.tolerance-exceeded",
        code: variance.reason,
        cause: booked.key,
        event: booked.key,
        amount: variance.amount,
        currency,
        message: `bank line ${line.id} of ${line.bookedOn} shows ${money(amount)}, and payout ${matched.payouts.map((payout) => payout.payoutId).join(", ")} is ${money(amount - variance.amount)}: ${money(variance.amount)} stays open in bank in transit. Ask the bank, or the gateway, for the rest.`,
      };
      if (writeOff === undefined) draft.problem(open);
      else bookWriteOff(writeOff, { entity, timeZone: policy.entities[entity]?.timeZone ?? "UTC" }, transit, open, draft);
    }
  } else if (amount > 0 && unknownCredits === "book") {
    lines.add("bank", dimensionsOf("bank", dimensions), amount);
    lines.add("unidentified-receipts", dimensionsOf("unidentified-receipts", dimensions), -amount);
    draft.problem({
      class: "money.unidentified-receipt",
      code: matched.reason ?? "missing",
      cause: booked.key,
      event: booked.key,
      amount,
      currency,
      message: `bank line ${line.id} of ${line.bookedOn} brings ${money(amount)} that no payout explains: it is owed to whoever sent it. Take in the report that it belongs to, or book it by hand.`,
    });
  }
  draft.journal({ event: booked, entity, currency, businessDate: line.bookedOn }, "bank-line", lines);
}

/** c33: money in another currency than that of the books leaves bank in transit at the rate of the day on which it came there; what the bank's day differs from it is realised. */
function takeFromTransit(
  lines: JournalLines,
  transit: readonly [role: string, dimensions: Readonly<Record<string, string>>],
  { amount, currency, bookedOn }: EventOf<"bank-line.booked">["line"],
  payouts: EventOf<"bank-line.matched">["payouts"],
  functional: string | undefined,
): void {
  if (currency === functional) {
    lines.add(...transit, -amount);
    return;
  }
  let left = amount;
  for (const part of payouts) {
    lines.add(...transit, -part.amount, { amount: -part.amount, currency, day: part.sentOn ?? bookedOn });
    left -= part.amount;
  }
  // What the line shows beyond its payouts has no other day than its own.
  if (left !== 0) lines.add(...transit, -left, { amount: -left, currency, day: bookedOn });
}
