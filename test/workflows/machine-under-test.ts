import { createInterpreter, parseMachine } from "#asl";
import type { WorkflowAnswer } from "#ports/workflows";

/** 2026-03-01T08:00:00.000Z */
const START_MILLISECONDS = 1_772_352_000_000;

export type Functions = Readonly<Record<string, (payload: never) => unknown>>;

export interface Scene {
  readonly functions?: Functions;
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
  const { functions = {}, random = [0.5], maxTransitions, machineTimeoutSeconds } = scene;
  const time = new SimulatedTime();
  const calls: [string, unknown][] = [];
  let drawn = 0;
  const machine = parse(states, machineTimeoutSeconds === undefined ? {} : { TimeoutSeconds: machineTimeoutSeconds });
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
    ...(maxTransitions === undefined ? {} : { maxTransitions }),
  });
  const answer = await time.until(interpreter.run(machine, input, { name: "run-1" }));
  return { answer, sleeps: time.sleeps, calls };
}

/** Parses the states as a JSONata machine named "tested" that starts at the first of them. */
export function parse(states: Readonly<Record<string, object>>, fields: object = {}) {
  const [startAt] = Object.keys(states);
  return parseMachine(JSON.stringify({ QueryLanguage: "JSONata", StartAt: startAt, States: states, ...fields }), {
    name: "tested",
    substitutions: { WorkArn: "work", OtherWorkArn: "other-work" },
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
