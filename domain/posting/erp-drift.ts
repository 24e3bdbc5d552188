import { contentHash } from "#domain/canonical";
import type { Problem } from "#domain/exceptions";
import { isTransactionId } from "#domain/identity";
import type { OutcomeItem, PlanItem } from "#domain/lineage";
import { formatMinorUnits, type MinorUnits } from "#domain/money";
import { foldPlans, type LiveDocument } from "./fold-plans.ts";
import { isSent } from "./plan-steps.ts";

/** A journal as an ERP holds it, as far as drift can be told from it. */
export interface HeldJournal {
  readonly number: string;
  /** Ours; "" for one that was entered there by hand. */
  readonly key: string;
  readonly reverses?: string;
  /** Key of the document that took it back; "" for one that was entered by hand. */
  readonly reversedBy?: string;
  readonly entity: string;
  readonly postingDate: string;
  readonly currency: string;
  readonly functionalCurrency: string;
  readonly lines: readonly {
    readonly account: string;
    readonly debit: MinorUnits;
    readonly credit: MinorUnits;
    readonly functionalDebit: MinorUnits;
    readonly functionalCredit: MinorUnits;
  }[];
}

/** What one connection's chain says that the ERP holds, and since when. */
export interface StandingInErp {
  /** What stands there, by its ERP key. */
  readonly live: ReadonlyMap<string, LiveDocument>;
  /** Every key that was ever planned. */
  readonly planned: ReadonlySet<string>;
  /** When the last answer was recorded: look-ups may not show what was taken just before. */
  readonly since: string;
}

/** Undefined while a plan waits for its outcome: what the ERP holds by then is about to be told. */
export function standingInErp(plans: readonly PlanItem[], outcomes: ReadonlyMap<number, OutcomeItem>): StandingInErp | undefined {
  if (plans.some(({ number }) => !outcomes.has(number))) return undefined;
  const live = [...foldPlans(plans, outcomes).live.values()].filter(({ opening }) => opening !== true);
  return {
    live: new Map(live.map((document) => [document.erpKey, document])),
    planned: new Set(plans.flatMap(({ steps }) => steps.filter(isSent).map(({ erpKey }) => erpKey))),
    since: [...outcomes.values()].reduce((last, { at }) => (at > last ? at : last), ""),
  };
}

/** The ERP holds nothing under the key of a document that stands there as far as the lineage knows. */
export function deletedInErp({ key, erpKey, erpNumber, document }: LiveDocument): Problem {
  return {
    class: "erp.drift",
    code: "deleted",
    cause: erpKey,
    document: key,
    message: `${named(erpNumber, erpKey)} of ${document.entity}, posted on ${document.postingDate}, is not in the ERP any more: find out who deleted it, and have it entered again there`,
  };
}

/** How a journal under a key of ours differs from what was posted; undefined when it says the same. */
export function driftOf(held: HeldJournal, { live, planned }: StandingInErp): Problem | undefined {
  const document = live.get(held.key);
  const problem = (code: string, message: string): Problem => ({
    class: "erp.drift",
    code,
    // Changed once more, it is another drift, also when a person has closed the first one.
    cause: `${held.key} ${contentHash(comparedIn(held)).slice(0, 16)}`,
    ...(document === undefined ? {} : { document: document.key }),
    message: `${named(held.number, held.key)} of ${held.entity} ${message}`,
  });
  if (!planned.has(held.key))
    return problem("unplanned", "is in the ERP under a key of the hub's, and no plan names it: find out who else posts under such keys");
  if (document === undefined) return undefined;
  if (held.reversedBy !== undefined)
    return problem(
      "reversed",
      `was reversed in the ERP${held.reversedBy === "" ? " by hand" : ` by ${held.reversedBy}`}: take the reversal back there, or correct it at its source`,
    );
  const changes = changesOf(held, document);
  return changes.length === 0
    ? undefined
    : problem("changed", `was changed in the ERP: ${changes.slice(0, changesTold).join("; ")}. Put it back there, or correct its source`);
}

/** What of a journal is compared: nothing else makes it another one, be it the order of its lines or a memo. */
function comparedIn({ entity, postingDate, currency, reversedBy, lines }: HeldJournal) {
  const amounts = netsOf(lines, ({ debit, credit }) => debit - credit);
  const functional = netsOf(lines, ({ functionalDebit, functionalCredit }) => functionalDebit - functionalCredit);
  return {
    entity,
    postingDate,
    currency,
    reversedBy: reversedBy ?? null,
    amounts: Object.fromEntries(amounts),
    functional: Object.fromEntries(functional),
  };
}

const changesTold = 5;

