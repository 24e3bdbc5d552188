export type { Issue, IssueQueue } from "./issues.ts";
export { takeBack } from "./issues.ts";
export { formatQuantity, parseQuantity } from "./quantity.ts";
