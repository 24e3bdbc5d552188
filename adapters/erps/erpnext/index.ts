export { createErpNextErp } from "./erpnext-erp.ts";
