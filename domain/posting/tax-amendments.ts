import type { DocumentKey } from "#domain/identity";
import type { OutcomeItem, PlanItem } from "#domain/lineage";
import type { MinorUnits } from "#domain/money";
import type { BoundDocument, BoundLine, PlanStep, TaxAmendment } from "./documents.ts";
import type { LiveDocument } from "./fold-plans.ts";

/** A posted change of a tax that was filed: the return of `originalDate` is to be amended by `amount`. */
export interface PostedTaxAmendment extends TaxAmendment {
  readonly document: DocumentKey;
  readonly erpKey: string;
  readonly entity: string;
  readonly jurisdiction: string;
  /** Debit positive: a credit raises what is owed. */
  readonly amount: MinorUnits;
  readonly currency: string;
  readonly postingDate: string;
}

/** Every change of a filed tax that one connection's plans posted, in their order. What was refused or has no answer yet is none. */
export function taxAmendments(plans: readonly PlanItem[], outcomes: ReadonlyMap<number, OutcomeItem>): PostedTaxAmendment[] {
  const currencies = new Map<DocumentKey, string>();
  return plans.flatMap(({ number, steps }) =>
    steps.flatMap((step, index) => {
      if (step.kind === "post") currencies.set(step.key, step.document.currency);
      return outcomes.get(number)?.results[index]?.kind === "done" ? amendmentsOf(step, currencies.get(step.key) ?? "") : [];
    }),
  );
}

function amendmentsOf(step: PlanStep, currency: string): PostedTaxAmendment[] {
  switch (step.kind) {
    case "opening":
    case "tell":
      return [];
    case "reverse": {
      const { key: document, erpKey, entity, postingDate } = step;
      return (step.amends ?? []).map((amendment) => ({ document, erpKey, entity, currency, postingDate, ...amendment }));
    }
    case "post": {
      const { key: document, erpKey } = step;
      const { entity, postingDate } = step.document;
      return taxLines(step.document).flatMap(({ dimensions, amount, amends }) =>
        amends === undefined
          ? []
          : [{ document, erpKey, entity, currency, postingDate, jurisdiction: dimensions.jurisdiction ?? "", amount, ...amends }],
      );
    }
  }
}

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

function taxLines(document: BoundDocument): readonly BoundLine[] {
  return document.type === "journal" ? document.lines.filter((line) => line.role === "tax-payable") : [];
}
