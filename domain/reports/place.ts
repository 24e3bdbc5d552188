import type { TransactionId } from "#domain/identity";
import type { LedgerLine } from "./ledger-line.ts";

/** Where something was sold: "store 0101", "channel web", or "no place" for a line that nothing ties to one. */
export type Place = string;

const noPlace: Place = "no place";

/**
 * The place of each line. A line that says its store or channel is believed; one that does not (cost of goods, concessions) belongs where
 * its transaction was sold. A transaction with revenue in several places gives its other lines to the first of them by name.
 */
export function placesOf(lines: readonly LedgerLine[]): (line: LedgerLine) => Place {
  const sold = new Map<TransactionId, Place>();
  for (const line of lines) {
    const place = statedPlace(line);
    if (place === undefined || line.transaction === undefined) continue;
    const known = sold.get(line.transaction);
    if (known === undefined || place < known) sold.set(line.transaction, place);
  }
  return (line) => statedPlace(line) ?? (line.transaction === undefined ? undefined : sold.get(line.transaction)) ?? noPlace;
}

/** The channel of each line: the one that it states, else the one in which its transaction was sold: "web", "pos". */
export function channelsOf(lines: readonly LedgerLine[]): (line: LedgerLine) => string {
  const sold = new Map<TransactionId, string>();
  for (const { transaction, dimensions } of lines) {
    const { channel } = dimensions;
    if (channel === undefined || transaction === undefined) continue;
    const known = sold.get(transaction);
    if (known === undefined || channel < known) sold.set(transaction, channel);
  }
  return ({ transaction, dimensions }) =>
    dimensions.channel ?? (transaction === undefined ? undefined : sold.get(transaction)) ?? "no channel";
}

function statedPlace({ dimensions: { store, channel } }: LedgerLine): Place | undefined {
  if (store !== undefined) return `store ${store}`;
  return channel === undefined ? undefined : `channel ${channel}`;
}
