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
  storedValueTransaction,
  ticketTransaction,
  transferTransaction,
} from "./identity.ts";
