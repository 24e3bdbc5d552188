export type { Fault, FaultKind, Faults } from "./faults.ts";
export { type RefusalCode, refusalCodes } from "./refusal.ts";
export { type SandboxErp, type SandboxErpOptions, startSandboxErp } from "./server.ts";
