import { bankFormats, mappedFormats, settlementSources } from "#adapters/settlement-formats";
import { sha256Hex } from "#domain/canonical";
import type { BusinessEvent } from "#domain/events";
import {
  type DocumentItem,
  documentItem,
  type ExceptionItem,
  type LineageItem,
  outcomeKey,
  type ParsedDocument,
  viewTransaction,
} from "#domain/lineage";
import {
  type BoundDocument,
  connectionsOf,
  decidePosting,
  foldPlans,
  leaseOf,
  postingRules,
  rateFacts,
  waitsForRate,
} from "#domain/posting";
import { createHandler as createCheck } from "#functions/check-settlement-file";
import { createHandler as createIngest } from "#functions/ingest-settlement-chunk";
import { createHandler } from "#functions/match-settlements";
import { createHandler as createResolve } from "#functions/resolve-exception";
import type { LineageStore } from "#ports/lineage-store";
import type { References } from "#ports/references";
import { settlementPolicy } from "./settlement-policy.ts";

const looksMax = 2_000;

/**
 * The hub in memory, for streams that find each other: facts are inserted, announced to whoever waits for their names, matched and posted
 * by the product's own functions and rules, over an ERP that takes everything.
 */
export class SettlementWorld {
  readonly #items = new Map<string, Map<string, LineageItem>>();
  readonly #names = new Map<string, Set<string>>();
  readonly #waiting = new Map<string, Set<string>>();
  readonly #unannounced: DocumentItem[] = [];
  #milliseconds = Date.parse("2026-12-01T08:00:00.000Z");

