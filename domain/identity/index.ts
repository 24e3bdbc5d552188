export type { DocumentKey, EventKey, SourceKey, StreamKind, TransactionId } from "./identity.ts";
export {
  disputeTransaction,
  documentKey,
  eventKey,
  fileTransaction,
  isReversal,
  isTransactionId,
  orderTransaction,
  privacyTransaction,
  reversalKey,
  sourceKey,
  sourceTransaction,
  storedValueTransaction,
  streamKinds,
  streamOf,
  ticketTransaction,
  transferTransaction,
} from "./identity.ts";
