export type { DocumentKey, EventKey, SourceKey, TransactionId } from "./identity.ts";
export { documentKey, eventKey, fileTransaction, orderTransaction, reversalKey, sourceKey, ticketTransaction } from "./identity.ts";
