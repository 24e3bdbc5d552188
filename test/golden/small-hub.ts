import { contentHash } from "#domain/canonical";
import type { BusinessEvent } from "#domain/events";
import {
  type DocumentItem,
  documentItem,
  type LineageItem,
  outcomeKey,
  type PlanItem,
  type TransactionView,
  viewTransaction,
} from "#domain/lineage";
import {
  type BoundDocument,
  connectionsOf,
  decidePosting,
  leaseOf,
  type PlanStep,
  type PostingRules,
  postingRules,
  rateFacts,
  type StepResult,
  waitsForRate,
} from "#domain/posting";
import { goldenPolicy, unitCosts } from "./golden-policy.ts";

const now = "2026-11-27T23:00:00.000Z";
// A run decides a few times at most: a cost has to be told, and the legs that wait for it follow.
const looksMax = 12;

/** The posting protocol in memory over an ERP that takes everything: a fact wakes the connections that it may concern, and these decide. */
export class SmallHub {
  readonly #transaction: string;
  readonly #items = new Map<string, LineageItem>();
  readonly #awake = new Set<string>();
  /** Everything that was sent, in its order. */
  readonly steps: PlanStep[] = [];

  #working: ReadonlySet<string>;
  #rules = remembering(postingRules);

  /** `working`: the connections whose ERP can be reached; absent: all. */
  constructor(transaction: string, working: readonly string[] = Object.keys(goldenPolicy.connections)) {
    this.#transaction = transaction;
    this.#working = new Set(working);
  }

  /** From now on these ERPs can be reached, and what waited for them goes on. */
  open(working: readonly string[]): void {
    this.#working = new Set(working);
    this.#run();
  }

