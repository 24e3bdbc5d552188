import { streamOf, type TransactionId } from "#domain/identity";

/** The channel of a stream as a dimension: never the number of a bank account, and one word for files of every kind. */
export function channelOf(transaction: TransactionId): string {
  const { kind, channel } = streamOf(transaction);
  return kind === "bank-line" ? "bank" : kind === "file" ? "files" : channel;
}
