export type { LoadedPolicy } from "./read-policy-files.ts";
export { loadPolicy, readPolicyFiles } from "./read-policy-files.ts";
