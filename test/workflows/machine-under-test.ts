import {
  type CallbackTask,
  type CallbackTasks,
  createInterpreter,
  type HistoryEvent,
  historyOf,
  type Integration,
  type Journal,
  type ParseOptions,
  parseMachine,
  type RecordedEvent,
} from "#asl";
import type { WorkflowAnswer } from "#ports/workflows";

/** 2026-03-01T08:00:00.000Z */
const START_MILLISECONDS = 1_772_352_000_000;

export type Functions = Readonly<Record<string, (payload: never) => unknown>>;

export interface Scene {
  readonly functions?: Functions;
  readonly integrations?: Readonly<Record<string, Integration>>;
  /** Default: a fresh one, which `callbacks` can answer from a function. */
  readonly tasks?: MemoryTasks;
  readonly time?: SimulatedTime;
  readonly type?: "STANDARD" | "EXPRESS";
  /** Answers of the injected randomness, repeated. */
  readonly random?: readonly number[];
  readonly maxTransitions?: number;
  readonly machineTimeoutSeconds?: number;
}

export interface Played {
  readonly answer: WorkflowAnswer;
  /** Milliseconds of each sleep that ran out or was let go, in the order in which it began. */
  readonly sleeps: readonly number[];
  /** Function name and payload of each call, in order. */
  readonly calls: readonly (readonly [string, unknown])[];
  /** As AWS's GetExecutionHistory shows it; nobody keeps that of an Express execution. */
  readonly history: readonly HistoryEvent[];
}

/** A journal in memory. `append` settles a turn later, as a store does. */
export function memoryJournal(recorded: readonly RecordedEvent[] = []): Journal & { readonly events: RecordedEvent[] } {
  const events = [...recorded];
  return {
    recorded,
    events,
    async append(added) {
      await Promise.resolve();
      // What is kept is text: nothing that JSON does not carry comes back.
      events.push(...(JSON.parse(JSON.stringify(added)) as RecordedEvent[]));
    },
  };
}

/** Callback tasks in memory; tokens are "token-1", "token-2" … in the order in which they were opened. */
export class MemoryTasks implements CallbackTasks {
  readonly #now: () => string;
  readonly #tokens = new Map<string, string>();
  readonly #tasks = new Map<string, CallbackTask>();
  readonly #waiting = new Map<string, () => void>();

  constructor(now: () => string) {
    this.#now = now;
  }

  async open({ machine, execution, place }: Parameters<CallbackTasks["open"]>[0]): Promise<string> {
    const key = JSON.stringify([machine, execution, place]);
    const token = this.#tokens.get(key) ?? `token-${this.#tokens.size + 1}`;
    if (!this.#tokens.has(key)) this.#tasks.set(token, { status: "waiting" });
    this.#tokens.set(key, token);
    return token;
  }

  async read(token: string): Promise<CallbackTask> {
    return this.#tasks.get(token) ?? { status: "closed" };
  }

  async expire(token: string, why: "timeout" | "heartbeat"): Promise<boolean> {
    return this.end(token, { status: "timed-out", why });
  }

  async close(token: string): Promise<void> {
    this.end(token, { status: "closed" });
  }

  changed(token: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(token, resolve);
      signal.addEventListener("abort", () => resolve());
    });
  }

  /** A callback: true when it is the one that counts. */
  end(token: string, task: CallbackTask): boolean {
    if (this.#tasks.get(token)?.status !== "waiting") return false;
    this.#tasks.set(token, task);
    this.#waiting.get(token)?.();
    return true;
  }

  heartbeat(token: string): boolean {
    if (this.#tasks.get(token)?.status !== "waiting") return false;
    this.#tasks.set(token, { status: "waiting", lastHeartbeatAt: this.#now() });
    return true;
  }

  get tokens(): readonly string[] {
    return [...this.#tasks.keys()];
  }
}

/** Time that passes only when everybody waits: the earliest sleeper wakes first. */
export class SimulatedTime {
  #now = START_MILLISECONDS;
  readonly #sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  readonly sleeps: number[] = [];

  now(): string {
    return new Date(this.#now).toISOString();
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    this.sleeps.push(milliseconds);
    return new Promise((resolve) => {
      const sleeper = { at: this.#now + milliseconds, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", () => {
        const index = this.#sleepers.indexOf(sleeper);
        if (index >= 0) this.#sleepers.splice(index, 1);
        resolve();
      });
    });
  }

  get sleeping(): number {
    return this.#sleepers.length;
  }

  /** Lets time pass until the work is done. */
  async until<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const settled = work.finally(() => {
      done = true;
    });
    settled.catch(() => undefined);
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve));
      if (done || this.#sleepers.length === 0) continue;
      this.#sleepers.sort((a, b) => a.at - b.at);
      const next = this.#sleepers.shift();
      if (next === undefined) continue;
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    return settled;
  }
}

