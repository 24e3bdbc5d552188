import type { Sleep } from "#asl";
import { Invalid } from "#domain/failures";
import type { TargetDocument } from "#domain/ledger";
import { chainOf, type DocumentItem, documentItem, viewTransaction } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { foldPlans, type PostingRules, standing } from "#domain/posting";
import { createHandler as createDecide, postingRun } from "#functions/decide-postings";
import { createHandler as createExecute } from "#functions/execute-postings";
import type { PolicyStore } from "#ports/policy-store";
import type { ErpKind } from "./model-erp.ts";
import { ModelWorld, type PendingEffect, type Random, type Weakness } from "./model-world.ts";

const transaction = "sale:shopify:model.example:1";
const connection = "erp";
const kinds: readonly ErpKind[] = ["refuses", "upserts", "asked-afterwards"];
const facts = ["create", "capture", "edit", "ship", "void", "refund"] as const;
type Fact = (typeof facts)[number];

// The platform ends an execution after this long.
const executionMsMax = 60_000;
/** Before and after every instant of a run. */
const always = "2000-01-01T00:00:00.000Z";
const never = "2999-01-01T00:00:00.000Z";
// Faults happen this long; then everything still has to come to rest.
const faultyTicks = 300;
// A policy is cached this long.
const cacheTicks = 100;

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
  elections: [],
  tolerances: [{ tolerance: "ticketTaxGroup", minorUnits: 1, when: {}, from: "2020-01-01", why: "model", layer: 0 }],
  returns: [],
  approvals: [],
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

/**
 * What happens to the policy on the way. "accounts-stay": a release under which every document is the same. "history-changes": one under
 * which every document would be another one, posted or not.
 */
export type Release = "none" | "accounts-stay" | "history-changes";

const releases: Readonly<Record<Release, Policy>> = {
  none: policy,
  "accounts-stay": { ...policy, release: 2, version: "2" },
  "history-changes": { ...policy, release: 2, version: "2, dearer" },
};

/** What the facts ask for: document name → amount. An edit changes the amounts, a void takes the capture away. */
function wanted(known: ReadonlySet<string>, { version }: Policy): Map<string, number> {
  const documents = new Map<string, number>();
  if (!known.has("create")) return documents;
  const amount = (known.has("edit") ? 90 : 100) + (version === "2, dearer" ? 1 : 0);
  if (known.has("capture") && !known.has("void")) documents.set("capture", amount);
  if (known.has("ship")) documents.set("ship", amount);
  if (known.has("capture") && known.has("refund")) documents.set("refund", version === "2, dearer" ? 11 : 10);
  return documents;
}

/** What another transaction is to be told: an amount, once there is a shipment; a void takes it back. */
function wantedTelling(known: ReadonlySet<string>, given: Policy): number | undefined {
  return known.has("void") ? undefined : wanted(known, given).get("ship");
}

const rules: PostingRules = {
  version: 1,
  target: (events, given) => {
    const known = new Set(events.map((event) => event.key));
    const amount = wantedTelling(known, given);
    return {
      documents: [
        ...[...wanted(known, given)].map(([name, each]) => journal(name, each)),
        ...(amount === undefined ? [] : [telling(amount)]),
      ],
      problems: [],
      heldEvents: [],
    };
  },
};

function telling(amount: number): TargetDocument {
  const head = { key: `${transaction}/told`, kind: "told", event: "ship", entity: "E", currency: "USD", businessDate: "2026-11-27" };
  return { type: "told", ...head, to: "sale:shopify:model.example:2", facts: [{ ...factEvent("told"), version: String(amount) }] };
}

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

function factEvent(key: string) {
  const head = { name: "order.cancelled" as const, schema: 1 as const };
  return { ...head, key, version: "1", occurredAt: "2026-11-27T00:00:00.000Z", orderId: "1" };
}

function factDocument(fact: Fact): DocumentItem {
  const event = factEvent(fact);
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
  /** Of the policy that it decides with. */
  release: number;
  pending: PendingEffect[];
  answer?: "settled" | "held" | "busy" | "unanswered" | "failed";
}

export interface SimulationResult {
  readonly erp: ErpKind;
  readonly problems: readonly string[];
}

/** Runs the two functions of one execution to their answer. */
export type Runner = (
  handlers: Pick<ExecutionHandlers, "decide" | "execute">,
  host: { readonly now: () => string; readonly random: Random; readonly sleep: Sleep },
) => Promise<"settled" | "held" | "busy" | "unanswered">;

