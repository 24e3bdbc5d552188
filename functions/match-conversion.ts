import { contentHash } from "#domain/canonical";
import type { EventOf } from "#domain/events";
import { eventKey, sourceKey } from "#domain/identity";
import type { TransactionView } from "#domain/lineage";
import { conversionPairs, type SettlementRow } from "#domain/settlement";
import { readInBatches } from "./read-in-batches.ts";
import { factNamed, factsOf, foundDocument, insertInOrder, type MatchOutcome, type MatchPorts, matchVersion } from "./record-match.ts";
import { conversionNames } from "./settlement-document.ts";

/** Of more rows of one instant, as a file that states days alone may have, the instant tells no pair: the row that they are for still does. */
const legsMax = 50;

/**
 * Looks for the other leg of a conversion inside a gateway's balance, and records what it comes to in the row's own stream. The row waits for the
 * names of the conversion before it looks, and the other leg bears them: whichever comes later, each finds the other.
 */
export async function matchConversion(
  { lineage, references, clock }: MatchPorts,
  view: TransactionView,
  row: SettlementRow,
  lookedAt: string,
): Promise<MatchOutcome> {
  const { transaction } = view;
  const names = conversionNames(row);
  for (const name of names) await references.wait(name, transaction);
  const found = new Set<string>();
  for (const { type, value } of names) {
    const named = (await references.find(type, value)).filter((each) => each !== transaction);
    if (named.length <= legsMax) for (const each of named) found.add(each);
  }
  const streams = [...found].filter((each) => each.startsWith("settlement-row:")).sort();
  const others = await readInBatches(lineage, streams, (each) => {
    const other = factNamed(factsOf(each), "settlement.recorded")?.row;
    const isLeg = other?.nature === "conversion" && other.source === row.source && other.account === row.account;
    return isLeg ? { settlement: each.transaction, row: other } : undefined;
  });
  const other = conversionPairs([{ settlement: transaction, row }, ...others]).get(transaction);
  const before = factNamed(factsOf(view), "settlement.matched");
  const conversion =
    other === undefined ? undefined : { settlement: other.settlement, amount: other.row.gross, currency: other.row.currency };
  // Nothing is said of a leg that stands alone, unless it was said not to.
  if (contentHash({ conversion }) === contentHash({ conversion: before?.conversion })) return "none";
  const event: EventOf<"settlement.matched"> = {
    name: "settlement.matched",
    schema: 1,
    key: eventKey("settlement.matched", row.id),
    version: matchVersion(lookedAt, { conversion }),
    occurredAt: row.occurredAt,
    outcome: conversion === undefined ? "unmatched" : "matched",
    parts: [],
    ...(conversion === undefined ? {} : { conversion }),
  };
  const source = sourceKey(row.source, row.account, "match", row.id);
  const parsed = { transaction, kind: "settlement-row", source, channel: row.source, shop: row.account, events: [event] } as const;
  await insertInOrder(lineage, [[foundDocument(parsed, clock.now())]]);
  return event.outcome;
}
