import { storeDayTransaction } from "#domain/identity";
import { chainOf, type TransactionView } from "#domain/lineage";
import { formatMinorUnits } from "#domain/money";
import { foldPlans, postingRules, type StoreDayState, storeDayFacts, storeDayStatus, storeDayTimes, summariesIn } from "#domain/posting";
import { cardTotalsOf, countOf, type DayFacts, drawersOf, rangesText, safeCountOf } from "#domain/store-day";
import { readTransaction } from "#functions/read-transaction";
import type { Hub } from "#hub";
import { grouped, heading, table } from "./table.ts";

export type StoreDayReport = Awaited<ReturnType<typeof storeDayReport>>;

/** All that is known of one store's day: what came, what is missing, the money, where it posted, and what is to be done next. */
export async function storeDayReport(hub: Hub, store: string, businessDate: string) {
  const transaction = storeDayTransaction(store, businessDate);
  const view = await readTransaction(hub.lineage, transaction);
  const { events, facts } = storeDayFacts(view);
  const { state, points } = storeDayStatus(view, hub.policy, postingRules, hub.clock.now());
  const money = (amount: number, currency: string) => formatMinorUnits(amount, currency);
  const tallies = [...facts.registers.values()].flatMap(({ tallies }) => tallies);
  /** What the opening count found over or short of what the drawer was left with; null while nobody has compared them. */
  const overnightOf = (register: string, tender: string, currency: string): string | null => {
    const found = events.find(
      (event) =>
        event.name === "till.balanced" &&
        event.opening === true &&
        event.register === register &&
        event.tender === tender &&
        event.currency === currency,
    );
    return found?.name === "till.balanced" ? money(found.counted - found.expected, currency) : null;
  };
  return {
    store,
    name: hub.policy.stores[store]?.name ?? store,
    businessDate,
    transaction,
    state,
    ...(storeDayTimes({ store, businessDate }, hub.policy) ?? {}),
    registers: registersOf(facts),
    tickets: {
      counted: tallies.filter(({ voided }) => voided === undefined).length,
      voided: tallies.filter(({ voided }) => voided === true).length,
    },
    missing: points.map(({ kind, register, text, next }) => ({ kind, register: register ?? null, text, next })),
    waivers: facts.waivers.map(({ what, register, range, ranges, names, amounts, by, reason, occurredAt }) => ({
      what,
      register: register ?? null,
      numbers: coveredText(ranges ?? (range === undefined ? [] : [range]), names, amounts),
      by,
      reason,
      at: occurredAt,
    })),
    tenders: tendersOf(facts).map(({ amount, ...tender }) => ({ ...tender, amount: money(amount, tender.currency) })),
    drawers: drawersOf(facts, hub.policy, store, businessDate).map(
      ({ register, tender, currency, opening, taken, moved, expected, count, after }) => ({
        register,
        tender,
        currency,
        opening: money(opening, currency),
        taken: money(taken, currency),
        moved: money(moved, currency),
        expected: money(expected, currency),
        counted: count === undefined ? null : money(count.counted, currency),
        overShort: count === undefined ? null : money(count.difference, currency),
        overnight: overnightOf(register, tender, currency),
        afterCount: after.tickets === 0 && after.moved === 0 ? null : money(after.taken + after.moved, currency),
      }),
    ),
    safe: (safeCountOf(facts)?.tenders ?? []).map(({ tender, currency, counted }) => ({
      tender,
      currency,
      counted: money(counted, currency),
    })),
    movements: [...facts.registers.values()]
      .flatMap(({ movements }) => movements)
      .map(({ register, kind, tender, currency, amount, reason }) => ({
        register,
        kind,
        tender,
        currency,
        amount: money(amount, currency),
        reason: reason ?? null,
      })),
    cards: cardTotalsOf(facts, hub.policy, businessDate).map(({ register, currency, batches, stated, tendered, difference }) => ({
      register: register ?? null,
      currency,
      batches: batches.map((batch) => ({ ...batch, amount: money(batch.amount, currency) })),
      stated: money(stated, currency),
      tendered: money(tendered, currency),
      difference: money(difference, currency),
    })),
    deposits: await depositsOf(hub, view, facts),
    statements: events
      .flatMap((event) =>
        event.name === "store-day.audited" || event.name === "store-day.reopened" || event.name === "store-day.reconciled"
          ? [{ statement: event.name, at: event.occurredAt, by: event.by, reason: event.reason }]
          : [],
      )
      .sort((a, b) => (a.at < b.at ? -1 : 1)),
    summaries: summariesIn(view).map(({ erpNumber, document }) => ({
      erpDocument: erpNumber,
      kind: document.kind,
      entity: document.entity,
      currency: document.currency,
      postingDate: document.postingDate,
      contributions: document.type === "journal" ? (document.contributions ?? []).length : 0,
    })),
    documents: documentsOf(view),
    approvals: view.approvals
      .filter(({ decision }) => decision === undefined)
      .map(({ asked: { kind, role, message, amount, currency, requestedBy } }) => ({
        kind,
        role,
        message,
        amount: amount === undefined ? null : money(amount, currency),
        requestedBy,
      })),
    exceptions: view.exceptions
      .filter(({ closed }) => closed === undefined)
      .map(({ opened }) => ({ class: opened.class, code: opened.code, message: opened.message })),
    next: nextOf(state, store, businessDate),
  };
}

