import { exceptionClasses } from "#domain/exceptions";
import { formatQuantity } from "#domain/inventory";
import { foldFacts, type SummaryPart } from "#domain/ledger";
import { chainOf, type ExceptionState, type ReservationState, type TransactionView } from "#domain/lineage";
import { formatMinorUnits } from "#domain/money";
import { gatherFacts, type PlanStep, type StepResult, standing, summariesOf, type TellStep } from "#domain/posting";
import { exceptionId } from "./open-exceptions.ts";

/** One row of the exception desk, as `exceptions --json` gives it. */
export interface ExceptionRow {
  readonly id: string;
  readonly class: string;
  readonly code: string;
  readonly severity: string;
  readonly owner: string;
  readonly dueAt: string;
  readonly transaction: string;
  readonly document: string | null;
  /** Decimal string. */
  readonly amount: string | null;
  readonly currency: string | null;
  readonly message: string;
  /** What to do. */
  readonly action: string;
  readonly state: "open" | "closed";
}

export function rowOf({ opened: item, closed, escalations = [] }: ExceptionState): ExceptionRow {
  const data = exceptionClasses[item.class];
  const last = escalations.at(-1);
  const amount = item.amount !== undefined && item.currency !== undefined ? formatMinorUnits(item.amount, item.currency) : null;
  return {
    id: exceptionId(item.transaction, item.key),
    class: item.class,
    code: item.code,
    severity: last?.severity ?? item.severity ?? data.severity,
    owner: last?.owner ?? data.owner,
    dueAt: item.dueAt,
    transaction: item.transaction,
    document: item.document ?? null,
    amount,
    currency: item.currency ?? null,
    message: item.message,
    action: data.advice,
    state: closed === undefined ? "open" : "closed",
  };
}

export type TransactionState = "settled" | "held" | "posting" | "waiting";

/** Where a transaction stands: held by an exception, with a plan that has no answer yet, with facts that no plan covers, or settled. */
export function stateOf(view: TransactionView): TransactionState {
  const blocking = view.exceptions.some(
    ({ opened, closed }) => closed === undefined && exceptionClasses[opened.class].blocks !== "nothing",
  );
  const posting = [...view.chains.keys()].some((connection) => {
    const { plans, outcomes } = chainOf(view, connection);
    const last = plans.at(-1);
    return last !== undefined && !outcomes.has(last.number);
  });
  if (posting) return "posting";
  return blocking ? "held" : "settled";
}

export type Story = ReturnType<typeof storyOf>;

/**
 * One process state for everyone, as `lineage --json` (docs/operations.md) and the API tell it: references, events, documents, exceptions and
 * state of one transaction. `windows` are the store days and windows that it contributes to. No raw body and no personal data.
 */
export function storyOf(view: TransactionView, windows: readonly TransactionView[]) {
  const references = new Map(
    view.documents.flatMap((document) => document.references).map((reference) => [`${reference.type} ${reference.value}`, reference]),
  );
  const events = standing(view.documents)
    .flatMap((document) =>
      document.events.map((event) => ({
        document: document.key,
        receivedAt: document.at,
        quarantined: document.issues.length > 0,
        rawHash: document.raw.hash,
        toldBy: document.told?.from,
        event,
      })),
    )
    .sort((a, b) => (a.event.occurredAt < b.event.occurredAt ? -1 : a.event.occurredAt > b.event.occurredAt ? 1 : 0));
  return {
    transaction: view.transaction,
    kind: view.documents[0]?.kind ?? "sale",
    references: [...references.values()],
    events: distinct(events).map(({ event, document, receivedAt, quarantined, rawHash, toldBy }) => ({
      name: event.name,
      key: event.key,
      version: event.version,
      occurredAt: event.occurredAt,
      receivedAt,
      quarantined,
      document,
      rawHash,
      ...(toldBy === undefined ? {} : { toldBy }),
    })),
    documents: [...view.chains.keys()].flatMap((connection) => documentsOf(view, connection)),
    told: [...view.chains.keys()].flatMap((connection) => toldBy(view, connection)),
    summaries: summariesOf(view, windows).map(({ document, window, summary }) => ({
      document,
      window,
      summary: summary?.key ?? null,
      erpDocument: summary?.erpNumber ?? null,
    })),
    returns: view.reservations.map(returnOf),
    settlements: settlementsOf(view),
    exceptions: view.exceptions.map(rowOf),
    state: stateOf(view),
  };
}

/** A return that was authorised. "open": reserved until `expiresAt`, and an overdue one until somebody wants its units. */
function returnOf({ granted, end }: ReservationState) {
  const { authorization, at, channel, place, expiresAt, grant } = granted;
  return {
    authorization,
    authorizedAt: at,
    channel,
    place,
    expiresAt,
    state: end?.how ?? ("open" as const),
    endedAt: end?.at ?? null,
    /** The fact of the return that it was for. */
    event: end?.event ?? null,
    currency: grant.refund.currency,
    payable: formatMinorUnits(grant.refund.payable, grant.refund.currency),
    lines: grant.allowed.map(({ lineId, item, quantityMillionths }) => ({ lineId, item, quantity: formatQuantity(quantityMillionths) })),
  };
}

/** The settlement rows that settled a payment of this sale: how much of it, what the whole row cost, and in which payout. */
function settlementsOf(view: TransactionView) {
  const { events } = foldFacts(gatherFacts(view.documents).events);
  return events.flatMap((event) => {
    if (event.name !== "payment.settled" || event.amount === 0) return [];
    const { settlement, paymentId, amount, fee, currency, payoutId, way, confidence } = event;
    const money = { amount: formatMinorUnits(amount, currency), fee: formatMinorUnits(fee, currency), currency };
    return [{ settlement, payment: paymentId, payout: payoutId ?? null, ...money, matchedBy: way, confidence }];
  });
}

