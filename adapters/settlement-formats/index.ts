export { bankFormats, mappedFormats, settlementSources } from "./settlement-formats.ts";
