export type { DocumentKey, EventKey, SourceKey, TransactionId } from "./identity.ts";
export { documentKey, eventKey, fileTransaction, idPart, orderTransaction, reversalKey, sourceKey, ticketTransaction } from "./identity.ts";
