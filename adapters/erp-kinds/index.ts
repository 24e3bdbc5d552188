export { createErp } from "./erp-kinds.ts";
