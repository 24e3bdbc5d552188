export { createBusinessCentralErp } from "./business-central-erp.ts";
