import type { EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import type { ToldDocument } from "#domain/ledger";
import type { Policy } from "#domain/policy";
import { bindDocument, type Surroundings } from "./bind-document.ts";
import { contributionIn } from "./contributions.ts";
import type { BoundJournal } from "./plan-steps.ts";

/**
 * A told contribution with the accounts of its lines: what has no account holds the transaction that it comes from and not the summary of
 * everybody else, and a balance is released in the account in which its own transaction created it. Posting date and taxes are those of
 * the summary. `journal` is undefined for what is told and is no contribution.
 *
 * A content that comes back keeps the accounts that it was told with `before`: a summary may hold it in these, and its window knows a
 * content by its name alone.
 */
export function bindContribution(
  document: ToldDocument,
  policy: Policy,
  surroundings: Surroundings,
  before?: ToldDocument,
): { readonly document: ToldDocument; readonly journal?: BoundJournal } | { readonly problem: Problem } {
  const fact = contributionIn(document);
  if (fact === undefined) return { document };
  const { key, kind, event, entity, currency, businessDate } = document;
  const lines = (before === undefined ? undefined : contributionIn(before))?.lines ?? fact.lines.map(withoutAccount);
  const stated = { type: "journal" as const, key, kind, event, entity, currency, businessDate, lines };
  // No day is looked for, as nothing is posted here.
  const binding = bindDocument(stated, policy, { ...surroundings, opening: new Set([key]) });
  if (binding.kind === "problem") return { problem: binding.problem };
  if (binding.kind === "wait" || binding.document.type !== "journal") throw new RangeError(`${key} is a journal, and binds as one`);
  const bound = binding.document.lines.map(({ role, dimensions, amount, account }) => ({
    role,
    dimensions: { ...dimensions },
    amount,
    account,
  }));
  return { document: { ...document, facts: [{ ...fact, lines: bound }] }, journal: binding.document };
}

function withoutAccount({ role, dimensions, amount }: EventOf<"posting.contributed">["lines"][number]) {
  return { role, dimensions, amount };
}
