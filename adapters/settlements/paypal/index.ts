export { paypalActivityDownload } from "./activity-download.ts";
export { paypalSettlementReport } from "./settlement-report.ts";
