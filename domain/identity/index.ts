export type { DocumentKey, EventKey, SourceKey, TransactionId } from "./identity.ts";
export {
  documentKey,
  eventKey,
  fileTransaction,
  isReversal,
  orderTransaction,
  reversalKey,
  sourceKey,
  ticketTransaction,
} from "./identity.ts";
