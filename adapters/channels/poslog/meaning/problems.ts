import { contentHash } from "#domain/canonical";
import type { Problem } from "#domain/exceptions";
import type { TransactionDraft } from "../draft/transaction-draft.ts";
import type { NaturalKey } from "./identity.ts";

export function problem(key: NaturalKey, problemClass: Problem["class"], code: string, cause: string, what: string): Problem {
  return {
    class: problemClass,
    code,
    cause: cause.slice(0, 120),
    message: `${nameOf(key)}: ${what}. Correct it at the source and send the ticket again.`,
  };
}

function nameOf(key: NaturalKey): string {
  return `ticket ${key.sequence} of register ${key.register}, store ${key.store}, ${key.businessDate}`;
}

/** Amounts in elements that are not understood, one problem per element; zeros say nothing. */
export function unknownMoney(draft: TransactionDraft, key: NaturalKey): Problem[] {
  const elements = new Set(draft.unknownMoney.filter((each) => !/^[-+]?0*(\.0*)?$/.test(each.amount)).map((each) => each.element));
  return [...elements].map((element) =>
    problem(
      key,
      "data.value",
      "unknown-money",
      `unknown-money:${element.slice(0, 60)}`,
      `it has money in ${element.slice(0, 60)}, which this release does not read`,
    ),
  );
}

/** A document without events says in its issues alone what it is: with a hash of what was read, other content under the same key stays apart. */
export function toldApart(issues: readonly Problem[], draft: TransactionDraft): readonly Problem[] {
  if (issues.length === 0) return issues;
  const hash = contentHash({ ...draft, ordinal: 0 }).slice(0, 16);
  return issues.map((issue) => ({ ...issue, cause: `${issue.cause}@${hash}` }));
}
