import { TicketProblem } from "#domain/pos-files";
import type { TransactionDraft } from "../draft/transaction-draft.ts";

/** Amounts in elements that are not understood, one problem per element; zeros say nothing. */
export function unknownMoney(draft: TransactionDraft): TicketProblem[] {
  const elements = new Set(
    draft.unknownMoney.filter((each) => !/^[-+]?0*(\.0*)?$/.test(each.amount)).map((each) => each.element.slice(0, 60)),
  );
  return [...elements].map(
    (element) =>
      new TicketProblem(
        "data.value",
        "unknown-money",
        `unknown-money:${element}`,
        `it has money in ${element}, which this release does not read`,
      ),
  );
}
