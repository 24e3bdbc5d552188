export type { LoadedPolicy } from "./read-policy-files.ts";
export { buildPolicy, loadPolicy, policyErrorLine, readPolicyFiles } from "./read-policy-files.ts";