  readonly #lineage: LineageStore = {
    insert: async (items) => items.map((item) => this.#insert(item)),
    get: async (transaction, key) => this.#items.get(transaction)?.get(key),
    page: async (transaction) => ({ items: [...(this.#items.get(transaction)?.values() ?? [])] }),
    removeRawBody: async () => false,
    transactions: async () => ({ transactions: this.transactions() }),
  };
  readonly #references: References = {
    put: async (entries) => {
      for (const { reference, transaction } of entries) add(this.#names, `${reference.type} ${reference.value}`, transaction);
    },
    find: async (type, value) => [...(this.#names.get(`${type} ${value}`) ?? [])],
    wait: async (reference, waiter) => add(this.#waiting, `${reference.type} ${reference.value}`, waiter),
    waiters: async (references) => [
      ...new Set(references.flatMap(({ type, value }) => [...(this.#waiting.get(`${type} ${value}`) ?? [])])),
    ],
  };
  readonly #policies = {
    current: async () => settlementPolicy,
    reload: async () => settlementPolicy,
    lastRelease: async () => ({ release: 1, at: "2026-01-01T00:00:00.000Z", everywhereAt: "2026-01-01T00:00:00.000Z" }),
  };
  readonly #stored = new Map<string, Uint8Array>();
  readonly #files = {
    lineage: this.#lineage,
    policies: this.#policies,
    clock: { now: () => this.#now() },
    documents: {
      put: async (address: string, bytes: Uint8Array) => void this.#stored.set(address, bytes),
      get: async (address: string) => this.#stored.get(address),
      readRange: async (address: string, start: number, end: number) => this.#stored.get(address)?.subarray(start, end),
      size: async (address: string) => this.#stored.get(address)?.length,
    },
  };
  readonly #check = createCheck({
    ...this.#files,
    sources: settlementSources,
    banks: bankFormats,
    mapped: mappedFormats,
  });
  readonly #ingest = createIngest(this.#files);
  readonly #match = createHandler({
    lineage: this.#lineage,
    references: this.#references,
    policies: this.#policies,
    clock: { now: () => this.#now() },
    metrics: { record: () => {} } as never,
  });

  readonly #resolve = createResolve({
    lineage: this.#lineage,
    references: this.#references,
    policies: this.#policies,
    clock: { now: () => this.#now() },
  });

  /** A report or statement is dropped, checked and taken in by the product's own functions; answers what holds it. */
  async takeIn(file: string, bytes: Uint8Array): Promise<readonly string[]> {
    const drop = `drops/settlement/${sha256Hex(bytes)}`;
    this.#stored.set(drop, bytes);
    const checked = await this.#check({ drop, file, receivedAt: this.#now() });
    if (checked.outcome === "held") return checked.issues.map(({ message }) => message);
    for (const chunk of checked.chunks) await this.#ingest({ drop, manifest: checked.manifest, chunk, receivedAt: checked.receivedAt });
    await this.#settle();
    return [];
  }

  transactions(): string[] {
    return [...this.#items.keys()].sort();
  }

  factsOf(transaction: string): readonly BusinessEvent[] {
    return this.view(transaction).documents.flatMap(({ events }) => events);
  }

  view(transaction: string) {
    return viewTransaction(transaction, [...(this.#items.get(transaction)?.values() ?? [])]);
  }

  /** A document arrives, perhaps again, and everything that follows from it happens. */
  async arrive(parsed: ParsedDocument): Promise<void> {
    await this.#lineage.insert([documentItem(parsed, { hash: "0", bytes: 0 }, this.#now())]);
    await this.#settle();
  }

  /** A person resolves an exception, and everything that follows from it happens; answers what came of it. */
  async resolve({ transaction, key }: ExceptionItem, means: { writeOff?: boolean; payout?: string } = {}): Promise<string> {
    const said = { transaction, exception: key, by: "Ana Ruiz", reason: "compared at the bank", ...means };
    const { outcome } = await this.#resolve(said);
    await this.#settle();
    const [first] = this.view(transaction).documents;
    for (const connection of first === undefined ? [] : connectionsOf(first, settlementPolicy)) this.#post(transaction, connection);
    return outcome;
  }

  async #settle(): Promise<void> {
    for (let look = 0; this.#unannounced.length > 0; look += 1) {
      if (look === looksMax) throw new Error("the world does not come to rest");
      await this.#announce(this.#unannounced.shift()!);
    }
  }

  /** Every document that stands in an ERP. */
  posted(): readonly BoundDocument[] {
    return this.transactions().flatMap((transaction) =>
      [...this.view(transaction).chains.values()].flatMap(({ plans, outcomes }) =>
        [...foldPlans(plans, outcomes).live.values()].map(({ document }) => document),
      ),
    );
  }

  async #announce(document: DocumentItem): Promise<void> {
    const { transaction, references } = document;
    await this.#references.put(references.map((reference) => ({ reference, transaction })));
    const woken = await this.#references.waiters(references);
    const looks = new Set([...woken, ...(document.events.some(({ name }) => toMatch.has(name)) ? [transaction] : [])]);
    const transactions = [...looks].map((id) => ({ id }));
    if (transactions.length > 0) {
      const { failures, unreadable } = await this.#match({ queue: "matching", messages: [{ id: "1", body: { transactions } }] });
      if (failures.length + unreadable.length > 0) throw new Error(`a look failed: ${[...looks].join(", ")}`);
    }
    for (const connection of connectionsOf(document, settlementPolicy)) this.#post(transaction, connection);
  }

  #post(transaction: string, connection: string): void {
    for (let round = 0; round < 10; round += 1) {
      const decision = decidePosting({
        view: this.view(transaction),
        connection,
        policy: settlementPolicy,
        rules: postingRules,
        lease: leaseOf(settlementPolicy.connections[connection]!),
        now: this.#now(),
        coveredKeys: undefined,
      });
      for (const item of decision.exceptions) this.#insert(item);
      const view = this.view(transaction);
      const rates = waitsForRate(view, decision) ? rateFacts(view, settlementPolicy, postingRules) : [];
      const fixed = rates.map((rate) => this.#insert(documentItem(rate, { hash: "0", bytes: 0 }, this.#now())));
      if (decision.kind !== "plan") {
        if (fixed.includes("inserted")) continue;
        return;
      }
      const { plan } = decision;
      this.#insert(plan);
      const results = plan.steps.map(() => ({ kind: "done", number: "1" }) as const);
      const key = outcomeKey(connection, plan.number);
      this.#insert({ type: "outcome", transaction, key, at: this.#now(), connection, number: plan.number, results });
    }
  }

  #insert(item: LineageItem): "inserted" | "conflict" {
    const known = this.#items.get(item.transaction) ?? new Map<string, LineageItem>();
    this.#items.set(item.transaction, known);
    if (known.has(item.key)) return "conflict";
    known.set(item.key, item);
    if (item.type === "document") this.#unannounced.push(item);
    return "inserted";
  }

  /** Every reading is a millisecond later. */
  #now(): string {
    this.#milliseconds += 1;
    return new Date(this.#milliseconds).toISOString();
  }
}

const toMatch: ReadonlySet<string> = new Set(["settlement.recorded", "bank-line.booked"]);

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, new Set([value]));
  else known.add(value);
}
