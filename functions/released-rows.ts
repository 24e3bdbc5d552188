import type { EventOf } from "#domain/events";
import { eventKey, settlementRowTransaction, sourceKey } from "#domain/identity";
import type { DocumentItem, TransactionView } from "#domain/lineage";
import { unlistedRowsMax } from "#domain/settlement";
import { readInBatches } from "./read-in-batches.ts";
import { factNamed, factsOf, foundDocument, type MatchPorts } from "./record-match.ts";
import { rowsOfPayout } from "./settlement-document.ts";

/** When it is said, and since when it holds. */
interface Release {
  readonly occurredAt: string;
  readonly version: string;
  readonly at: string;
}

/**
 * c23: the money is in the bank, so that rows of unlisted types have waited long enough. Told once: the same fact whichever line says it.
 * A payout names the first 200 of them; where it names as many, its rows themselves say which there are.
 */
export async function releasedRows(ports: MatchPorts, payout: TransactionView | undefined, release: Release): Promise<DocumentItem[]> {
  const stated = payout === undefined ? undefined : factNamed(factsOf(payout), "payout.stated");
  if (stated === undefined) return [];
  const { source, account, id } = stated.payout;
  const rows = new Set(stated.unlisted);
  if (rows.size >= unlistedRowsMax) for (const row of await unlistedRows(ports, stated)) rows.add(row);
  return [...rows].map((rowId) => {
    const event: EventOf<"settlement.released"> = {
      name: "settlement.released",
      schema: 1,
      key: eventKey("settlement.released", rowId),
      version: release.version,
      occurredAt: release.occurredAt,
      because: "bank-line",
      payoutId: id,
    };
    const transaction = settlementRowTransaction(source, account, rowId);
    const key = sourceKey(source, account, "released", rowId);
    return foundDocument({ transaction, kind: "settlement-row", source: key, channel: source, shop: account, events: [event] }, release.at);
  });
}

/** Ids of the payout's rows without a class. */
async function unlistedRows({ references, lineage }: MatchPorts, { payout }: EventOf<"payout.stated">): Promise<string[]> {
  const { type, value } = rowsOfPayout(payout);
  const named = (await references.find(type, value)).filter((each) => each.startsWith("settlement-row:"));
  return readInBatches(lineage, [...named].sort(), (view) => {
    const row = factNamed(factsOf(view), "settlement.recorded")?.row;
    return row?.payoutId === payout.id && row.class === undefined ? row.id : undefined;
  });
}