/** Parses the states as a JSONata machine that starts at the first of them, and runs it on the input in simulated time. */
export async function play(states: Readonly<Record<string, object>>, input?: unknown, scene: Scene = {}): Promise<Played> {
  const { functions = {}, integrations = {}, random = [0.5], maxTransitions, machineTimeoutSeconds, type = "STANDARD" } = scene;
  const time = scene.time ?? new SimulatedTime();
  const calls: [string, unknown][] = [];
  let drawn = 0;
  const machine = parse(states, machineTimeoutSeconds === undefined ? {} : { TimeoutSeconds: machineTimeoutSeconds }, { type });
  const interpreter = createInterpreter({
    clock: { now: () => time.now() },
    random: () => random[drawn++ % random.length] as number,
    sleep: (milliseconds, signal) => time.sleep(milliseconds, signal),
    async invoke(functionName, payload) {
      calls.push([functionName, payload]);
      const run = functions[functionName];
      if (run === undefined) throw new Error(`the test has no function ${functionName}`);
      return run(payload as never);
    },
    integrations,
    tasks: scene.tasks ?? new MemoryTasks(() => time.now()),
    region: "us-east-1",
    ...(maxTransitions === undefined ? {} : { maxTransitions }),
  });
  const journal = memoryJournal();
  const kept = type === "STANDARD" ? { journal } : {};
  const answer = await time.until(interpreter.run(machine, input, { name: "run-1", ...kept }));
  return { answer, sleeps: time.sleeps, calls, history: historyOf(journal.events) };
}

/** Each event as "id←previous Type", with the state or index that it names: "7←6 PassStateExited A". */
export function outline(history: readonly HistoryEvent[]): readonly string[] {
  return history.map((event) => {
    const { id, previousEventId, type, timestamp, ...rest } = event;
    const [details = {}] = Object.values(rest) as { name?: string; index?: number }[];
    const named = [details.name, details.index].filter((each) => each !== undefined).join(" ");
    return `${id}←${previousEventId} ${type}${named === "" ? "" : ` ${named}`}`;
  });
}

/** Parses the states as a JSONata machine named "tested" that starts at the first of them. */
export function parse(states: Readonly<Record<string, object>>, fields: object = {}, options: Partial<ParseOptions> = {}) {
  const [startAt] = Object.keys(states);
  return parseMachine(JSON.stringify({ QueryLanguage: "JSONata", StartAt: startAt, States: states, ...fields }), {
    name: "tested",
    substitutions: { WorkArn: "work", OtherWorkArn: "other-work" },
    ...options,
  });
}

/** The output of a machine that must succeed. */
export async function outputOf(states: Readonly<Record<string, object>>, input?: unknown, scene?: Scene): Promise<unknown> {
  const { answer } = await play(states, input, scene);
  if (answer.status !== "succeeded") throw new Error(`${answer.error}: ${answer.cause}`);
  return answer.output;
}

/** An error as a function throws it. */
export function failure(name: string, message = "it went wrong"): Error {
  return Object.assign(new Error(message), { name });
}

/** The placeholders of the two functions that these tests call, as a machine file writes them. */
export const WORK = `\${WorkArn}`;
export const OTHER_WORK = `\${OtherWorkArn}`;