// The same content of an event may lie in several documents (an order embeds its refunds): it is told once, by its first arrival.
function distinct<Told extends { readonly event: { readonly key: string; readonly version: string }; readonly receivedAt: string }>(
  told: readonly Told[],
): Told[] {
  const first = new Map<string, Told>();
  for (const each of told) {
    const id = `${each.event.key} ${each.event.version}`;
    const known = first.get(id);
    if (known === undefined || each.receivedAt < known.receivedAt) first.set(id, each);
  }
  return [...first.values()];
}

function documentsOf(view: TransactionView, connection: string) {
  const { plans, outcomes } = chainOf(view, connection);
  return plans.flatMap((plan) =>
    plan.steps.flatMap((step, index) => {
      if (step.kind === "tell") return [];
      const result = outcomes.get(plan.number)?.results[index];
      const row = {
        connection,
        plan: plan.number,
        plannedAt: plan.at,
        step: step.kind,
        key: step.key,
        erpKey: step.erpKey,
        // What belongs to the opening balances is no document of its own in the ERP.
        erpDocument: result?.kind === "done" && step.kind !== "opening" ? result.number : null,
        answer: result?.kind ?? "none",
        ...(result?.kind === "refused" ? { refusal: result.message } : {}),
        policyVersion: plan.policyVersion,
        covers: plan.covers.count,
        ...contentOf(step, result),
      };
      return [row];
    }),
  );
}

/** What this transaction told others, in the order of its plans; no facts: what was told before is withdrawn. */
function toldBy(view: TransactionView, connection: string) {
  const { plans, outcomes } = chainOf(view, connection);
  return plans.flatMap((plan) =>
    plan.steps.flatMap((step, index) => {
      if (step.kind !== "tell") return [];
      const answer = outcomes.get(plan.number)?.results[index]?.kind ?? "none";
      const facts = (step.document?.facts ?? []).map(({ name, key }) => ({ name, key }));
      return [{ connection, plan: plan.number, plannedAt: plan.at, key: step.key, to: step.to, answer, facts }];
    }),
  );
}

interface StepContent {
  readonly entity: string;
  readonly reverses?: string;
  readonly businessDate?: string;
  readonly postingDate?: string;
  readonly currency?: string;
  /** Of the books, where it is another one. */
  readonly functionalCurrency?: string;
  readonly kind?: string;
  readonly event?: string;
  readonly lines: StoryLine[];
  readonly movements: StoryMovement[];
  readonly contributions?: StoryContribution[];
}

interface StoryLine extends Sides {
  readonly account: string;
  readonly role: string;
  /** In the currency of the books, where it is another one. */
  readonly inBooks?: Sides;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** One of them is "". */
interface Sides {
  readonly debit: string;
  readonly credit: string;
}

interface StoryMovement {
  readonly item: string;
  readonly location: string;
  readonly quantity: string;
  readonly cost: string | null;
}

/** The journal of another transaction that a summary sums up, or takes out of what an earlier one says. */
interface StoryContribution {
  readonly transaction: string;
  readonly document: string;
  readonly effect: "added" | "taken-out";
}

function contentOf(step: Exclude<PlanStep, TellStep>, result: StepResult | undefined): StepContent {
  if (step.kind === "reverse") {
    return { reverses: step.reverses, entity: step.entity, postingDate: step.postingDate, lines: [], movements: [] };
  }
  const { document } = step;
  if (document === null) return { entity: "", lines: [], movements: [] };
  const { currency, functionalCurrency } = document;
  const isForeign = functionalCurrency !== currency;
  // c33: what a line is in the books, where they are in another currency; an exchange difference is nothing else.
  const inBooks = (amount: number) => (isForeign ? { inBooks: sides(amount, functionalCurrency) } : {});
  const lines =
    document.type === "journal"
      ? document.lines.map(({ account, role, amount, functionalAmount, dimensions }) => ({
          account,
          role,
          ...sides(amount, currency),
          ...inBooks(functionalAmount),
          dimensions: { ...dimensions },
        }))
      : [];
  const costs = new Map((result?.kind === "done" ? (result.costs ?? []) : []).map((cost) => [cost.movement, cost.totalCost]));
  const movements =
    document.type === "stock"
      ? document.movements.map(({ id, item, location, quantityMillionths }) => {
          const cost = costs.get(id);
          return {
            item,
            location,
            quantity: formatQuantity(quantityMillionths),
            cost: cost === undefined ? null : formatMinorUnits(cost, document.functionalCurrency),
          };
        })
      : [];
  return {
    entity: document.entity,
    businessDate: document.businessDate,
    postingDate: document.postingDate,
    currency,
    ...(isForeign ? { functionalCurrency } : {}),
    kind: document.kind,
    event: document.event,
    lines,
    movements,
    ...(document.type === "journal" && document.contributions !== undefined
      ? { contributions: contributionsOf(document.contributions) }
      : {}),
  };
}

function sides(amount: number, currency: string): Sides {
  return {
    debit: amount > 0 ? formatMinorUnits(amount, currency) : "",
    credit: amount < 0 ? formatMinorUnits(-amount, currency) : "",
  };
}

function contributionsOf(parts: readonly SummaryPart[]): StoryContribution[] {
  return parts.map(({ document, sign }) => {
    return { transaction: document.split("/", 1)[0] ?? "", document, effect: sign > 0 ? "added" : "taken-out" };
  });
}
