import type { DocumentKey } from "#domain/identity";

/** Goods that left on one movement of an issue, and how much of them is still with the customer. */
export interface Issue {
  readonly document: DocumentKey;
  readonly movement: string;
  readonly item: string;
  readonly itemClass: string;
  readonly location: string;
  readonly quantityMillionths: number;
  /** Not yet given back, in millionths. */
  outMillionths: number;
  /** True when the issue itself waits for a mapping: what refers to its cost waits with it. */
  readonly held: boolean;
}

/** The issues of one order line in the order they left. */
export interface IssueQueue {
  readonly issues: Issue[];
  /** Everything before this index has come back in full. */
  first: number;
}

/**
 * Takes goods that come back off the issues, oldest first, so that each part returns at its own issue's cost (c38). Gives the
 * parts; less than asked when less was issued (an item that is not stocked has no issues at all).
 */
export function takeBack(queue: IssueQueue, quantityMillionths: number): { readonly issue: Issue; readonly quantityMillionths: number }[] {
  const parts: { issue: Issue; quantityMillionths: number }[] = [];
  let open = quantityMillionths;
  while (open > 0) {
    const issue = queue.issues[queue.first];
    if (issue === undefined) break;
    const part = Math.min(open, issue.outMillionths);
    issue.outMillionths -= part;
    open -= part;
    if (part > 0) parts.push({ issue, quantityMillionths: part });
    if (issue.outMillionths === 0) queue.first += 1;
  }
  return parts;
}
