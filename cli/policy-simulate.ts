import { chainOf, type TransactionView } from "#domain/lineage";
import { formatMinorUnits } from "#domain/money";
import { type ExceptionsOfKind, PolicyEffects, type PolicyEffectsSummary, policyEffect, postingRules } from "#domain/posting";
import type { HubPolicies } from "#hub";
import type { CommandInput } from "./command.ts";
import { draft, inForce, ofRelease, type PolicySource, policyOf, sourceText } from "./policy-source.ts";
import { refuse } from "./policy-text.ts";
import { allTransactions } from "./read-lineage.ts";
import { grouped, heading, table } from "./table.ts";

const progressEvery = 100;
/** A person reads this many; --json has more. */
const restatementsShown = 20;

type AccountNames = ReadonlyMap<string, string>;

/** What the books would be under the folder, or an earlier release, and what it would ask for. Reads only. */
export async function simulatePolicy(input: CommandInput, opened: HubPolicies, [release]: readonly string[]): Promise<number> {
  const { inForce: last } = opened.policies.standing();
  const before = last === undefined ? inForce(opened) : ofRelease(opened, String(last.release));
  const after = release === undefined ? draft(opened) : ofRelease(opened, release);
  const number = last?.release ?? 0;
  const [now, then] = [policyOf(before, number), policyOf(after, number + 1)];
  if ("errors" in then) return refuse(input, then.errors);
  if ("errors" in now) return refuse(input, now.errors);
  const effects = new PolicyEffects(then.policy);
  let seen = 0;
  for await (const view of allTransactions(opened)) {
    seen += 1;
    if (seen % progressEvery === 0) input.terminal.progress(`tried on ${seen} transactions`);
    const coveredKeys = await coveredKeysOf(opened, view);
    const policies = { before: now.policy, after: then.policy };
    const given = { view, ...policies, rules: postingRules, now: opened.clock.now(), coveredKeys };
    try {
      effects.add(view.transaction, policyEffect(given));
    } catch (error) {
      effects.fail(view.transaction, error instanceof Error ? error.message : String(error));
    }
  }
  const summary = effects.summary();
  if (input.json) input.terminal.print(JSON.stringify({ before: before.release, after: after.release, ...summaryJson(summary) }));
  else {
    const names = new Map([...now.policy.accounts, ...then.policy.accounts].map(({ account, name }) => [account, name]));
    input.terminal.print(summaryText(summary, before, after, names, input.terminal.columns));
  }
  if (summary.failed.length === 0) return 0;
  const [first] = summary.failed;
  input.terminal.note(
    `the draft could not be tried on ${count(summary.failed.length, "transaction")}, such as ${first?.transaction}: ${first?.message}`,
  );
  return 1;
}

/** The lists of covered documents that are too long for their plans. */
async function coveredKeysOf({ documents }: HubPolicies, view: TransactionView): Promise<ReadonlyMap<string, readonly string[]>> {
  const keys = new Map<string, readonly string[]>();
  for (const connection of view.chains.keys()) {
    const address = chainOf(view, connection).plans.at(-1)?.covers.address;
    const bytes = address === undefined ? undefined : await documents.get(address);
    if (bytes !== undefined) keys.set(connection, JSON.parse(new TextDecoder().decode(bytes)) as readonly string[]);
  }
  return keys;
}

/** Machine output: amounts as decimal strings of the entity's functional currency, debit positive. */
function summaryJson({ books, restatements, ...summary }: PolicyEffectsSummary) {
  return {
    ...summary,
    books: books.map(({ posted, draft: under, difference, ...row }) => ({
      ...row,
      posted: formatMinorUnits(posted, row.currency),
      draft: formatMinorUnits(under, row.currency),
      difference: formatMinorUnits(difference, row.currency),
    })),
    restatements: restatements.map(({ transaction, document, entity, currency, kind, day, period, priced, accounts }) => ({
      ...{ transaction, document, entity, currency, kind, day, period, priced },
      accounts: accounts.map(({ account, posted, draft: under }) => ({
        account,
        posted: formatMinorUnits(posted, currency),
        draft: formatMinorUnits(under, currency),
      })),
    })),
  };
}

