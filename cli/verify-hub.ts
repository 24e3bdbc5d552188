import { contentHash } from "#domain/canonical";
import { isReversal, reversalKey, streamKinds } from "#domain/identity";
import { chainOf, factsHash, rawBodyOf, type TransactionView } from "#domain/lineage";
import { closesByPerson, foldPlans, isSent, quarantined } from "#domain/posting";
import type { Hub } from "#hub";
import { allJournals, entitiesBehind } from "./erp-journals.ts";
import { allTransactions } from "./read-lineage.ts";
import { verifyReturns } from "./verify-returns.ts";
import { verifySummaries } from "./verify-summaries.ts";
import { Tellings } from "./verify-tellings.ts";

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly checked: number;
  /** At most 20, each naming what is wrong. */
  readonly failures: readonly string[];
}

const failuresMax = 20;
const keysPerPage = 1000;

/** Checks the invariants that always hold, on the lineage and on what the ERPs hold (protocol step 10). */
export async function verifyHub(hub: Hub, progress: (line: string) => void): Promise<{ ok: boolean; checks: Check[] }> {
  const checks = new Map<string, { checked: number; failures: string[] }>();
  const check = (name: string, holds: boolean, failure: () => string) => {
    const known = checks.get(name) ?? { checked: 0, failures: [] };
    checks.set(name, known);
    known.checked += 1;
    if (!holds && known.failures.length < failuresMax) known.failures.push(failure());
  };
  const planned = new Map<string, Map<string, string | undefined>>();
  const live = new Map<string, Set<string>>();
  const tellings = new Tellings();
  const connections = Object.keys(hub.policy.connections);
  for (const connection of connections) {
    planned.set(connection, new Map());
    live.set(connection, new Set());
  }

  let count = 0;
  for await (const view of allTransactions(hub)) {
    count += 1;
    if (count % 100 === 0) progress(`verified ${count} transactions`);
    verifyFacts(view, check);
    verifyReturns(view, check);
    verifyClosures(view, check);
    tellings.note(view);
    verifySummaries(view, check);
    await verifyRawBodies(hub, view, check);
    for (const connection of view.chains.keys()) {
      await verifyChain(hub, view, connection, check);
      collectKeys(view, connection, planned, live);
    }
  }

  for (const connection of connections) {
    const held = await keysInErp(hub, connection);
    for (const key of held)
      check(
        "every document of ours in the ERP is in a plan",
        planned.get(connection)?.has(key) === true,
        () => `${connection}: ${key} is in no plan`,
      );
    for (const key of held)
      if (planned.get(connection)?.has(key) === true && !isReversal(key) && !held.has(reversalKey(key)))
        check(
          "every document of ours that stands in the ERP is one that the lineage takes for posted",
          live.get(connection)?.has(key) === true,
          () => `${connection}: ${key} stands in the ERP, and no recorded answer says so`,
        );
    for (const key of live.get(connection) ?? [])
      check("every posted document is in the ERP", held.has(key), () => `${connection}: ${key} is missing in the ERP`);
    await verifyJournals(hub, connection, planned.get(connection), check);
  }
  tellings.verify(check);
  await verifyTrialBalances(hub, check);
  const backlog = await hub.worker.backlog();
  check(
    "everything recorded is announced",
    !backlog.unannounced,
    () => "some recorded documents are not announced yet: run start, or replay",
  );
  check("no dead letters", backlog.deadMessages === 0, () => `${backlog.deadMessages} dead letters`);
  const result = [...checks].map(([name, { checked, failures }]) => ({ name, ok: failures.length === 0, checked, failures }));
  return { ok: result.every(({ ok }) => ok), checks: result };
}

type CheckFunction = (name: string, holds: boolean, failure: () => string) => void;

function verifyFacts(view: TransactionView, check: CheckFunction): void {
  for (const document of view.documents) {
    const hash = factsHash(document);
    check(
      "facts hash to their key",
      hash === document.contentHash && document.key.endsWith(hash),
      () => `${view.transaction} ${document.key}`,
    );
  }
  // A version that was replaced before anybody looked is none.
  for (const { key } of quarantined(view.documents))
    check("every quarantined document has an exception", view.exceptions.length > 0, () => `${view.transaction} ${key}`);
}

/** What a person closed says who and why, and was a person's to close: the rest only the hub ends, or the decision on an approval. */
function verifyClosures({ transaction, exceptions }: TransactionView, check: CheckFunction): void {
  for (const { opened, closed } of exceptions) {
    if (closed === undefined) continue;
    const name = `${transaction}/${opened.key}`;
    check("every closed exception says who closed it and why", closed.by !== "" && closed.reason !== "", () => name);
    if (closed.by === "hub" || closed.approval !== undefined) continue;
    const closable = closesByPerson(transaction, opened);
    check("a person closed only what a person may close", closable, () => `${name}: closed by ${closed.by}, and only the hub may close it`);
  }
}

/** A raw body may have been removed, for privacy; one that is there is the one that was received. */
async function verifyRawBodies(hub: Hub, view: TransactionView, check: CheckFunction): Promise<void> {
  for (const { key, raw } of view.documents) {
    const body =
      raw.inline !== undefined
        ? new TextEncoder().encode(raw.inline)
        : raw.address?.startsWith("sha256/") === true
          ? await hub.documents.get(raw.address)
          : undefined;
    if (body === undefined) continue;
    check("raw bodies hash to what was received", rawBodyOf(body).hash === raw.hash, () => `${view.transaction} ${key}`);
  }
}

