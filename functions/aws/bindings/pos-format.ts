/** What a POS file may be: the formats of the hub, and what makes one of a table that policy describes. */
export { posFormats as formats, posTableFormat as tableFormat } from "#adapters/pos-formats";
