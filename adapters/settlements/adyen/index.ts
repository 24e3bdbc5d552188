export { adyenSettlementDetails } from "./settlement-details.ts";
