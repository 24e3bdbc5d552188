import { poslogFormat } from "#adapters/channels/poslog";
import { sapPosdmFormat } from "#adapters/channels/sap-posdm";
import { squareItemsFormat } from "#adapters/channels/square-items";
import type { PosFormat } from "#ports/pos-format";

/** What a dropped POS file may be; the first one that recognises a file reads it. */
export const posFormats: readonly PosFormat[] = [poslogFormat, sapPosdmFormat, squareItemsFormat];

/** Tables that policy describes. */
export { posTableFormat } from "#adapters/channels/pos-table";