/** One seed decides everything: which facts come when, who runs, sleeps, crashes, and which answers get lost. */
export async function simulatePosting(
  seed: number,
  weakness: Weakness,
  { release = "none", runner = inTurn }: { readonly release?: Release; readonly runner?: Runner } = {},
): Promise<SimulationResult> {
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
  let unanswered = 0;
  let tick = 0;
  let faults = true;
  const releaseTick = release === "none" ? -1 : Math.floor(random() * faultyTicks);
  const staleUntilTick = releaseTick < 0 ? -1 : releaseTick + cacheTicks;
  let inForce = policy;
  let timers: { readonly at: number; readonly wake: () => void; readonly signal: AbortSignal }[] = [];
  const sleep: Sleep = (milliseconds, signal) => new Promise((wake) => void timers.push({ at: world.now + milliseconds, wake, signal }));

  const olderMayDecide = () =>
    inForce.release > policy.release && (tick < staleUntilTick || running.some(({ release: each }) => each < inForce.release));
  const start = () => {
    const execution: Execution = {
      since: world.now,
      messages: [...queue],
      pace: chance(weather.sleepers) ? 0.06 : 1,
      release: 0,
      pending: [],
    };
    running.push(execution);
    const ports = world.ports(Math.floor(random() * 5000) - 2500, (effect) => execution.pending.push(effect));
    // Some keep the policy that they read before the release until they are told to reload it; what is held is woken at once all the same.
    const held = tick < staleUntilTick && chance(0.3) ? policy : inForce;
    execution.release = held.release;
    const handlers = handlersOver(ports, {
      current: async () => held,
      reload: async () => inForce,
      lastRelease: async () => ({ release: inForce.release, at: never, everywhereAt: olderMayDecide() ? never : always }),
    });
    void runner(handlers, { now: ports.decideClock.now, random, sleep }).then(
      (answer) => {
        execution.answer = answer;
        if (answer === "unanswered") unanswered += 1;
      },
      () => (execution.answer = "failed"),
    );
  };

  for (; tick < 3000; tick += 1) {
    if (tick === faultyTicks) faults = false;
    const step = chance(0.03) ? Math.floor(random() * 60_000) : Math.floor(random() * 300);
    expireInFlight(running, world.now + step, random);
    world.now += step;
    const due = timers.filter((timer) => timer.at <= world.now);
    timers = timers.filter((timer) => timer.at > world.now && !timer.signal.aborted);
    for (const timer of due) if (!timer.signal.aborted) timer.wake();
    if (tick === releaseTick) {
      inForce = releases[release];
      queue.add((messages += 1));
    }
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
    // A machine that has given its answer up leaves the function behind that it waited for: its calls still take effect.
    running = running.filter(
      (execution) => (execution.answer === undefined || execution.pending.length > 0) && world.now - execution.since < executionMsMax,
    );
    if (running.length === 0) {
      if (!faults && tick > releaseTick && queue.size === 0 && coming.length === 0) break;
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
  const compared = release === "history-changes" ? compareWithHistory(world, known) : compare(world, wanted(known, inForce));
  const ended = [...(tick === 3000 ? ["did not settle"] : []), ...(unanswered > 0 ? [`${unanswered} runs without an answer`] : [])];
  const told = compareTold(world, release === "history-changes" ? undefined : { amount: wantedTelling(known, inForce) });
  return { erp: kind, problems: [...ended, ...compared, ...told, ...compareChain(world)] };
}

type ExecutionHandlers = ReturnType<typeof handlersOver>;

function handlersOver(ports: ReturnType<ModelWorld["ports"]>, policies: PolicyStore) {
  const rateLimit = {
    acquire: async (_: string, requests: readonly unknown[]) => requests.map(() => ({ answer: "granted" as const })),
    report: async () => {},
    release: async () => {},
  };
  const documents = { put: unused, get: unused, readRange: unused, size: unused };
  const references = { put: unused, find: unused, wait: unused, waiters: unused };
  const decide = createDecide({
    lineage: ports.lineage,
    references,
    documents,
    policies,
    rateLimit,
    metrics: { record: () => {} },
    clock: ports.decideClock,
    rules,
  });
  const erp = (name: string) => {
    if (name !== connection) throw new Invalid(name);
    return ports.erp;
  };
  return { decide, execute: createExecute({ lineage: ports.lineage, rateLimit, clock: ports.executeClock, erp }) };
}

/** The run that every execution is given. */
export const wholeRun = postingRun(connection, [transaction]);

/** One function after the other, as the machine calls them. */
async function inTurn({ decide, execute }: Parameters<Runner>[0]): Promise<"settled" | "held" | "busy"> {
  for (let next = wholeRun; ; ) {
    const decided = await decide(next);
    if (decided.workCount > 0) next = await execute(decided);
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
  if (world.erp.refusals > 0) problems.push("refused: other content under a key");
  return problems;
}

/** What the other transaction heard is what the plans say it was told; and what the facts want told, unless the rules changed on the way. */
function compareTold(world: ModelWorld, want: { readonly amount: number | undefined } | undefined): string[] {
  const { plans, outcomes } = chainOf(viewTransaction(transaction, [...world.items.values()]), connection);
  const torn = plans.some(({ number, steps }) => (outcomes.get(number)?.results.length ?? steps.length) !== steps.length);
  if (torn) return ["told: a plan has the outcome of another one"];
  const told = [...foldPlans(plans, outcomes).told.values()].flatMap(({ document }) => document.facts.map((fact) => fact.version));
  const heard = standing([...world.told.values()]).flatMap(({ events }) => events.map((event) => event.version));
  const wished = want === undefined ? told : want.amount === undefined ? [] : [String(want.amount)];
  const problems: string[] = [];
  if (heard.join() !== told.join()) problems.push(`told: the other heard ${heard.join()}, the plans say ${told.join()}`);
  if (told.join() !== wished.join()) problems.push(`told: ${told.join()}, wants ${wished.join()}`);
  return problems;
}

/** No plan knows less than the one before it, neither of the facts nor of the rules. */
function compareChain(world: ModelWorld): string[] {
  const problems: string[] = [];
  const plans = [...world.items.values()].filter((item) => item.type === "plan").sort((a, b) => a.number - b.number);
  for (const [index, plan] of plans.entries()) {
    if (plan.policyRelease < (plans[index - 1]?.policyRelease ?? 0))
      problems.push(`plan ${plan.number} has older policies than the one before`);
    const forgotten = plans[index - 1]?.covers.keys?.filter((key) => plan.covers.keys?.includes(key) !== true) ?? [];
    if (forgotten.length > 0) problems.push(`plan ${plan.number} forgets ${forgotten.length} facts that plan ${plan.number - 1} knew`);
  }
  return problems;
}

/**
 * After a release under which every document would be another one: what stood then stands, by its restatement, whatever became of the
 * facts; what did not stand is posted under the new rules; and no document is there twice.
 */
function compareWithHistory(world: ModelWorld, known: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  const want = wanted(known, releases["history-changes"]);
  const items = [...world.items.values()];
  const steps = items.flatMap((item) =>
    item.type === "plan" ? item.steps.map((step) => ({ step, dearer: item.policyVersion === "2, dearer" })) : [],
  );
  const posts = new Map(steps.flatMap(({ step, dearer }) => (step.kind === "post" ? [[step.erpKey, { step, dearer }] as const] : [])));
  for (const { step, dearer } of steps)
    if (dearer && step.kind === "reverse" && posts.get(step.reverses)?.dearer !== true)
      problems.push(`${step.reverses}: reversed by itself`);
  const restated = new Set(
    items.flatMap((item) => (item.type === "exception" && item.class === "policy.restatement" ? [item.document] : [])),
  );
  const live = world.erp.documents.filter((document) => document.live);
  for (const { key, erpKey } of live) {
    const name = key.slice(transaction.length + 1);
    if (live.filter((other) => other.key === key).length > 1) problems.push(`${name}: stands twice`);
    const post = posts.get(erpKey);
    if (post === undefined || post.step.document.type !== "journal") problems.push(`${erpKey}: was never planned`);
    else if (!post.dearer && !restated.has(key)) problems.push(`${erpKey}: no restatement`);
    else if (post.dearer && post.step.document.lines[0]?.amount !== want.get(name)) problems.push(`${erpKey}: other than wanted`);
  }
  for (const name of want.keys()) if (!live.some(({ key }) => key === `${transaction}/${name}`)) problems.push(`${name}: missing`);
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
