import type { EmbeddedPolicyStore, ReceivedMessage } from "#adapters/embedded";
import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { Policy } from "#domain/policy";
import type { DispatchPostingsInput } from "#functions/dispatch-postings";
import type { PortName } from "#hub";
import type { RateLimit } from "#ports/rate-limit";
import { connectionQueue } from "#wiring";
import type { Host } from "./host.ts";
import type { Town } from "./town.ts";
import { Violation } from "./violation.ts";

/** Ports within the hub's own memory, or that only answer what it was given: no effect of theirs can be lost. */
const withinTheProcess = new Set<PortName>(["metrics", "rate limit", "secrets"]);

type Method = (...inputs: unknown[]) => Promise<unknown>;

/** What a call is when nothing of it was done, and when nobody knows; by default it throws. */
interface Shape {
  /** Only reads: it is lost or not, and nothing else. */
  readonly reads?: true;
  readonly refused?: (inputs: readonly unknown[]) => unknown;
  readonly unknown?: (inputs: readonly unknown[]) => unknown;
  /** Does a part of the work, and answers for all of it. */
  readonly inPart?: (call: Method, inputs: readonly unknown[], done: number) => Promise<unknown>;
}

const each = (answer: string, index: number) => (inputs: readonly unknown[]) => (inputs[index] as readonly unknown[]).map(() => answer);

/** Takes the first `done` of a batch and refuses the rest. */
const firstOf =
  (index: number, refusal: string): NonNullable<Shape["inPart"]> =>
  async (call, inputs, done) => {
    const batch = inputs[index] as readonly unknown[];
    const taken = inputs.map((input, position) => (position === index ? batch.slice(0, done) : input));
    const answers = (await call(...taken)) as readonly unknown[];
    return batch.map((_, position) => (position < done ? answers[position] : refusal));
  };

const reads: Shape = { reads: true };
/** A call by the names of its port and its method. */
type Call = `${PortName}.${string}`;
const shapes: Readonly<Record<Call, Shape>> = {
  "lineage store.insert": { refused: each("unavailable", 0), unknown: each("unknown", 0), inPart: firstOf(0, "unavailable") },
  "lineage store.get": reads,
  "lineage store.page": reads,
  "lineage store.readAfter": reads,
  "lineage store.transactions": reads,
  "documents.get": reads,
  "documents.readRange": reads,
  "documents.size": reads,
  "references.find": reads,
  "references.waiters": reads,
  "work lists.read": reads,
  "queue.send": { refused: each("failed", 1), unknown: each("failed", 1), inPart: firstOf(1, "failed") },
  "queue.deadLetters": reads,
  "queue.depth": reads,
  "queue.nextVisibleAt": reads,
  "bus.publish": { refused: each("failed", 0), unknown: each("failed", 0), inPart: firstOf(0, "failed") },
  "cursors.get": reads,
  "executions.get": reads,
  "executions.unfinished": reads,
  "executions.anyAtWork": reads,
  "executions.history": reads,
  "task tokens.read": reads,
  "task tokens.endedAfter": reads,
};

/** Writes after which there may be work for a worker that idles. */
const stirring = new Set<Call>([
  "lineage store.insert",
  "queue.send",
  "bus.publish",
  "executions.start",
  "executions.finish",
  "task tokens.completeTask",
]);

/** The port as a hub on this host sees it: every call is an event of the scheduler, and may be lost, or be the last thing it does. */
export function simulatedPort<Port extends object>(town: Town, host: Host, name: PortName, port: Port): Port {
  if (name === "rate limit") return host.paceWatch.over(port as unknown as RateLimit) as unknown as Port;
  if (name === "policies") return policiesReadLate(town, port as unknown as EmbeddedPolicyStore) as unknown as Port;
  if (withinTheProcess.has(name)) return port;
  const known = new Map<string | symbol, Method>();
  return new Proxy(port, {
    get(target, property, receiver) {
      const found = known.get(property);
      if (found !== undefined) return found;
      const value: unknown = Reflect.get(target, property, receiver);
      if (typeof value !== "function" || typeof property === "symbol") return value;
      const call: Method = (...inputs) => value.apply(target, inputs);
      const simulated: Method = (...inputs) => simulatedCall(town, host, `${name}.${property}`, call, inputs);
      known.set(property, simulated);
      return simulated;
    },
  });
}