/** "1.50" is "+1.50": over, or more stated than tendered. */
export function withSign(amount: string): string {
  return amount.startsWith("-") || /^0(\.0+)?$/.test(amount) ? amount : `+${amount}`;
}

/** What a waiver covers, in one cell; null: that a register says nothing. */
function coveredText(
  ranges: readonly { readonly from: number; readonly to: number }[],
  names: readonly string[] = [],
  amounts: readonly { readonly tender?: string | undefined; readonly currency: string; readonly amount: number }[] = [],
): string | null {
  const money = amounts.map(
    ({ tender, currency, amount }) => `${tender === undefined ? "" : `${tender} `}${formatMinorUnits(amount, currency)} ${currency}`,
  );
  const parts = [...(ranges.length === 0 ? [] : [rangesText(ranges)]), ...names, ...money];
  return parts.length === 0 ? null : parts.join(", ");
}

function registersOf({ registers }: DayFacts) {
  return [...registers.values()].map(({ register, seen, tickets, other, tallies }) => ({
    register,
    numbers: rangesText(seen),
    transactions: countOf(seen) + other,
    tickets: countOf(tickets),
    inTheDay: tallies.length,
  }));
}

function tendersOf({ registers }: DayFacts) {
  const tenders = new Map<string, { role: string; type: string; currency: string; amount: number }>();
  for (const { tallies } of registers.values())
    for (const tally of tallies)
      for (const { role, type, currency, amount } of tally.tenders) {
        const name = JSON.stringify([type, role, currency]);
        const before = tenders.get(name)?.amount ?? 0;
        tenders.set(name, { role, type, currency, amount: before + amount });
      }
  return [...tenders].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tender]) => tender);
}

/** In transit until the stream that looks for its bank line has found it. */
async function depositsOf(hub: Hub, { chains }: TransactionView, { deposits }: DayFacts) {
  const streams = new Map<string, string>();
  for (const { plans, outcomes } of chains.values())
    for (const { document } of foldPlans(plans, outcomes).told.values())
      for (const fact of document.facts) if (fact.name === "bank-deposit.sent") streams.set(document.event, document.to);
  return Promise.all(
    deposits.map(async ({ key, register, currency, amount, bag }) => {
      const stream = streams.get(key);
      const found = stream === undefined ? undefined : await readTransaction(hub.lineage, stream);
      const isBanked = found?.documents.some(({ events }) =>
        events.some(({ name }) => name === "payout.banked" || name === "bank-line.matched"),
      );
      const where = stream === undefined ? "waits for the audit" : isBanked === true ? "at the bank" : "in transit";
      return { register, currency, amount: formatMinorUnits(amount, currency), bag: bag ?? null, where };
    }),
  );
}

/** What the ERP holds of the day beside its summaries. */
function documentsOf(view: TransactionView) {
  return [...view.chains.keys()].flatMap((connection) => {
    const { plans, outcomes } = chainOf(view, connection);
    return [...foldPlans(plans, outcomes).live.values()].flatMap(({ erpNumber, document }) => {
      if (document.type !== "journal" || document.contributions !== undefined) return [];
      const debit = document.lines.reduce((total, { amount }) => total + Math.max(amount, 0), 0);
      const { kind, entity, currency, postingDate } = document;
      return [{ erpDocument: erpNumber, kind, entity, currency, postingDate, debit: formatMinorUnits(debit, currency) }];
    });
  });
}