function changesOf(held: HeldJournal, { document, costs }: LiveDocument): string[] {
  const changes: string[] = [];
  const compare = (what: string, was: string, is: string) => {
    if (was !== is) changes.push(`${what} ${was} is ${is}`);
  };
  compare("entity", document.entity, held.entity);
  compare("posting date", document.postingDate, held.postingDate);
  if (document.type === "journal") {
    compare("currency", document.currency, held.currency);
    const own = document.currency === document.functionalCurrency;
    const lines = document.lines.map((line) => ({ account: line.account, amount: line.amount, functional: line.functionalAmount }));
    const found = held.lines.map((line) => ({
      account: line.account,
      amount: line.debit - line.credit,
      functional: line.functionalDebit - line.functionalCredit,
    }));
    changes.push(...netChanges(lines, found, ({ functional }) => functional, document.functionalCurrency));
    if (!own) changes.push(...netChanges(lines, found, ({ amount }) => amount, document.currency));
    return changes;
  }
  // The value of stock may be evened out beside it; what the goods cost is what was answered.
  const stockAccounts = new Set(document.movements.map(({ inventoryAccount }) => inventoryAccount));
  const counters = document.movements.filter(({ counterAccount }) => !stockAccounts.has(counterAccount));
  const expected = counters.map(({ id, counterAccount, quantityMillionths, totalCost }) => {
    const cost = costs.find(({ movement }) => movement === id)?.totalCost ?? totalCost;
    return { account: counterAccount, functional: cost === undefined ? undefined : quantityMillionths < 0 ? cost : 0 - cost };
  });
  if (expected.some(({ functional }) => functional === undefined)) return changes;
  const accounts = new Set(counters.map(({ counterAccount }) => counterAccount));
  const found = held.lines.filter(({ account }) => accounts.has(account));
  const net = found.map((line) => ({ account: line.account, functional: line.functionalDebit - line.functionalCredit }));
  return [...changes, ...netChanges(expected, net, ({ functional = 0 }) => functional, document.functionalCurrency)];
}

/** By account: how an ERP orders, splits or joins lines is its own business. */
function netsOf<Line extends { readonly account: string }>(lines: readonly Line[], amountOf: (line: Line) => MinorUnits) {
  const nets = new Map<string, MinorUnits>();
  for (const line of lines) nets.set(line.account, (nets.get(line.account) ?? 0) + amountOf(line));
  return nets;
}

function netChanges<Line extends { readonly account: string }>(
  expected: readonly Line[],
  found: readonly Line[],
  amountOf: (line: Line) => MinorUnits,
  currency: string,
): string[] {
  const [were, are] = [netsOf(expected, amountOf), netsOf(found, amountOf)];
  const money = (amount: MinorUnits) => formatMinorUnits(amount, currency);
  return [...new Set([...were.keys(), ...are.keys()])]
    .map((account) => ({ account, was: were.get(account) ?? 0, is: are.get(account) ?? 0 }))
    .filter(({ was, is }) => was !== is)
    .map(({ account, was, is }) => `account ${account} ${money(was)} is ${money(is)} ${currency}`);
}

/** Whether people, or another system, entered a journal: no key of ours names it. */
export function isManual({ key }: Pick<HeldJournal, "key">): boolean {
  return !isTransactionId(key);
}

/** A journal that the hub did not post on an account that it keeps: a reconciling item. Undefined when it touches none, or was taken back. */
export function manualJournal(held: HeldJournal, accounts: ReadonlySet<string>): Problem | undefined {
  if (held.reverses !== undefined || held.reversedBy !== undefined) return undefined;
  const { number, entity, postingDate, functionalCurrency } = held;
  const mine = held.lines.filter(({ account }) => accounts.has(account));
  const touched = [...netsOf(mine, (line) => line.functionalDebit - line.functionalCredit)]
    .filter(([, amount]) => amount !== 0)
    .map(([account, amount]) => `account ${account} ${formatMinorUnits(amount, functionalCurrency)} ${functionalCurrency}`);
  if (touched.length === 0) return undefined;
  return {
    class: "erp.drift",
    code: "manual-journal",
    cause: `${entity} ${number} ${postingDate}`,
    message: `journal ${number} of ${entity} on ${postingDate} was not posted by the hub, and changes what it keeps: ${touched.slice(0, changesTold).join("; ")} (debit positive). A reconciling item: close this when it is right, or reverse it in the ERP`,
  };
}

/** The posting date of the manual journal that a cause names. */
export function postingDateOfManual(cause: string): string {
  return cause.slice(-"YYYY-MM-DD".length);
}

function named(number: string, key: string): string {
  return number === "" ? key : `${number} (${key})`;
}
