import type { EventOf } from "#domain/events";
import { eventKey, sourceKey, type TransactionId } from "#domain/identity";
import type { DocumentItem, ExceptionItem, TransactionView } from "#domain/lineage";
import { bankAccountByNumber, type Policy } from "#domain/policy";
import { bankMovement } from "#domain/settlement";
import type { LineageStore } from "#ports/lineage-store";
import type { References } from "#ports/references";
import { claimsOn, type KnownLine, lineIn } from "./bank-line-facts.ts";
import { movementsOf } from "./payout-movements.ts";
import { readTransaction } from "./read-transaction.ts";
import { foundDocument, insertInOrder } from "./record-match.ts";

/** Whose word it is, and which payout is meant: by its id or trace id, as its gateway writes it, or by its stream. */
interface Identification {
  readonly payout: string;
  readonly by: string;
  readonly reason: string;
  readonly at: string;
}

/** What is said instead of a payout by whoever takes back that one was named. */
const noPayout = "none";

/**
 * "payout-corrected": another one was named before, and counts no longer. "payout-taken-back": nothing is named any more, and the line is
 * looked for as any other. "payout-named-before": just this was said before. "nothing-named": there is nothing to take back.
 * "no-bank-line": the exception is not about what a bank line shows. "no-such-payout": none of this name sends money to the account of the
 * line, in its direction. "several-payouts": their streams. "shown-by-another": a line that names the payout itself, or of which a person
 * said so.
 */
export type IdentifiedLine =
  | { readonly outcome: "payout-corrected" | "payout-taken-back"; readonly payoutId: string; readonly by: string }
  | { readonly outcome: "payout-named" | "payout-named-before" | "nothing-named" | "no-bank-line" | "no-such-payout" }
  | { readonly outcome: "several-payouts"; readonly payouts: readonly TransactionId[] }
  | { readonly outcome: "shown-by-another"; readonly bankLine: TransactionId };

interface Ports {
  readonly lineage: LineageStore;
  readonly references: References;
  readonly policy: Policy;
}

/**
 * Records that a person says which payout a bank line shows: a fact of the line's stream, by which it is matched before everything else.
 * Said again of another payout, or taken back, the last word counts, and the earlier ones stay on record. Throws Unavailable when nobody
 * can say whether it is on record.
 */
export async function identifyBankLine(
  { lineage, references, policy }: Ports,
  view: TransactionView,
  exception: ExceptionItem,
  { payout: meant, by, reason, at }: Identification,
): Promise<IdentifiedLine> {
  const own = lineIn(view);
  const bank = own === undefined ? undefined : bankAccountByNumber(policy, own.booked.line.account);
  if (own === undefined || bank === undefined || !isOfUnknownPayout(exception)) return { outcome: "no-bank-line" };
  const { line } = own.booked;
  const before = own.identified;
  if (meant === noPayout) {
    if (before?.payout === undefined) return { outcome: "nothing-named" };
    await insertInOrder(lineage, [[wordOf(own, {}, { by, reason, at })]]);
    return { outcome: "payout-taken-back", payoutId: before.payoutId ?? before.payout, by: before.by };
  }
  const payouts: { readonly view: TransactionView; readonly payoutId: string }[] = [];
  for (const stream of await streamsNamed(references, meant)) {
    const candidate = await readTransaction(lineage, stream);
    const claimants = new Set(claimsOn(candidate).map(({ bankLine }) => bankLine));
    const movements = movementsOf(candidate, claimants, policy, bank.id, line.currency);
    const sent = movements.find(({ amount }) => Math.sign(amount) === Math.sign(line.amount));
    if (sent !== undefined) payouts.push({ view: candidate, payoutId: sent.payoutId });
  }
  const [found, ...others] = payouts;
  if (found === undefined) return { outcome: "no-such-payout" };
  if (others.length > 0) return { outcome: "several-payouts", payouts: payouts.map((each) => each.view.transaction) };
  const payout = found.view.transaction;
  if (own.identified?.payout === payout) return { outcome: "payout-named-before" };
  const shownBy = await surelyShownBy(lineage, found.view, own);
  if (shownBy !== undefined) return { outcome: "shown-by-another", bankLine: shownBy };
  await insertInOrder(lineage, [[wordOf(own, { payout, payoutId: found.payoutId }, { by, reason, at })]]);
  if (before?.payout === undefined) return { outcome: "payout-named" };
  return { outcome: "payout-corrected", payoutId: before.payoutId ?? before.payout, by: before.by };
}

/** What a person says of a line. */
function wordOf(
  { transaction, booked }: KnownLine,
  named: Pick<EventOf<"bank-line.identified">, "payout" | "payoutId">,
  { by, reason, at }: Omit<Identification, "payout">,
): DocumentItem {
  const { line, occurredAt } = booked;
  const event: EventOf<"bank-line.identified"> = {
    name: "bank-line.identified",
    schema: 1,
    key: eventKey("bank-line.identified", line.id),
    version: at,
    occurredAt,
    ...named,
    by,
    why: reason,
  };
  return foundDocument(
    {
      transaction,
      kind: "bank-line",
      source: sourceKey("bank", line.account, "identified", line.id),
      channel: "bank",
      shop: line.account,
      events: [event],
      // The line waits for its own movement: it is looked at again.
      references: [bankMovement(line.account, line)],
    },
    at,
  );
}

/** Whether an exception asks which payout a bank line shows. */
export function isOfUnknownPayout({ transaction, class: name }: Pick<ExceptionItem, "transaction" | "class">): boolean {
  return transaction.startsWith("bank-line:") && (name === "money.too-many-payouts" || name === "money.unidentified-receipt");
}

async function streamsNamed(references: References, meant: string): Promise<readonly TransactionId[]> {
  if (meant.startsWith("payout:")) return [meant];
  const streams = new Set<TransactionId>();
  for (const type of ["payout", "trace"] as const) {
    for (const each of await references.find(type, meant)) if (each.startsWith("payout:")) streams.add(each);
  }
  return [...streams].sort();
}

/** Another line that the payout is known by for sure; one that was found by amount and day gives way to a person's word. */
async function surelyShownBy(lineage: LineageStore, payout: TransactionView, own: KnownLine): Promise<TransactionId | undefined> {
  for (const { bankLine, amount } of claimsOn(payout)) {
    if (bankLine === own.transaction || Math.sign(amount) !== Math.sign(own.booked.line.amount)) continue;
    const way = lineIn(await readTransaction(lineage, bankLine))?.before?.way;
    if (way === "trace" || way === "person") return bankLine;
  }
  return undefined;
}
