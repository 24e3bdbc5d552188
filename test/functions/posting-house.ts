import type { UnreadablePolicy } from "#domain/failures";
import type { TargetDocument } from "#domain/ledger";
import { documentItem, type LineageItem } from "#domain/lineage";
import type { TokenRequest } from "#domain/pace";
import type { Policy } from "#domain/policy";
import type { PostingRules, StepResult } from "#domain/posting";
import { createHandler as createDecide } from "#functions/decide-postings";
import { createHandler as createExecute } from "#functions/execute-postings";
import type { Erp, StepAnswer } from "#ports/erp";
import type { InsertAnswer } from "#ports/lineage-store";
import type { Metrics } from "#ports/metrics";
import type { LastRelease } from "#ports/policy-store";
import type { TokenAnswer } from "#ports/rate-limit";

export const connection = "erp";

export const policy = {
  release: 1,
  version: "v1",
  entities: { E: { name: "E", functionalCurrency: "USD", connection, erpCompany: "E", timeZone: "UTC" } },
  shops: {},
  stores: {},
  locations: {},
  items: { unknown: "accept", defaultClass: "x", list: {} },
  tenders: [],
  taxes: [],
  jurisdictions: {},
  accounts: ["payment-clearing", "sales"].map((role) => ({
    role,
    when: {},
    account: role,
    name: role,
    from: "2000-01-01",
    why: "test",
    layer: 0,
  })),
  elections: [],
  tolerances: [{ tolerance: "ticketTaxGroup", minorUnits: 1, when: {}, from: "2020-01-01", why: "test", layer: 0 }],
  returns: [],
  approvals: [],
  connections: {
    [connection]: {
      adapter: "sandbox",
      inventoryJournal: "erp",
      leaseSeconds: 60,
      requestTimeoutSeconds: 2,
      serverRunSeconds: 1,
      clockSkewSeconds: 5,
      visibilityLagSeconds: 0,
    },
  },
} satisfies Policy;

/** The stream that hears of the fact "return". */
export const otherSale = "sale:test:shop:2";

/** Every fact asks for one journal of 1.00, named after it; "return" is told to another sale; the fact "poison" makes the rules fail. */
const rules: PostingRules = {
  version: 1,
  target: (events, _, transaction) => ({
    documents: events.map((event): TargetDocument => {
      if (event.key === "poison") throw new TypeError("cannot be digested");
      const head = { event: event.key, entity: "E", currency: "USD", businessDate: "2026-11-27" };
      const key = `${transaction}/${event.key}`;
      if (event.key === "return") return { type: "told", key, kind: "told", ...head, to: otherSale, facts: [event] };
      return {
        type: "journal",
        key: `${transaction}/${event.key}`,
        kind: "capture",
        event: event.key,
        entity: "E",
        currency: "USD",
        businessDate: "2026-11-27",
        lines: [
          { role: "payment-clearing", dimensions: {}, amount: 100 },
          { role: "sales", dimensions: {}, amount: -100 },
        ],
      };
    }),
    problems: [],
    heldEvents: [],
  }),
};