/** Virtual milliseconds that a call takes. */
const readMilliseconds = 1;
const writeMilliseconds = 4;

function simulatedCall(town: Town, host: Host, name: Call, call: Method, inputs: readonly unknown[]): Promise<unknown> {
  const shape = shapes[name] ?? {};
  const { scheduler, chance } = town;
  return new Promise((resolve, reject) => {
    const takes = (shape.reads === true ? readMilliseconds : writeMilliseconds) * (0.5 + 2 * chance.unit());
    scheduler.after(takes, effect, host);

    function effect(): void {
      if (town.strikes("worker stalled", () => `${host.name} stops for a while at ${name}`)) {
        host.stall(chance.happens(0.3) ? chance.between(12_000, 60_000) : chance.ofAnyScale(500, 60_000));
        scheduler.after(0, effect, host);
        return;
      }
      if (shape.reads === true) {
        if (town.strikes("effect refused", () => `${name} cannot be read`)) reject(new Unavailable(`${name} cannot be reached`));
        else call(...cutShort(town, name, inputs)).then(resolve, reject);
        return;
      }
      if (town.strikes("crash before an effect", () => `${host.name} dies before ${name}`)) {
        host.crash();
        return;
      }
      if (town.strikes("effect refused", () => `${name} is refused`)) {
        if (shape.refused === undefined) reject(new Unavailable(`${name} cannot be reached`));
        else resolve(shape.refused(inputs));
        return;
      }
      if (shape.inPart !== undefined && town.strikes("batch taken in part", () => `${name} takes a part of its batch`)) {
        const size = Math.max(0, ...inputs.map((input) => (Array.isArray(input) ? input.length : 0)));
        finish(shape.inPart(call, inputs, chance.below(size + 1)));
        return;
      }
      finish(call(...inputs));
    }

    function finish(effected: Promise<unknown>): void {
      const healthy = name === "queue.receive" && isCrowded(town) ? healthyMessages(town, host, String(inputs[0])) : 0;
      const published = name === "bus.publish" ? lastMessage(town) : 0;
      effected.then((answer) => {
        if (stirring.has(name)) town.stir();
        if (name === "bus.publish" && town.strikes("bus delivers late", () => `what ${host.name} publishes now`)) holdUp(town, published);
        if (name === "bus.publish" && town.strikes("bus delivers twice", () => `what ${host.name} publishes once`))
          scheduler.after(chance.ofAnyScale(10, 3_600_000), () => void call(...inputs), host);
        if (name === "queue.receive") {
          assertFair(town, String(inputs[0]), healthy, answer as readonly ReceivedMessage[]);
          handOutAgain(town, inputs, answer as readonly ReceivedMessage[]);
        }
        if (town.strikes("crash after an effect", () => `${host.name} dies after ${name}`)) {
          host.crash();
          return;
        }
        if (town.strikes("answer lost", () => `the answer of ${name} is lost`)) {
          if (shape.unknown === undefined) reject(new UnknownOutcome(`nobody knows what became of ${name}`));
          else resolve(shape.unknown(inputs));
          return;
        }
        resolve(answer);
      }, reject);
    }
  });
}

/**
 * The same messages in the hands of a second worker, as after an expired visibility or where a machine is executed twice: it works on them,
 * and what it answers is heard by nobody.
 */
function handOutAgain(town: Town, inputs: readonly unknown[], messages: readonly ReceivedMessage[]): void {
  const queue = String(inputs[0]);
  const connection = [...town.erps.keys()].find((name) => connectionQueue("posting", name) === queue);
  const open = town.hosts.filter(({ isAlive, hub }) => isAlive && hub !== undefined);
  const host = open.length === 0 ? undefined : town.chance.from(open);
  const dispatch = host?.hub?.handlers.get("dispatch-postings") as ((input: DispatchPostingsInput) => Promise<unknown>) | undefined;
  if (messages.length === 0 || connection === undefined || host === undefined || dispatch === undefined) return;
  if (!town.strikes("work handed out twice", () => `${messages.length} messages of ${queue} are in the hands of two workers`)) return;
  const listed = messages.map(({ id, body }) => ({ id: String(id), body }));
  town.scheduler.after(
    town.chance.happens(0.5) ? town.chance.between(0, 15) : town.chance.ofAnyScale(15, 20_000),
    () =>
      dispatch({ connection, queue, messages: listed }).catch((error: unknown) => {
        if (!(error instanceof Unavailable || error instanceof UnknownOutcome)) town.fail(error);
      }),
    host,
  );
}

