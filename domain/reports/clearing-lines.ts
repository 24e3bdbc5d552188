import type { TransactionView } from "#domain/lineage";
import { contributionName, foldPlans, type LiveDocument, windowFacts } from "#domain/posting";
import type { ClearingLine } from "./clearing-report.ts";

const clearingRoles: ReadonlySet<string> = new Set(["payment-clearing", "acquirer-clearing"]);

/**
 * What the documents of a stream that stand posted say in clearing accounts; what a summary says is that of the transactions that contributed
 * to it. What stands in the ERP's opening balances is the ERP's to tell.
 */
export function clearingLinesOf(view: TransactionView): readonly ClearingLine[] {
  const { known } = windowFacts(view.documents);
  const live = [...view.chains.values()].flatMap(({ plans, outcomes }) => [...foldPlans(plans, outcomes).live.values()]);
  return live.filter(({ opening }) => opening !== true).flatMap((each) => linesOf(each, view.transaction, known));
}

function linesOf({ document }: LiveDocument, own: string, known: ReturnType<typeof windowFacts>["known"]): ClearingLine[] {
  if (document.type !== "journal") return [];
  const { entity, currency, businessDate, contributions = [], lines } = document;
  const stated =
    contributions.length === 0
      ? lines.map(({ role, dimensions, amount }) => ({ role, dimensions, amount, transaction: own }))
      : contributions.flatMap((part) =>
          (known.get(contributionName(part))?.lines ?? []).map(({ role, dimensions, amount }) => ({
            role,
            dimensions,
            amount: part.sign * amount,
            transaction: part.document.split("/", 1)[0] ?? own,
          })),
        );
  return stated.flatMap(({ role, dimensions, amount, transaction }): ClearingLine[] => {
    if (!clearingRoles.has(role)) return [];
    const gateway = dimensions.gateway ?? dimensions.acquirer ?? "none stated";
    return [{ entity, gateway, currency, amount, businessDate, transaction, reference: transaction }];
  });
}
