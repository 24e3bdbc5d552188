import { Invalid } from "#domain/failures";
import { type DocumentItem, documentItem } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import type { PostingRules, TargetDocument } from "#domain/posting";
import { createHandler as createDecide, postingRun } from "#functions/decide-postings";
import { createHandler as createExecute } from "#functions/execute-postings";
import type { ErpKind } from "./model-erp.ts";
import { ModelWorld, type PendingEffect, type Weakness } from "./model-world.ts";

const transaction = "sale:shopify:model.example:1";
const connection = "erp";
const kinds: readonly ErpKind[] = ["refuses", "upserts", "asked-afterwards"];
const facts = ["create", "capture", "edit", "ship", "void", "refund"] as const;
type Fact = (typeof facts)[number];

// The platform ends an execution after this long.
const executionMsMax = 60_000;
// Faults happen this long; then everything still has to come to rest.
const faultyTicks = 300;

const policy: Policy = {
  release: 1,
  version: "1",
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
    why: "model",
    layer: 0,
  })),
  tolerances: { ticketTaxGroupMinorUnits: 1, why: "model" },
  connections: {
    [connection]: {
      adapter: "sandbox",
      inventoryJournal: "erp",
      leaseSeconds: 70,
      requestTimeoutSeconds: 2,
      serverRunSeconds: 1,
      clockSkewSeconds: 5,
      visibilityLagSeconds: 0,
    },
  },
};

/** What the facts ask for: document name → amount. An edit changes the amounts, a void takes the capture away. */
function wanted(known: ReadonlySet<string>): Map<string, number> {
  const documents = new Map<string, number>();
  if (!known.has("create")) return documents;
  const amount = known.has("edit") ? 90 : 100;
  if (known.has("capture") && !known.has("void")) documents.set("capture", amount);
  if (known.has("ship")) documents.set("ship", amount);
  if (known.has("capture") && known.has("refund")) documents.set("refund", 10);
  return documents;
}

const rules: PostingRules = {
  version: 1,
  target: (events) => ({
    documents: [...wanted(new Set(events.map((event) => event.key)))].map(([name, amount]) => journal(name, amount)),
    problems: [],
    heldEvents: [],
  }),
};

function journal(name: string, amount: number): TargetDocument {
  return {
    type: "journal",
    key: `${transaction}/${name}`,
    kind: name,
    event: name,
    entity: "E",
    currency: "USD",
    businessDate: "2026-11-27",
    lines: [
      { role: "payment-clearing", dimensions: {}, amount },
      { role: "sales", dimensions: {}, amount: -amount },
    ],
  };
}

function factDocument(fact: Fact): DocumentItem {
  const event = {
    name: "order.cancelled" as const,
    schema: 1 as const,
    key: fact,
    version: "1",
    occurredAt: "2026-11-27T00:00:00.000Z",
    orderId: "1",
  };
  const source = `model:model.example:fact:${fact}`;
  const parsed = {
    transaction,
    kind: "sale" as const,
    source,
    channel: "model",
    shop: "model.example",
    events: [event],
    references: [],
    issues: [],
  };
  return documentItem(parsed, { hash: "0", bytes: 0 }, "2026-11-27T00:00:00.000Z");
}

interface Execution {
  readonly since: number;
  /** Messages that were in the queue when it began: acknowledged when its answer is settled or held. */
  readonly messages: readonly number[];
  /** How often it gets its turn, against 1: a sleeper wakes late, within its time-out. */
  readonly pace: number;
  pending: PendingEffect[];
  answer?: "settled" | "held" | "busy" | "failed";
}

export interface SimulationResult {
  readonly erp: ErpKind;
  readonly problems: readonly string[];
}