function summaryText(
  summary: PolicyEffectsSummary,
  before: PolicySource,
  after: PolicySource,
  names: AccountNames,
  columns: number,
): string {
  const { transactions, affected, undecided } = summary;
  const tried = `${count(transactions, "transaction")} tried, ${affected} affected: ${sourceText(before)} → ${sourceText(after)}.`;
  if (affected === 0) return `Nothing would differ. ${tried}${undecidedText(undecided)}`;
  return [
    tried,
    booksText(summary, names, columns),
    documentsText(summary),
    restatementsText(summary),
    exceptionsText("Exceptions that would open", summary.opened, columns),
    exceptionsText("Exceptions that would close", summary.closed, columns),
    `Nothing was written.${undecidedText(undecided)}`,
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function booksText({ books }: PolicyEffectsSummary, names: AccountNames, columns: number): string {
  if (books.length === 0) return "\nEvery account would keep its balance.";
  return [
    heading("The books under the draft; debit balances positive"),
    table(
      [
        { title: "entity" },
        { title: "period" },
        { title: "account" },
        { title: "name", wrap: true },
        { title: "posted", align: "right" },
        { title: "draft", align: "right" },
        { title: "difference", align: "right" },
        { title: "" },
      ],
      books.map(({ entity, period, account, currency, posted, draft: under, difference }) => [
        ...[entity, period, account, names.get(account) ?? ""],
        ...[posted, under, difference].map((amount) => grouped(formatMinorUnits(amount, currency))),
        currency,
      ]),
      columns,
    ),
  ].join("\n");
}

function documentsText({ documents: { posts, restatement, stays, held, unpriced } }: PolicyEffectsSummary): string {
  const lines = [
    posts > 0 ? `${count(posts, "document")} would be posted or corrected by the release itself: what it no longer holds back.` : "",
    restatement > 0
      ? `${count(restatement, "document")} would wait as restatements: no new fact asks for them, so somebody has to approve.`
      : "",
    stays > 0
      ? `${count(stays, "document")} would stay in the accounts in which they were posted: new account rules change no posted document. The table shows them as if they had been posted under the draft.`
      : "",
    held > 0 ? `${count(held, "document")} would differ, and would still be held back by something else.` : "",
    unpriced > 0 ? `${count(unpriced, "document")} of these move goods at a cost that only the ERP tells: the table lacks them.` : "",
  ].filter((line) => line !== "");
  return lines.length === 0 ? "" : ["", ...lines].join("\n");
}

function restatementsText({ restatements, documents }: PolicyEffectsSummary): string {
  if (restatements.length === 0) return "";
  const shown = restatements.slice(0, restatementsShown);
  const rest = documents.restatement - shown.length;
  return [
    heading("Restatements"),
    ...shown.map(({ kind, document, entity, period, currency, accounts }) => {
      const moved = accounts.map(
        ({ account, posted, draft: under }) => `${account} ${grouped(formatMinorUnits(under - posted, currency))}`,
      );
      return `${kind.padEnd(7)}  ${entity} ${period}  ${document}${moved.length === 0 ? "" : `\n           ${moved.join(", ")} ${currency}`}`;
    }),
    ...(rest > 0 ? [`… and ${rest} more: see --json.`] : []),
  ].join("\n");
}

function exceptionsText(title: string, kinds: readonly ExceptionsOfKind[], columns: number): string {
  if (kinds.length === 0) return "";
  return [
    heading(title),
    table(
      [{ title: "exception" }, { title: "how many", align: "right" }, { title: "such as", wrap: true }],
      kinds.map(({ class: name, code, count: many, message }) => [`${name}/${code}`, String(many), message]),
      columns,
    ),
  ].join("\n");
}

function undecidedText(undecided: readonly string[]): string {
  return undecided.length === 0
    ? ""
    : ` Of ${count(undecided.length, "transaction")} a plan is being executed: what they would ask for can be told when it is done.`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
