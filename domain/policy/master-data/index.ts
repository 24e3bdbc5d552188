export { customerReference } from "./customer-reference.ts";
export { location } from "./location.ts";
export type { MasterField, MasterRecord, OwningSystem } from "./master-record.ts";
export { owningSystems } from "./master-record.ts";
export { product } from "./product.ts";
export { jurisdiction, tax } from "./tax.ts";
export { tender } from "./tender.ts";