/** One seed decides everything: which facts come when, who runs, sleeps, crashes, and which answers get lost. */
export async function simulatePosting(seed: number, weakness: Weakness): Promise<SimulationResult> {
  const random = generator(seed);
  const chance = (probability: number) => random() < probability;
  const kind = kinds[seed % 3] as ErpKind;
  const world = new ModelWorld(kind, random, weakness);
  // The weather is drawn per seed: calm runs reach deep states, stormy ones strange ones.
  const weather = {
    crash: random() * 0.04,
    loss: random() * 0.2,
    duplicate: random() * 0.3,
    arrival: 0.02 + random() * 0.1,
    sleepers: random() * 0.6,
  };
  const coming = facts.filter(() => chance(0.8)).sort(() => random() - 0.5);
  const known = new Set<string>();
  const queue = new Set<number>();
  let running: Execution[] = [];
  let messages = 0;
  let faults = true;

  const start = () => {
    const execution: Execution = { since: world.now, messages: [...queue], pace: chance(weather.sleepers) ? 0.06 : 1, pending: [] };
    running.push(execution);
    const ports = world.ports(Math.floor(random() * 5000) - 2500, (effect) => execution.pending.push(effect));
    void execute(ports).then(
      (answer) => (execution.answer = answer),
      () => (execution.answer = "failed"),
    );
  };

  let tick = 0;
  for (; tick < 3000; tick += 1) {
    if (tick === faultyTicks) faults = false;
    const step = chance(0.03) ? Math.floor(random() * 60_000) : Math.floor(random() * 300);
    expireInFlight(running, world.now + step, random);
    world.now += step;
    if (coming.length > 0 && (chance(weather.arrival) || !faults)) {
      const fact = coming.shift() as Fact;
      known.add(fact);
      world.insertNow(factDocument(fact));
      queue.add((messages += 1));
    }
    if (queue.size > 0 && running.length < 4 && chance(0.2)) start();
    if (faults && running.length < 6 && chance(weather.duplicate)) start();
    await settleMicrotasks();
    for (const execution of running)
      if (execution.answer === "settled" || execution.answer === "held") for (const message of execution.messages) queue.delete(message);
    running = running.filter((execution) => execution.answer === undefined && world.now - execution.since < executionMsMax);
    if (running.length === 0) {
      if (!faults && queue.size === 0 && coming.length === 0) break;
      continue;
    }
    const execution = running[Math.floor(random() * running.length)] as Execution;
    if (!chance(execution.pace)) continue;
    const effect = execution.pending.splice(Math.floor(random() * execution.pending.length), 1)[0];
    if (effect === undefined) continue;
    if (faults && chance(weather.crash)) {
      running.splice(running.indexOf(execution), 1); // crash before the effect
      continue;
    }
    const lost = faults && chance(effect.name === "submit" ? weather.loss : weather.crash);
    if (lost) effect.lose();
    else if (faults && chance(weather.crash)) effect.drop();
    else effect.run();
    if (faults && chance(weather.crash)) running.splice(running.indexOf(execution), 1); // crash after the effect
  }
  return { erp: kind, problems: [...(tick === 3000 ? ["did not settle"] : []), ...compare(world, wanted(known))] };
}

async function execute(ports: ReturnType<ModelWorld["ports"]>): Promise<"settled" | "held" | "busy"> {
  const rateLimit = { acquire: async () => "granted" as const, report: async () => {} };
  const documents = { put: unused, get: unused, readRange: unused, size: unused };
  const policies = { current: async () => policy, reload: async () => policy };
  const decide = createDecide({ lineage: ports.lineage, documents, policies, rateLimit, clock: ports.decideClock, rules });
  const erp = (name: string) => {
    if (name !== connection) throw new Invalid(name);
    return ports.erp;
  };
  const run = createExecute({ lineage: ports.lineage, rateLimit, clock: ports.executeClock, erp });
  for (let next = postingRun(connection, [transaction]); ; ) {
    const decided = await decide(next);
    if (decided.workCount > 0) next = await run(decided);
    if (decided.workCount === 0 || next.transactionCount === 0)
      return (decided.workCount === 0 ? decided : next).answers[0]?.answer ?? "busy";
  }
}

/** A request that is under way reaches the ERP before its time-out or never; either way its answer comes too late. */
function expireInFlight(running: readonly Execution[], until: number, random: () => number): void {
  for (const execution of running) {
    const late = execution.pending.filter((effect) => effect.name === "submit" && effect.deadline < until);
    execution.pending = execution.pending.filter((effect) => !late.includes(effect));
    for (const effect of late) {
      if (random() < 0.5) effect.lose();
      else effect.drop();
    }
  }
}

function compare(world: ModelWorld, want: ReadonlyMap<string, number>): string[] {
  const problems: string[] = [];
  const live = world.erp.documents.filter((document) => document.live);
  for (const name of want.keys()) {
    const have = live.filter((document) => document.key === `${transaction}/${name}`);
    if (have.length !== 1) problems.push(`${name}: ${have.length} live documents`);
  }
  const wantedHashes = new Map(live.map((document) => [document.key, document.hash]));
  for (const item of world.items.values()) {
    if (item.type !== "plan") continue;
    for (const step of item.steps) {
      if (step.kind !== "post" || wantedHashes.get(step.key) !== step.hash || step.document.type !== "journal") continue;
      const name = step.key.slice(transaction.length + 1);
      const amount = step.document.lines[0]?.amount;
      if (want.has(name) && amount !== want.get(name)) problems.push(`${name}: holds ${amount}, wants ${want.get(name)}`);
    }
  }
  for (const document of live) if (!want.has(document.key.slice(transaction.length + 1))) problems.push(`${document.erpKey}: orphan`);
  const plans = [...world.items.values()].filter((item) => item.type === "plan").sort((a, b) => a.number - b.number);
  for (const [index, plan] of plans.entries()) {
    const forgotten = plans[index - 1]?.covers.keys?.filter((key) => plan.covers.keys?.includes(key) !== true) ?? [];
    if (forgotten.length > 0) problems.push(`plan ${plan.number} forgets ${forgotten.length} facts that plan ${plan.number - 1} knew`);
  }
  if (world.erp.refusals > 0) problems.push("refused: other content under a key");
  return problems;
}

function generator(seed: number): () => number {
  let state = (Math.imul(seed, 2654435761) ^ 0x9e3779b9) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function settleMicrotasks(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function unused(): Promise<never> {
  return Promise.reject(new Error("not part of the model"));
}
