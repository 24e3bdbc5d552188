export type { ApiClient, ApiPermission } from "./api-client.ts";
export { apiClientName, apiClientSchema, bearerCredentials, mayOrderFor, mayWrite, secretFits } from "./api-client.ts";