/** A store, an ERP and a clock in memory, and the two halves of the posting machine over them. */
export function postingHouse(given: PostingRules = rules) {
  const items = new Map<string, LineageItem>();
  const idOf = (item: Pick<LineageItem, "transaction" | "key">) => `${item.transaction} ${item.key}`;
  const house = {
    items: () => [...items.values()],
    now: "2026-11-27T10:00:00.000Z",
    pace: "granted" as "granted" | "wait" | "open",
    /** Steps that a run is granted. */
    tokens: Number.POSITIVE_INFINITY,
    /** Until when whoever has to wait need not ask again, by his steps; unknown when absent. */
    until: undefined as ((steps: number) => string) | undefined,
    /** What each run asked of the rate limit. */
    requests: [] as (readonly TokenRequest[])[],
    measured: [] as string[],
    /** Fails a read of a transaction by throwing. */
    reading: (_: string) => {},
    reads: [] as string[],
    pageItems: Number.POSITIVE_INFINITY,
    policy: policy as Policy,
    reloaded: policy as Policy,
    /** Instead of a policy. */
    unreadable: undefined as UnreadablePolicy | undefined,
    /** Instead of an answer of the pace. */
    paceFailure: undefined as Error | undefined,
    /** The last release on record; by default the one in hand. */
    lastRelease: (): LastRelease => ({
      release: house.policy.release,
      at: "2026-11-01T00:00:00.000Z",
      everywhereAt: "2026-11-01T00:01:30.000Z",
    }),
    senders: "any" as "one" | "any",
    /** How often the turn of a sender was given back. */
    turnsGiven: 0,
    idempotency: "native" as Erp["capabilities"]["idempotency"],
    /** How the ERP answers a step; found keys are what it says it holds. */
    answer: ((key: string) => ({ kind: "done", number: `N-${key}` })) as (erpKey: string) => StepAnswer,
    held: new Map<string, StepResult>(),
    finding: () => {},
    inserting: ((_: LineageItem) => undefined) as (item: LineageItem) => InsertAnswer | undefined,
    sent: [] as string[][],
    groups: [] as string[][],
    asked: [] as string[],
    reports: [] as string[],
    /** Records a fact of a transaction. */
    fact(
      transaction: string,
      key: string,
      issues: { class: "money.amount-mismatch"; code: string; cause: string; message: string }[] = [],
    ) {
      const event = {
        name: "order.cancelled" as const,
        schema: 1 as const,
        key,
        version: "1",
        occurredAt: "2026-11-27T00:00:00.000Z",
        orderId: "1",
      };
      const source = `test:shop:fact:${key}`;
      const parsed = { transaction, kind: "sale" as const, source, channel: "test", shop: "shop", events: [event], references: [], issues };
      const item = documentItem(parsed, { hash: "0", bytes: 0 }, house.now);
      items.set(idOf(item), item);
      return item;
    },
    put(item: LineageItem) {
      items.set(idOf(item), item);
    },
  };
  const lineage = {
    insert: async (given: readonly LineageItem[]) =>
      given.map((item): InsertAnswer => {
        const forced = house.inserting(item);
        if (forced !== undefined) return forced;
        if (items.has(idOf(item))) return "conflict";
        items.set(idOf(item), item);
        return "inserted";
      }),
    get: async (transaction: string, key: string) => items.get(`${transaction} ${key}`),
    page: async (transaction: string, before: string | undefined) => {
      house.reads.push(before === undefined ? transaction : `${transaction} below ${before}`);
      house.reading(transaction);
      const below = [...items.values()].filter((item) => item.transaction === transaction && (before === undefined || item.key < before));
      const descending = below.sort((a, b) => (a.key < b.key ? 1 : -1));
      const found = descending.slice(0, house.pageItems);
      const last = found.at(-1);
      return found.length < descending.length && last !== undefined ? { items: found, next: last.key } : { items: found };
    },
    removeRawBody: unused,
    transactions: unused,
  };
  const stored = new Map<string, Uint8Array>();
  const documents = {
    put: async (address: string, bytes: Uint8Array) => void stored.set(address, bytes),
    get: async (address: string) => stored.get(address),
    readRange: unused,
    size: unused,
  };
  const erp: Erp = {
    get capabilities() {
      return {
        idempotency: house.idempotency,
        inventoryJournal: "erp" as const,
        correctionStyles: [],
        maxStepsPerCall: 2,
        linesPerJournalMax: 500,
        ...(house.senders === "one" ? { sendersMax: 1 as const } : {}),
      };
    },
    submit: async (groups) => {
      house.sent.push(groups.flat().map((step) => step.erpKey));
      house.groups.push(...groups.map((group) => group.map((step) => step.erpKey)));
      return groups.map((group) => group.map((step) => house.answer(step.erpKey)));
    },
    find: async (keys) => {
      house.asked.push(...keys);
      house.finding();
      return keys.map((key) => house.held.get(key));
    },
    journals: unused,
    documentKeys: unused,
    trialBalance: unused,
    stock: unused,
    masterData: unused,
  };
  const references = { put: unused, find: unused, wait: unused, waiters: unused };
  const clock = { now: () => house.now };
  const acquire = async (_: string, requests: readonly TokenRequest[]): Promise<TokenAnswer[]> => {
    // As on AWS, where the pace is asked of the policies.
    const failure = house.unreadable ?? house.paceFailure;
    if (failure !== undefined) throw failure;
    house.requests.push(requests);
    let { tokens } = house;
    return requests.map(({ documents, place }, index) => {
      if (documents === 0 || (house.pace === "granted" && documents <= tokens)) {
        tokens -= documents;
        return { answer: "granted" };
      }
      if (house.pace === "open") return { answer: "open", ...(place && { place }) };
      return { answer: "wait", place: place ?? { line: 1, mark: index, documents }, ...(house.until && { until: house.until(documents) }) };
    });
  };
  const rateLimit = {
    acquire,
    report: async (_: string, outcome: string, pauseSeconds?: number) => {
      house.reports.push(pauseSeconds === undefined ? outcome : `${outcome} for ${pauseSeconds} s`);
    },
    release: async () => void (house.turnsGiven += 1),
  };
  const policies = {
    current: async () => {
      if (house.unreadable !== undefined) throw house.unreadable;
      return house.policy;
    },
    reload: async () => house.reloaded,
    lastRelease: async () => house.lastRelease(),
  };
  const metrics: Metrics = {
    record: (name, value, _unit, dimensions) => void house.measured.push(`${name} ${Object.values(dimensions).join(" ")} ${value}`),
  };
  const decide = createDecide({ lineage, references, documents, policies, rateLimit, metrics, clock, rules: given });
  const execute = createExecute({ lineage, rateLimit, clock, erp: () => erp });
  return Object.assign(house, { decide, execute, lineage, clock, stored });
}

function unused(): Promise<never> {
  return Promise.reject(new Error("not a part of posting"));
}
