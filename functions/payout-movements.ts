import { addDays, businessDateIn } from "#domain/calendar";
import type { TransactionId } from "#domain/identity";
import type { TransactionView } from "#domain/lineage";
import { gatewayAccountFor, type Policy } from "#domain/policy";
import type { PayoutMovement } from "#domain/settlement";
import { claimsOn } from "./bank-line-facts.ts";
import { factNamed, factsOf } from "./record-match.ts";

/** What a payout sent to this bank account or took back, and no line beside these shows. */
export function movementsOf(
  view: TransactionView,
  lines: ReadonlySet<TransactionId>,
  policy: Policy,
  bankAccount: string,
  currency: string,
): PayoutMovement[] {
  const facts = factsOf(view);
  const stated = factNamed(facts, "payout.stated");
  if (stated === undefined) return depositOf(view, facts, lines, bankAccount, currency);
  const { payout } = stated;
  const account = gatewayAccountFor(policy, payout.source, payout.account);
  if (account?.bankAccount !== bankAccount || payout.currency !== currency || payout.status === "cancelled") return [];
  const taken = claimsOn(view).flatMap(({ bankLine, amount }) => (lines.has(bankLine) ? [] : [Math.sign(amount)]));
  const common = {
    payout: view.transaction,
    payoutId: payout.id,
    names: [payout.id, payout.traceId].filter((name) => name !== undefined).map((name) => name.toUpperCase()),
    lagDays: account.lagDays,
  };
  const movements: PayoutMovement[] = [
    { ...common, amount: payout.net, sentOn: payout.issuedOn, expectedOn: payout.arrivesOn ?? payout.issuedOn },
  ];
  const returned = factNamed(facts, "payout.returned");
  if (returned !== undefined) {
    const backOn = businessDateIn(policy.entities[account.entity]?.timeZone ?? "UTC", returned.occurredAt);
    movements.push({ ...common, amount: -returned.amount, sentOn: backOn, expectedOn: returned.occurredAt.slice(0, 10) });
  } else if (payout.status === "failed") movements.push({ ...common, amount: -payout.net, expectedOn: addDays(payout.issuedOn, 1) });
  return movements.filter(({ amount }) => amount !== 0 && !taken.includes(Math.sign(amount)));
}

/** Money that a store or a courier brought to this bank account, unless another line shows it. */
function depositOf(
  view: TransactionView,
  facts: ReturnType<typeof factsOf>,
  lines: ReadonlySet<TransactionId>,
  bankAccount: string,
  currency: string,
): PayoutMovement[] {
  const sent = factNamed(facts, "bank-deposit.sent");
  if (sent === undefined || sent.bankAccount !== bankAccount || sent.currency !== currency) return [];
  if (claimsOn(view).some(({ bankLine }) => !lines.has(bankLine))) return [];
  const { depositId, amount, sentOn, lagDays, names } = sent;
  const words = names.map((name) => name.toUpperCase());
  return [{ payout: view.transaction, payoutId: depositId, amount, sentOn, expectedOn: sentOn, names: words, lagDays }];
}
