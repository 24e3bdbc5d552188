import type { BusinessEvent } from "#domain/events";
import { streamOf } from "#domain/identity";
import { type DocumentItem, documentItem, type LineageItem, outcomeKey, type PlanItem, viewTransaction } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import {
  connectionsOf,
  decidePosting,
  endOfWindow,
  leaseOf,
  type PlanStep,
  postingRules,
  type StepResult,
  toldItem,
} from "#domain/posting";
import { costedAnswer } from "./small-hub.ts";

const looksMax = 500;

/**
 * The posting protocol in memory over many transactions and an ERP that takes everything: facts wake their transaction, what is told wakes
 * the one that it is told to. Its clock goes on by a second with everything that arrives.
 */
export class StreamsHub {
  readonly #items = new Map<string, Map<string, LineageItem>>();
  readonly #awake = new Set<string>();
  #now: number;
  /** Everything that was sent or told, in its order. */
  readonly steps: PlanStep[] = [];
  #policy: Policy;

  readonly #answer: (step: PlanStep) => StepResult | undefined;

  /** `answer`: what the ERP says to a step where it does not simply take it. */
  constructor(policy: Policy, now: string, answer: (step: PlanStep) => StepResult | undefined = () => undefined) {
    this.#policy = policy;
    this.#answer = answer;
    this.#now = Date.parse(now);
  }

  get policy(): Policy {
    return this.#policy;
  }

  get transactions(): string[] {
    return [...this.#items.keys()].sort();
  }

  items(transaction: string): LineageItem[] {
    return [...(this.#items.get(transaction)?.values() ?? [])];
  }

  view(transaction: string) {
    return viewTransaction(transaction, this.items(transaction));
  }

  /** A fact arrives, perhaps again, and everything that follows from it is done before the next one. */
  arrive(transaction: string, event: BusinessEvent): void {
    this.receive(transaction, event);
    this.run();
  }

  /** A fact arrives while nobody works. */
  receive(transaction: string, event: BusinessEvent): void {
    const { kind, channel, place } = streamOf(transaction);
    const source = `${channel}:${place}:fact:${event.key}`;
    const parsed = { transaction, kind, source, channel, shop: place, events: [event], references: [], issues: [] };
    this.#insert(documentItem(parsed, { hash: "0", bytes: 0 }, this.#tick()));
  }

  /** The clock shows this instant, or goes on when it is later already. */
  goOnTo(instant: string): void {
    this.#now = Math.max(this.#now, Date.parse(instant));
  }

  /** Another policy is in force, and everything is looked at under it. */
  release(policy: Policy): void {
    this.#policy = policy;
    this.lookAgain();
  }

  /** Has everything looked at again, as a replay does. */
  lookAgain(): void {
    for (const transaction of this.transactions) for (const item of this.view(transaction).documents) this.#wake(item);
    this.run();
  }

  /** The windows that something contributed to are over, as far as they are by this instant; the earliest of them ends first. */
  endWindows(upTo = "9999"): void {
    const ends = this.transactions.flatMap((transaction) => {
      const told = this.view(transaction).documents.filter((document) => document.told !== undefined);
      const endsAt = endOfWindow(transaction, told.map(({ at }) => at).sort()[0]);
      return endsAt === undefined || endsAt > upTo ? [] : [{ transaction, endsAt }];
    });
    for (const { transaction, endsAt } of ends.sort((a, b) => (a.endsAt < b.endsAt ? -1 : 1))) {
      this.#now = Math.max(this.#now, Date.parse(endsAt));
      this.arrive(transaction, { name: "window.ended", schema: 1, key: "window.ended:1", version: endsAt, occurredAt: endsAt, endsAt });
    }
  }

  run(): void {
    for (let look = 0; this.#awake.size > 0; look += 1) {
      if (look === looksMax) throw new Error(`${[...this.#awake].join(", ")} do not come to rest`);
      const [next = ""] = this.#awake;
      this.#awake.delete(next);
      const [transaction = "", connection = ""] = next.split(" ");
      this.#look(transaction, connection);
    }
  }

  #look(transaction: string, connection: string): void {
    const decision = decidePosting({
      view: this.view(transaction),
      connection,
      policy: this.#policy,
      rules: postingRules,
      lease: leaseOf(this.#policy.connections[connection]!),
      now: this.#iso(),
      coveredKeys: this.view(transaction).documents.map(({ key }) => key),
    });
    for (const item of decision.exceptions) this.#insert(item);
    if ("approvals" in decision) for (const item of decision.approvals ?? []) this.#insert(item);
    if (decision.kind !== "plan") return;
    const isDone = this.#execute(decision.plan);
    // A remark of the ERP is looked at at once.
    if (decision.afterwards === "again" || !isDone) this.#awake.add(`${transaction} ${connection}`);
  }

  #execute(plan: PlanItem): boolean {
    const at = this.#tick();
    this.#insert(plan);
    this.steps.push(...plan.steps);
    for (const step of plan.steps) if (step.kind === "tell") this.#insert(toldItem(plan, step, at));
    const { transaction, connection, number } = plan;
    const results = plan.steps.map(
      (step): StepResult => (step.kind === "tell" ? { kind: "done", number: "told" } : (this.#answer(step) ?? costedAnswer(step))),
    );
    this.#insert({ type: "outcome", transaction, key: outcomeKey(connection, number), at, connection, number, results });
    return results.every(({ kind }) => kind === "done");
  }

  #insert(item: LineageItem): void {
    let items = this.#items.get(item.transaction);
    if (items === undefined) this.#items.set(item.transaction, (items = new Map()));
    if (!items.has(item.key)) items.set(item.key, item);
    if (item.type === "document") this.#wake(item);
  }

  #wake(item: DocumentItem): void {
    for (const connection of connectionsOf(item, this.#policy)) this.#awake.add(`${item.transaction} ${connection}`);
  }

  #tick(): string {
    this.#now += 1000;
    return this.#iso();
  }

  #iso(): string {
    return new Date(this.#now).toISOString();
  }
}
