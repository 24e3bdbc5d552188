export { sapPosdmFormat } from "./sap-posdm-format.ts";
