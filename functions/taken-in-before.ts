import { fileTransaction } from "#domain/identity";
import type { LineageStore } from "#ports/lineage-store";
import { readTransaction } from "./read-transaction.ts";

/**
 * Whether another drop of the same bytes has come to its end. A run that a crash ended leaves tickets, or its own end, and one that
 * failed leaves an exception: all of these are this file's first time still.
 */
export async function takenInBefore(
  lineage: LineageStore,
  fileHash: string,
  drop: { readonly file: string; readonly receivedAt: string },
): Promise<boolean> {
  const { documents } = await readTransaction(lineage, fileTransaction("pos", fileHash));
  return documents
    .flatMap(({ events }) => events)
    .some((event) => event.name === "file.received" && (event.receivedAt !== drop.receivedAt || event.file !== drop.file.slice(0, 255)));
}
