import { businessDateIn } from "#domain/calendar";
import type { BusinessEvent, EventOf } from "#domain/events";
import { formatMinorUnits, type MinorUnits } from "#domain/money";
import { type GatewayAccountPolicy, gatewayAccountFor, type Policy } from "#domain/policy";
import { dimensionsOf } from "../dimensions.ts";
import type { TargetDraft } from "../draft.ts";
import { JournalLines } from "../journal-lines.ts";
import { clearingLine } from "./settlement-row-ledger.ts";

/** A version ends with the instant at which its file came. */
const instantLength = "2026-11-27T14:03:22.000Z".length;

/**
 * The ledger of a payout (c23, c25, c32). Sent, it is on its way to the bank: Dr bank in transit, Cr clearing. One that came back goes the
 * other way. The bank account may be another entity's, which then owes it to the one whose payments they were.
 */
export function payoutLedger(
  events: readonly BusinessEvent[],
  policy: Policy,
  of: { readonly source: string; readonly account: string },
  draft: TargetDraft,
): void {
  const stated = events.find((event) => event.name === "payout.stated");
  const returned = events.find((event) => event.name === "payout.returned");
  const first = stated ?? returned;
  if (first === undefined) return;
  const followed = events.find((event) => event.name === "payout.reconciled");
  if (stated !== undefined && followed !== undefined) tellTrouble(stated, followed, draft);
  const account = gatewayAccountFor(policy, of.source, of.account);
  const bank = account === undefined ? undefined : policy.bankAccounts?.[account.bankAccount];
  if (account === undefined || bank === undefined) {
    draft.problem({
      class: "data.unmapped",
      code: "gateway-account",
      cause: `gateway-account:${of.account}`,
      event: first.key,
      message: `a payout of the account ${of.account} at ${of.source}, which the policies do not know. Add it to gatewayAccounts, with its bank account; the payout posts by itself.`,
    });
    for (const event of [stated, returned]) if (event !== undefined) draft.hold(event);
    return;
  }
  const timeZone = policy.entities[account.entity]?.timeZone ?? "UTC";
  const ways = { account, bankEntity: bank.entity, draft };
  const status = stated?.payout.status;
  // One that was cancelled never left; a row that gives it back is the other half of the same nothing.
  if (status === "cancelled") return;
  if (stated !== undefined && status !== "scheduled") {
    const { issuedOn, net, currency } = stated.payout;
    movePayout(ways, stated, issuedOn, "payout", net, currency);
    // The gateway says so and no row does: it is back on the day on which the gateway said it.
    const saidOn = businessDateIn(timeZone, stated.version.slice(-instantLength));
    if (status === "failed" && returned === undefined) movePayout(ways, stated, saidOn, "payout-returned", -net, currency);
  }
  if (returned !== undefined)
    movePayout(ways, returned, businessDateIn(timeZone, returned.occurredAt), "payout-returned", -returned.amount, returned.currency);
}

interface Ways {
  readonly account: GatewayAccountPolicy;
  readonly bankEntity: string;
  readonly draft: TargetDraft;
}

/** `amount` goes to the bank when positive, and comes back when negative. */
function movePayout(
  { account, bankEntity, draft }: Ways,
  event: EventOf<"payout.stated" | "payout.returned">,
  businessDate: string,
  kind: string,
  amount: MinorUnits,
  currency: string,
): void {
  const transit = dimensionsOf("bank-in-transit", { account: account.bankAccount, currency });
  const own = new JournalLines();
  own.add(...clearingLine(account, currency), -amount);
  if (bankEntity === account.entity) {
    own.add("bank-in-transit", transit, amount);
    draft.journal({ event, entity: account.entity, currency, businessDate }, kind, own);
    return;
  }
  const pair = draft.pairOf(event.key, kind);
  own.add("due-from", dimensionsOf("due-from", { counterparty: bankEntity }), amount);
  draft.journal({ event, entity: account.entity, currency, businessDate }, kind, own, pair);
  const theirs = new JournalLines();
  theirs.add("bank-in-transit", transit, amount);
  theirs.add("due-to", dimensionsOf("due-to", { counterparty: account.entity }), -amount);
  draft.journal({ event, entity: bankEntity, currency, businessDate }, kind, theirs, pair);
}

/** What its follower found amiss, and neither its rows nor its bank line say by themselves: with an owner, until a later look finds it gone. */
function tellTrouble(
  { payout }: EventOf<"payout.stated">,
  { key, outcome, reason, amount = 0, rows, currency }: EventOf<"payout.reconciled">,
  draft: TargetDraft,
): void {
  if (outcome === "reconciled" || reason === undefined) return;
  const money = `${formatMinorUnits(amount, currency)} ${currency}`;
  const what: Partial<Record<typeof reason, string>> = {
    missing: `has fewer rows on record (${rows}) than its report states, and ${money} of it are not explained. Take its report in again`,
    timing: `should be in the bank by now, and no bank line shows ${money} of it. Take in the bank's statement, or ask the gateway`,
  };
  draft.problem({
    class: reason === "missing" || reason === "timing" ? "money.missing-transaction" : "money.tolerance-exceeded",
    code: reason,
    cause: `payout:${payout.id}`,
    event: key,
    amount,
    currency,
    message: `payout ${payout.id} of ${payout.issuedOn} (${payout.account}) ${what[reason] ?? `differs by ${money} from what it settles, and nobody gave that up: compare its rows with the gateway`}.`,
  });
}
