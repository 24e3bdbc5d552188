import { createHash } from "node:crypto";

/** SQS takes 128 characters; EventBridge speaks of 100, and fills the same field. */
const charactersMax = 100;

/** A message group id is letters, digits and punctuation marks of ASCII; any other group is named by its hash. */
export function messageGroupId(group: string): string {
  return /^[!-~]+$/.test(group) && group.length <= charactersMax ? group : createHash("sha256").update(group).digest("hex");
}
