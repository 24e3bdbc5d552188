import type { LiveDocument } from "./fold-plans.ts";
import type { BoundDocument, BoundLine } from "./plan-steps.ts";

/** The taxes that taking a document back changes after they were filed; `taxDate` says for which day a jurisdiction's is declared now. */
export function amendmentsOfReversal(live: LiveDocument, taxDate: (jurisdiction: string, originalDate: string) => string | undefined) {
  return taxLines(live.document).flatMap(({ dimensions, amount, amends }) => {
    const jurisdiction = dimensions.jurisdiction ?? "";
    // What was declared for a later day is taken back from that day's return.
    const originalDate = amends?.taxDate ?? live.document.businessDate;
    const declared = taxDate(jurisdiction, originalDate);
    return declared === undefined ? [] : [{ jurisdiction, amount: -amount, taxDate: declared, originalDate }];
  });
}

/** The taxes that a journal books for an authority. */
export function taxLines(document: BoundDocument): readonly BoundLine[] {
  return document.type === "journal" ? document.lines.filter((line) => line.role === "tax-payable") : [];
}