  /** A hub of its own that goes on from here. */
  copy(): SmallHub {
    const copy = new SmallHub(this.#transaction, [...this.#working]);
    copy.#rules = this.#rules;
    for (const [key, item] of this.#items) copy.#items.set(key, item);
    for (const connection of this.#awake) copy.#awake.add(connection);
    copy.steps.push(...this.steps);
    return copy;
  }

  /** All that decides what becomes of it: what is on record, and who is still to look. Hubs of one name go on alike. */
  get name(): string {
    return [...[...this.#items.values()].map(nameOfItem).sort(), ...[...this.#awake].sort()].join(" ");
  }

  get view(): TransactionView {
    return viewTransaction(this.#transaction, [...this.#items.values()]);
  }

  /** A fact arrives, perhaps again: the same content is inserted once, and announced again. */
  arrive(event: BusinessEvent): void {
    const item = documentOf(event, this.#transaction);
    if (!this.#items.has(item.key)) this.#items.set(item.key, item);
    for (const connection of connectionsOf(item, goldenPolicy)) this.#awake.add(connection);
    this.#run();
  }

  #run(): void {
    for (let look = 0; this.#awake.size > 0; look += 1) {
      if (look === looksMax) throw new Error(`${this.#transaction} does not come to rest`);
      const able = [...this.#awake].filter((connection) => this.#working.has(connection)).sort();
      // Nothing moves that somebody waits for: the queue would deliver again later.
      if (!able.map((connection) => this.#look(connection)).includes(true)) return;
    }
  }

  /** True when something was posted. What is settled or held sleeps until the next fact; what is busy looks again. */
  #look(connection: string): boolean {
    const decision = decidePosting({
      view: this.view,
      connection,
      policy: goldenPolicy,
      rules: this.#rules,
      lease: leaseOf(goldenPolicy.connections[connection]!),
      now,
      coveredKeys: undefined,
    });
    if (waitsForRate(this.view, decision) && this.#fixRates()) return true;
    for (const item of decision.exceptions) this.#items.set(item.key, item);
    if (decision.kind === "take-over") throw new Error("no plan of this hub is ever left without an outcome");
    if (decision.kind === "settled" || decision.kind === "held") this.#awake.delete(connection);
    if (decision.kind !== "plan") return false;
    if (decision.afterwards !== "again") this.#awake.delete(connection);
    this.#execute(decision.plan);
    return true;
  }

  /** True when a rate that documents wait for is on record now and was not before. */
  #fixRates(): boolean {
    const facts = rateFacts(this.view, goldenPolicy, this.#rules).map((fact) => documentItem(fact, { hash: "0", bytes: 0 }, now));
    const fresh = facts.filter((item) => !this.#items.has(item.key));
    for (const item of fresh) this.#items.set(item.key, item);
    return fresh.length > 0;
  }

  #execute(plan: PlanItem): void {
    this.#items.set(plan.key, plan);
    this.steps.push(...plan.steps);
    const key = outcomeKey(plan.connection, plan.number);
    const { transaction, connection, number } = plan;
    this.#items.set(key, { type: "outcome", transaction, key, at: now, connection, number, results: plan.steps.map(costedAnswer) });
  }
}

/** The ERP: a number for everything, and for goods what they cost: constant, wherever they lie. */
export function costedAnswer(step: PlanStep): StepResult {
  if (step.kind !== "post" || step.document.type !== "stock") return { kind: "done", number: "1" };
  const costs = step.document.movements.map(({ id, item, quantityMillionths, totalCost }) => ({
    movement: id,
    totalCost: totalCost ?? Math.round((Math.abs(quantityMillionths) * (unitCosts[item] ?? 0)) / 1_000_000),
  }));
  return { kind: "done", number: "1", costs };
}

/**
 * Role and dimensions of every line that a document puts in the books, also those that the ERP books for its goods: in the document's currency,
 * and in that of the books where it is another one.
 */
export function bookedLines(document: BoundDocument): { readonly name: string; readonly amount: number }[] {
  if (document.type === "journal") {
    const { entity, currency, functionalCurrency, lines } = document;
    return lines.flatMap(({ role, dimensions, amount, functionalAmount }) => [
      { name: `${entity} ${currency} ${nameOf(role, dimensions)}`, amount },
      ...(functionalCurrency === currency
        ? []
        : [{ name: `${entity} ${functionalCurrency} for ${currency} ${nameOf(role, dimensions)}`, amount: functionalAmount }]),
    ]);
  }
  return document.movements.flatMap(({ item, itemClass, location, quantityMillionths, totalCost, counterRole, counterDimensions }) => {
    const cost = totalCost ?? Math.round((Math.abs(quantityMillionths) * (unitCosts[item] ?? 0)) / 1_000_000);
    const signed = quantityMillionths < 0 ? -cost : cost;
    const own = { location, "item-class": itemClass };
    const head = `${document.entity} ${document.functionalCurrency}`;
    return [
      { name: `${head} ${nameOf("inventory", own)}`, amount: signed },
      { name: `${head} ${nameOf(counterRole, counterDimensions ?? own)}`, amount: -signed },
    ];
  });
}

function nameOf(role: string, dimensions: Readonly<Record<string, string>>): string {
  return `${role} ${JSON.stringify(dimensions)}`;
}

/** The target is a pure function of its facts: the same facts in the same hands are not walked again. */
function remembering(rules: PostingRules): PostingRules {
  const targets = new Map<string, ReturnType<PostingRules["target"]>>();
  const numbers = new Map<BusinessEvent, number>();
  return {
    ...rules,
    target: (events, policy, transaction) => {
      const facts = events.map((event) => {
        const number = numbers.get(event) ?? numbers.size;
        numbers.set(event, number);
        return number;
      });
      const name = `${transaction} ${facts.join()}`;
      const target = targets.get(name) ?? rules.target(events, policy, transaction);
      targets.set(name, target);
      return target;
    },
  };
}

const itemNames = new WeakMap<LineageItem, string>();

function nameOfItem(item: LineageItem): string {
  const before = itemNames.get(item);
  if (before !== undefined) return before;
  const name = contentHash(item);
  itemNames.set(item, name);
  return name;
}

const known = new WeakMap<BusinessEvent, DocumentItem>();

function documentOf(event: BusinessEvent, transaction: string): DocumentItem {
  const before = known.get(event);
  if (before !== undefined) return before;
  const [kind = "", channel = "", place = ""] = transaction.split(":");
  const source = `${channel}:${place}:fact:${event.key}`;
  const parsed = {
    transaction,
    kind: kind as DocumentItem["kind"],
    source,
    channel,
    shop: place,
    events: [event],
    references: [],
    issues: [],
  };
  const item = documentItem(parsed, { hash: "0", bytes: 0 }, now);
  known.set(event, item);
  return item;
}
