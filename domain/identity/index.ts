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
  transactionKinds,
  transferTransaction,
} from "./identity.ts";
