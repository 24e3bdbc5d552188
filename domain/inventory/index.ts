export type { Issue, IssuePart, IssueQueue, TransferPrice } from "./issues.ts";
export { takeBack } from "./issues.ts";
export { formatQuantity, parseQuantity } from "./quantity.ts";
