export type { KnownPoslogDialect, PoslogDialect } from "./poslog-dialect.ts";
export { knownPoslogDialects, poslogDialectSchema } from "./poslog-dialect.ts";