/** Shops that fill the queues in some seeds. */
const crowds: ReadonlySet<string> = new Set(["poisoned.example", "hot.example"]);

function isCrowded({ worst }: Town): boolean {
  return worst["poisoned message"] > 0 || worst["hot shop"] > 0;
}

function lastMessage(town: Town): number {
  return Number(town.observer.prepare("SELECT coalesce(max(id), 0) AS value FROM message").get()?.value);
}

/** What the bus took becomes visible later, as if it had been on its way. */
function holdUp(town: Town, after: number): void {
  const milliseconds = Math.floor(town.chance.ofAnyScale(100, 3_600_000));
  town.observer
    .prepare("UPDATE message SET visible_at = visible_at + ? WHERE id > ? AND receives = 0 AND dead_at IS NULL")
    .run(milliseconds, after);
}

/** A process may decide with the policies in its memory for so long, as on AWS, where each keeps them for a minute. */
const policiesKeptSeconds = 10;
/** Between a release and the instant when nobody has older policies any more: the store's own five seconds and the clocks' included. */
const releasedEverywhereSeconds = policiesKeptSeconds + 15;

/** The policy store of a process that now and then still decides with the release before the last one. */
function policiesReadLate(town: Town, store: EmbeddedPolicyStore): EmbeddedPolicyStore {
  let last: Policy | undefined;
  let before: { readonly policy: Policy; readonly until: number } | undefined;
  const note = (policy: Policy): Policy => {
    if (last !== undefined && last.release !== policy.release)
      before = { policy: last, until: town.scheduler.now + policiesKeptSeconds * 1_000 };
    last = policy;
    return policy;
  };
  return {
    ...store,
    async current() {
      const policy = note(await store.current());
      if (before === undefined || town.scheduler.now >= before.until) return policy;
      return town.strikes("policies read late", () => `release ${before?.policy.release} instead of ${policy.release}`)
        ? before.policy
        : policy;
    },
    // A reading of its own, and yet another process may go on with what it has in memory.
    reload: async () => note(await store.reload()),
    async lastRelease() {
      const found = await store.lastRelease();
      if (town.worst["policies read late"] === 0) return found;
      return { ...found, everywhereAt: new Date(Date.parse(found.at) + releasedEverywhereSeconds * 1_000).toISOString() };
    },
  };
}

function healthyMessages(town: Town, host: Host, queue: string): number {
  const now = Math.floor(town.scheduler.now + host.skew);
  const row = town.observer
    .prepare(
      "SELECT count(*) AS value FROM message WHERE queue = ? AND dead_at IS NULL AND grp NOT IN ('poisoned.example', 'hot.example') AND visible_at <= ? AND receives < 4",
    )
    .get(queue, now);
  return Number(row?.value);
}

/** Whoever waits has a turn in every batch, however much one shop has sent. */
function assertFair(town: Town, queue: string, healthy: number, messages: readonly ReceivedMessage[]): void {
  if (healthy > 0 && messages.length > 0 && messages.every(({ group }) => crowds.has(group)))
    town.fail(new Violation("no shop starves another", `${queue} hands out ${messages[0]?.group} alone while ${healthy} others wait`));
}

/** A page that ends early, as a store's pages do: others write between the pages of one read. */
function cutShort(town: Town, name: string, inputs: readonly unknown[]): readonly unknown[] {
  if (name !== "lineage store.page" || !town.strikes("page ends early", () => `a page of ${String(inputs[0])}`)) return inputs;
  return [inputs[0], inputs[1], 1 + town.chance.below(4)];
}
