export type { ControlTotals } from "./control-totals.ts";
export { checkControlTotals, openControlTotals, tallyBatch, tallyTransaction } from "./control-totals.ts";
export type { PosChunk, PosCounts, PosManifest } from "./pos-manifest.ts";
export { assertAllCounted, businessDatesMax, chunkTransactionsMin, posManifestSchema } from "./pos-manifest.ts";
export { checkTicket, priceMakesAmount, ticketTotal } from "./ticket-gate.ts";
export { UnreadablePosFile } from "./unreadable-pos-file.ts";
