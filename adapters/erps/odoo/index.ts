export { createOdooErp } from "./odoo-erp.ts";
