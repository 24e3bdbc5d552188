export type { NetSuiteCredentials } from "./authorization.ts";
export { readNetSuiteCredentials } from "./authorization.ts";
export { createNetSuiteErp } from "./netsuite-erp.ts";
