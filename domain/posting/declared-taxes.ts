import type { DocumentKey } from "#domain/identity";
import type { OutcomeItem, PlanItem } from "#domain/lineage";
import type { Currency, MinorUnits } from "#domain/money";
import type { BoundDocument, PlanStep } from "./plan-steps.ts";
import { taxLines } from "./tax-amendments.ts";

/** What a posted document, or its reversal, adds to the tax of one jurisdiction. */
export interface DeclaredTax {
  readonly document: DocumentKey;
  readonly erpKey: string;
  readonly entity: string;
  readonly jurisdiction: string;
  /** Functional currency, debit positive: a credit raises what is owed. */
  readonly amount: MinorUnits;
  readonly currency: Currency;
  readonly postingDate: string;
  /** The day in whose return it is declared. */
  readonly taxDate: string;
  /** Its own day, where the return of that day was filed before: that return is to be amended. */
  readonly amends?: string;
}

/**
 * Every tax that one connection's plans posted or took back, in their order, each with the day for which it is declared: together they are
 * what the hub made of the account. What was refused or has no answer yet, and what stands in the opening balances, is none.
 */
export function declaredTaxes(plans: readonly PlanItem[], outcomes: ReadonlyMap<number, OutcomeItem>): DeclaredTax[] {
  const posted = new Map<string, BoundDocument>();
  return plans.flatMap(({ number, steps }) =>
    steps.flatMap((step, index) => {
      if (outcomes.get(number)?.results[index]?.kind !== "done") return [];
      if (step.kind === "post") posted.set(step.erpKey, step.document);
      return taxesOf(step, posted);
    }),
  );
}

function taxesOf(step: PlanStep, posted: ReadonlyMap<string, BoundDocument>): DeclaredTax[] {
  switch (step.kind) {
    case "opening":
    case "tell":
      return [];
    case "post": {
      const { key: document, erpKey } = step;
      const { entity, postingDate, functionalCurrency: currency, businessDate } = step.document;
      return taxLines(step.document).map(({ dimensions, functionalAmount: amount, amends }) => ({
        ...{ document, erpKey, entity, jurisdiction: dimensions.jurisdiction ?? "", amount, currency, postingDate },
        taxDate: amends?.taxDate ?? businessDate,
        ...(amends === undefined ? {} : { amends: amends.originalDate }),
      }));
    }
    case "reverse": {
      const { key: document, erpKey, entity, postingDate } = step;
      const reversed = posted.get(step.reverses);
      if (reversed === undefined) return [];
      return taxLines(reversed).map((line) => {
        const jurisdiction = line.dimensions.jurisdiction ?? "";
        const own = line.amends?.taxDate ?? reversed.businessDate;
        const amended = step.amends?.find((each) => each.jurisdiction === jurisdiction && each.originalDate === own);
        return {
          ...{
            document,
            erpKey,
            entity,
            jurisdiction,
            amount: 0 - line.functionalAmount,
            currency: reversed.functionalCurrency,
            postingDate,
          },
          taxDate: amended?.taxDate ?? own,
          ...(amended === undefined ? {} : { amends: own }),
        };
      });
    }
  }
}
