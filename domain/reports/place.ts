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
  return soldIn(lines, statedPlace, noPlace);
}

/** The channel of each line, likewise: "web", "pos". */
export function channelsOf(lines: readonly LedgerLine[]): (line: LedgerLine) => string {
  return soldIn(lines, ({ dimensions }) => dimensions.channel, "no channel");
}

/** What a line states, else the first by name that a line of its transaction states. */
function soldIn(
  lines: readonly LedgerLine[],
  stated: (line: LedgerLine) => string | undefined,
  nowhere: string,
): (line: LedgerLine) => string {
  const sold = new Map<TransactionId, string>();
  for (const line of lines) {
    const place = stated(line);
    if (place === undefined || line.transaction === undefined) continue;
    const known = sold.get(line.transaction);
    if (known === undefined || place < known) sold.set(line.transaction, place);
  }
  return (line) => stated(line) ?? (line.transaction === undefined ? undefined : sold.get(line.transaction)) ?? nowhere;
}

function statedPlace({ dimensions: { store, channel } }: LedgerLine): Place | undefined {
  if (store !== undefined) return `store ${store}`;
  return channel === undefined ? undefined : `channel ${channel}`;
}
