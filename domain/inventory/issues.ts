import type { DocumentKey } from "#domain/identity";
import type { Currency, MinorUnits } from "#domain/money";

/** Goods that left on one movement of an issue, and how much of them is still with the customer. */
export interface Issue {
  readonly document: DocumentKey;
  readonly movement: string;
  readonly item: string;
  readonly itemClass: string;
  readonly location: string;
  /** Whose stock it left. */
  readonly entity: string;
  /** What the seller owes that entity for it, when it is not the seller's own (c30); absent when no rule of policy says. */
  readonly price?: TransferPrice;
  /** Of goods sent again for nothing (c50), out of the seller's own stock: why, as policy calls it. */
  readonly replaces?: string;
  /** Of goods that a vendor sent to the customer itself (c48): they never were in stock, and cost what it charged. */
  readonly vendor?: string;
  readonly quantityMillionths: number;
  /** Not yet given back, in millionths. */
  outMillionths: number;
  /** True when the issue itself waits for a mapping: what refers to its cost waits with it. */
  readonly held: boolean;
}

/**
 * `markup` is a decimal string on top of the cost ("0.05"); `total` is for the whole issue, in `currency`, or absent in that of the supplying
 * entity's books.
 */
export type TransferPrice =
  | { readonly kind: "cost-plus"; readonly markup: string }
  | { readonly kind: "unit-price"; readonly total: MinorUnits; readonly currency?: Currency };

/** A part of an issue: the `quantityMillionths` of it that follow the first `from` to come back. */
export interface IssuePart {
  readonly issue: Issue;
  readonly from: number;
  readonly quantityMillionths: number;
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
export function takeBack(queue: IssueQueue, quantityMillionths: number): IssuePart[] {
  const parts: IssuePart[] = [];
  let open = quantityMillionths;
  while (open > 0) {
    const issue = queue.issues[queue.first];
    if (issue === undefined) break;
    const part = Math.min(open, issue.outMillionths);
    const from = issue.quantityMillionths - issue.outMillionths;
    issue.outMillionths -= part;
    open -= part;
    if (part > 0) parts.push({ issue, from, quantityMillionths: part });
    if (issue.outMillionths === 0) queue.first += 1;
  }
  return parts;
}
