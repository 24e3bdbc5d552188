export { createSandboxErpAdministration, type SandboxErpAdministration } from "./administration.ts";
export { createSandboxErp, type SandboxErpConnection, type SandboxErpOptions } from "./sandbox-erp.ts";