async function verifyChain(hub: Hub, view: TransactionView, connection: string, check: CheckFunction): Promise<void> {
  const { plans, outcomes } = chainOf(view, connection);
  const known = new Set(view.documents.map((document) => document.key));
  for (const [index, plan] of plans.entries()) {
    const name = `${view.transaction} plan ${plan.number} of ${connection}`;
    const before = plans[index - 1];
    const previous = before === undefined ? null : contentHash({ plan: before, outcome: outcomes.get(before.number) });
    check("plans are numbered without a gap", plan.number === index + 1, () => name);
    check("plans are chained by hash", plan.previous === previous, () => name);
    check("every plan has an outcome", outcomes.has(plan.number), () => `${name}: in progress, or waiting for its lease`);
    const covered = plan.covers.keys ?? (await coveredKeysAt(hub, plan.covers.address));
    check(
      "plans cover recorded facts",
      covered?.length === plan.covers.count && contentHash(covered) === plan.covers.digest && covered.every((key) => known.has(key)),
      () => name,
    );
    for (const step of plan.steps) {
      if (step.kind !== "post" || step.document.type !== "journal") continue;
      const { lines } = step.document;
      const balanced =
        lines.reduce((total, line) => total + line.amount, 0) === 0 &&
        lines.reduce((total, line) => total + line.functionalAmount, 0) === 0;
      check("planned journals balance", balanced, () => step.erpKey);
    }
  }
}

/** The list of covered documents that is too long for its plan; undefined when it is not where the plan says. */
async function coveredKeysAt(hub: Hub, address: string | undefined): Promise<readonly string[] | undefined> {
  const bytes = address === undefined ? undefined : await hub.documents.get(address);
  return bytes === undefined ? undefined : (JSON.parse(new TextDecoder().decode(bytes)) as readonly string[]);
}

/** Every key of the plans with what its journal must say (undefined for stock documents: the ERP reckons their cost), and the live keys. */
function collectKeys(
  view: TransactionView,
  connection: string,
  planned: Map<string, Map<string, string | undefined>>,
  live: Map<string, Set<string>>,
): void {
  const { plans, outcomes } = chainOf(view, connection);
  const known = planned.get(connection);
  for (const step of plans.flatMap((plan) => plan.steps)) {
    if (!isSent(step)) continue;
    if (step.kind === "post") {
      const { document } = step;
      known?.set(step.erpKey, document.type === "journal" ? contentOfLines(document.lines) : undefined);
    } else known?.set(step.erpKey, undefined);
  }
  for (const document of foldPlans(plans, outcomes).live.values())
    if (document.opening !== true) live.get(connection)?.add(document.erpKey);
}

/** The lines of a journal in one text: account, signed amount, signed functional amount; in no order, as an ERP may keep its own. */
function contentOfLines(
  lines: readonly { readonly account: string; readonly amount: number; readonly functionalAmount: number }[],
): string {
  return contentHash(lines.map(({ account, amount, functionalAmount }) => `${account} ${amount} ${functionalAmount}`).sort());
}

async function keysInErp(hub: Hub, connection: string): Promise<Set<string>> {
  const keys = new Set<string>();
  for (const entity of entitiesBehind(hub, connection)) {
    for (const keyPrefix of streamKinds.map((kind) => `${kind}:`)) {
      let after: string | undefined;
      do {
        const page = await hub.erps.erp(connection).documentKeys({ entity, keyPrefix }, after, keysPerPage);
        for (const key of page.keys) keys.add(key);
        after = page.next;
      } while (after !== undefined);
    }
  }
  return keys;
}

async function verifyJournals(
  hub: Hub,
  connection: string,
  planned: ReadonlyMap<string, string | undefined> | undefined,
  check: CheckFunction,
): Promise<void> {
  for await (const { number, key, lines } of allJournals(hub, connection, {})) {
    const difference = lines.reduce((total, line) => total + line.debit - line.credit, 0);
    const functional = lines.reduce((total, line) => total + line.functionalDebit - line.functionalCredit, 0);
    check("journals in the ERP balance", difference === 0 && functional === 0, () => `${number} is off by ${difference}`);
    const wanted = planned?.get(key);
    if (wanted === undefined) continue;
    const held = contentOfLines(
      lines.map((line) => ({
        account: line.account,
        amount: line.debit - line.credit,
        functionalAmount: line.functionalDebit - line.functionalCredit,
      })),
    );
    check(
      "journals in the ERP say what was planned",
      held === wanted,
      () => `${number} ${key} has other accounts or amounts than its plan`,
    );
  }
}

async function verifyTrialBalances(hub: Hub, check: CheckFunction): Promise<void> {
  for (const [entity, { connection }] of Object.entries(hub.policy.entities)) {
    const { accounts } = await hub.erps.erp(connection).trialBalance(entity, {});
    const difference = accounts.reduce((total, { debit, credit }) => total + debit - credit, 0);
    check("trial balances tie", difference === 0, () => `${entity} is off by ${difference}`);
    const sums = new Map<string, number>();
    for await (const journal of allJournals(hub, connection, { entity })) {
      for (const line of journal.lines)
        sums.set(line.account, (sums.get(line.account) ?? 0) + line.functionalDebit - line.functionalCredit);
    }
    for (const { account, debit, credit } of accounts) {
      check(
        "journals add up to the trial balance",
        (sums.get(account) ?? 0) === debit - credit,
        () => `${entity} ${account}: journals ${sums.get(account) ?? 0}, trial balance ${debit - credit}`,
      );
    }
  }
}
