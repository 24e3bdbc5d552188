import type { TransactionId } from "#domain/identity";
import type { TransactionView } from "#domain/lineage";
import type { BankAccountPolicy } from "#domain/policy";
import { bankMovement, type DeliveredLine, type SameMovement, sameMovements } from "#domain/settlement";
import { type KnownLine, lineIn } from "./bank-line-facts.ts";
import { readInBatches } from "./read-in-batches.ts";
import { factsOf, type MatchPorts } from "./record-match.ts";

/**
 * The line that shows the same movement as this one and came first, if there is one. A line waits for the others of its account, day,
 * currency and amount before it looks for them, under each number of its account: whichever comes later wakes the other.
 */
export async function findDouble(ports: MatchPorts, own: KnownLine, bank: BankAccountPolicy): Promise<SameMovement | undefined> {
  const { references } = ports;
  const found = new Set<TransactionId>([own.transaction]);
  for (const number of new Set([own.booked.line.account, ...bank.numbers])) {
    const movement = bankMovement(number, own.booked.line);
    await references.wait(movement, own.transaction);
    for (const each of await references.find(movement.type, movement.value)) if (each.startsWith("bank-line:")) found.add(each);
  }
  if (found.size === 1) return undefined;
  const delivered = await readInBatches(ports.lineage, [...found].sort(), (view) => deliveredLine(view, own));
  return sameMovements(delivered).get(own.transaction);
}

/** Undefined when it was stated otherwise since and is no longer of this movement. */
function deliveredLine(view: TransactionView, { booked: { line: own } }: KnownLine): DeliveredLine | undefined {
  const known = lineIn(view);
  const first = view.documents.find(({ events }) => events.some(({ name }) => name === "bank-line.booked"));
  if (known === undefined || first === undefined) return undefined;
  const { line, words } = known.booked;
  if (line.bookedOn !== own.bookedOn || line.amount !== own.amount || line.currency !== own.currency) return undefined;
  const isGivenUp = factsOf(view).some((event) => event.name === "variance.written-off" && event.amount === line.amount);
  const arrivedAt = view.documents.reduce(
    (earliest, { at, events }) => (at < earliest && events.some(({ name }) => name === "bank-line.booked") ? at : earliest),
    first.at,
  );
  const { source, statementId, references } = line;
  return { line: known.transaction, arrivedAt, source, statementId, references, words: words.map((word) => word.toUpperCase()), isGivenUp };
}
