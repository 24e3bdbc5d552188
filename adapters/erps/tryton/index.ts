export { createTrytonErp } from "./tryton-erp.ts";
