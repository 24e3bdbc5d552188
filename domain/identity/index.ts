export type { DocumentKey, EventKey, SourceKey, TransactionId } from "./identity.ts";
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
  storeDayTransaction,
  storedValueTransaction,
  ticketTransaction,
  transferTransaction,
  windowTransaction,
} from "./identity.ts";