function nextOf(state: StoreDayState, store: string, businessDate: string): string {
  const where = `--store ${store} --date ${businessDate}`;
  switch (state) {
    case "received":
      return `Find what is missing, or waive it: store-day waive ${where} --what sequence --register N --from N --to N --actor NAME --reason TEXT`;
    case "validated":
      return "Have the drawers counted and the card totals found, or waive them: store-day waive";
    case "totalled":
      return `Audit the day: store-day audit ${where} --actor NAME --reason TEXT`;
    case "reopened":
      return `Mend what it was reopened for, then audit it again: store-day audit ${where} --actor NAME --reason TEXT`;
    case "audited":
    case "posting":
    case "revised":
      return "Nothing: the day is being posted.";
    case "parked":
      return "Decide or mend what is listed under approvals and exceptions; the rest posts by itself.";
    case "rejected":
      return "What was to be posted was refused: have the drawer counted again, or ask for the approval with what explains it.";
    case "posted":
      return `When deposits and card batches are found at the bank: store-day reconcile ${where} --actor NAME --reason TEXT`;
    case "reconciled":
      return "Nothing: the day is closed.";
  }
}

export function storeDayText(day: StoreDayReport, columns: number): string {
  const parts = [
    heading(`Store ${day.store}, ${day.name}, ${day.businessDate}: ${day.state}`),
    `${day.tickets.counted} tickets${day.tickets.voided > 0 ? `, ${day.tickets.voided} voided` : ""}${day.auditDueAt === undefined ? "" : `; audit due ${day.auditDueAt.slice(0, 16).replace("T", " ")} UTC`}`,
    ...day.statements.map(
      ({ statement, at, by, reason }) =>
        `  ${at.slice(0, 19).replace("T", " ")} UTC  ${statement.slice("store-day.".length)} by ${by}: ${reason}`,
    ),
  ];
  const section = (title: string, heads: readonly string[], right: readonly number[], rows: readonly (readonly string[])[]) => {
    if (rows.length === 0) return;
    const heading = heads.map((each, index) => ({ title: each, ...(right.includes(index) ? { align: "right" as const } : {}) }));
    parts.push("", title, table(heading, rows, columns));
  };
  section(
    "Registers",
    ["register", "numbers", "transactions", "tickets", "in the day"],
    [2, 3, 4],
    day.registers.map((each) => [each.register, each.numbers, String(each.transactions), String(each.tickets), String(each.inTheDay)]),
  );
  if (day.missing.length > 0) parts.push("", "Missing", ...day.missing.map(({ text, next }) => `  ${text}. Next: ${next}.`));
  section(
    "Waived",
    ["what", "register", "numbers", "by", "reason"],
    [],
    day.waivers.map(({ what, register, numbers, by, reason }) => [what, register ?? "", numbers ?? "", by, reason]),
  );
  section(
    "Tenders",
    ["tender", "kept in", "currency", "amount"],
    [3],
    day.tenders.map(({ type, role, currency, amount }) => [type, role, currency, grouped(amount)]),
  );
  section(
    "Drawers",
    ["register", "tender", "currency", "overnight", "opening", "taken", "moved", "expected", "counted", "over/short"],
    [3, 4, 5, 6, 7, 8, 9],
    day.drawers.map((each) => [
      each.register,
      each.tender,
      each.currency,
      each.overnight === null ? "" : withSign(each.overnight),
      each.opening,
      grouped(each.taken),
      withSign(each.moved),
      grouped(each.expected),
      each.counted === null ? "not counted" : grouped(each.counted),
      each.overShort === null ? "" : withSign(each.overShort),
    ]),
  );
  section(
    "Card totals",
    ["register", "batches", "currency", "stated", "tickets", "difference"],
    [3, 4, 5],
    day.cards.map((each) => [
      each.register ?? "all",
      each.batches.map(({ terminal, batch }) => `${terminal}/${batch}`).join(", "),
      each.currency,
      grouped(each.stated),
      grouped(each.tendered),
      withSign(each.difference),
    ]),
  );
  section(
    "Deposits",
    ["register", "bag", "currency", "amount", "where"],
    [3],
    day.deposits.map(({ register, bag, currency, amount, where }) => [register, bag ?? "", currency, grouped(amount), where]),
  );
  section(
    "In the ERP",
    ["document", "kind", "entity", "posted on", "contributions"],
    [4],
    [
      ...day.summaries.map((each) => [each.erpDocument, each.kind, each.entity, each.postingDate, String(each.contributions)]),
      ...day.documents.map((each) => [each.erpDocument, each.kind, each.entity, each.postingDate, ""]),
    ],
  );
  if (day.approvals.length > 0) parts.push("", "Waits for an approval", ...day.approvals.map(({ message }) => `  ${message}`));
  if (day.exceptions.length > 0)
    parts.push("", "Open exceptions", ...day.exceptions.map((each) => `  ${each.class}/${each.code}: ${each.message}`));
  parts.push("", `Next: ${day.next}`);
  return parts.join("\n");
}
