export type { PosTableMapping, TableCell } from "./pos-table-mapping.ts";
export { openInPosTable, posTableMappingSchema } from "./pos-table-mapping.ts";
