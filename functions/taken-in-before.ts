import { fileTransaction } from "#domain/identity";
import type { LineageStore } from "#ports/lineage-store";
import { readTransaction } from "./read-transaction.ts";

/**
 * Whether another drop of the same bytes has come to its end. A run that a crash ended leaves tickets, or its own end, and one that
 * failed leaves an exception: all of these are this file's first time still. A file that was held, whole or in part, is read again when it
 * is dropped again: what was taken in of it is recorded once, and what was held may be sound by now.
 */
export async function takenInBefore(
  lineage: LineageStore,
  channel: "pos" | "settlement",
  fileHash: string,
  drop: { readonly file: string; readonly receivedAt: string },
): Promise<boolean> {
  const { documents } = await readTransaction(lineage, fileTransaction(channel, fileHash));
  return documents
    .filter(({ issues }) => issues.length === 0)
    .flatMap(({ events }) => events)
    .some(
      (event) =>
        ((event.name === "file.received" && event.held === 0) || event.name === "settlement-file.received") &&
        (event.receivedAt !== drop.receivedAt || event.file !== drop.file.slice(0, 255)),
    );
}
