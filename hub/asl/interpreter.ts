import type { Clock } from "#ports/clock";
import type { WorkflowAnswer } from "#ports/workflows";
import type { CallbackTasks } from "./callback-tasks.ts";
import { Cancellation } from "./cancellation.ts";
import { ERROR, StateError } from "./errors.ts";
import { Chain, dataDetails, failureDetails, History, type Journal, type RecordedEvent } from "./history.ts";
import type { Integration } from "./integration.ts";
import type { Machine } from "./machine.ts";
import { payloadCopy } from "./payload.ts";
import { runFlow } from "./run-flow.ts";
import { type Sleep, within } from "./time.ts";
import { Activity, type Execution, type Host } from "./visit.ts";

export interface InterpreterDependencies {
  readonly clock: Clock;
  /** 0 ≤ number < 1: jitter, $random and $uuid draw from it. */
  random(): number;
  /** The only way in which time passes: waits, retries and time-outs. */
  readonly sleep: Sleep;
  /**
   * Runs a function. A thrown error is the function's failure: its `name` becomes the Error Name. A promise that never settles is a crash of
   * the process; nothing here outlives it but time-outs.
   */
  invoke(functionName: string, payload: unknown): Promise<unknown>;
  /** By action: "sqs:sendMessage". `lambda:invoke` needs none: it goes through `invoke`. */
  readonly integrations?: Readonly<Record<string, Integration>>;
  /** For tasks that wait for a callback; without it they fail with States.Runtime. */
  readonly tasks?: CallbackTasks;
  /** What events name as region. */
  readonly region?: string;
  /** State attempts in one Express execution, iterations of Maps included; above it the execution fails with States.Runtime. */
  readonly maxTransitions?: number;
}

export interface RunOptions {
  /** The name of the execution: $states.context.Execution.Name. */
  readonly name: string;
  /** Where the execution is recorded, and what it finds there when a crash interrupted it. Without one nothing is kept. */
  readonly journal?: Journal;
  /** Kept up to date while the execution runs. */
  readonly activity?: Activity;
}

export interface Interpreter {
  /**
   * Runs a machine to its end, from where its journal ends. A failed execution is an answer, never a thrown error; "timed-out" is the
   * machine's own TimeoutSeconds. The input is copied, and the output belongs to the caller. Throws what the journal throws: the execution
   * has not ended then, and can be run again.
   */
  run(machine: Machine, input: unknown, options: RunOptions): Promise<WorkflowAnswer>;
}

/** AWS does not bound the states of an Express execution, only its time: this is the guard against a loop that never lets go. */
const TRANSITIONS_MAX = 100_000;
/** An Express execution lasts at most five minutes, a Standard one a year. */
const EXPRESS_SECONDS_MAX = 300;
const STANDARD_SECONDS_MAX = 31_536_000;

const NO_TASKS: CallbackTasks = {
  open: () => Promise.reject(new StateError(ERROR.runtime, "This host keeps no task tokens.")),
  read: async () => ({ status: "closed" }),
  expire: async () => false,
  close: async () => undefined,
  changed: async () => undefined,
};

export function createInterpreter(dependencies: InterpreterDependencies): Interpreter {
  const { clock, random, sleep, invoke, maxTransitions = TRANSITIONS_MAX } = dependencies;
  const { integrations = {}, tasks = NO_TASKS, region = "local" } = dependencies;
  const host: Host = { now: () => clock.now(), random: () => random(), sleep, invoke, integrations, tasks, region };
  return {
    async run(machine, input, options) {
      const { journal } = options;
      const answered = recordedAnswer(journal?.recorded);
      if (answered !== undefined) return answered;
      const cancellation = new Cancellation();
      const history = new History({ journal, now: host.now, bounded: machine.type === "STANDARD" });
      const root = new Chain(0, cancellation);
      const startTime = recordStart(history, root, input) ?? host.now();
      const limit = limitOf(machine, startTime, host.now());
      const execution = startExecution(machine, host, history, { ...options, startTime, maxTransitions, limit });
      const work = async (): Promise<unknown> => {
        const copy = payloadCopy(input === undefined ? {} : input, machine.name);
        const output = await runFlow(execution(copy), machine.flow, copy, {}, { cancellation, chain: root, prefix: "" });
        return payloadCopy(output, machine.name);
      };
      try {
        const output = limit.timed
          ? await within(work(), limit.milliseconds, sleep, cancellation, () => new MachineTimeout())
          : await work();
        history.end("ExecutionSucceeded", root.last, () => dataDetails("output", output));
        await history.flush();
        return { status: "succeeded", output };
      } catch (error) {
        // Whatever is still under way after a time-out adds nothing after the end.
        cancellation.cancel();
        if (error instanceof MachineTimeout) {
          history.end("ExecutionTimedOut", 0, () => ({ error: ERROR.timeout }));
          await history.flush();
          return { status: "timed-out", error: ERROR.timeout, cause: "" };
        }
        if (!(error instanceof StateError)) throw error;
        history.end("ExecutionFailed", root.last, () => failureDetails(error));
        await history.flush();
        return { status: "failed", error: error.error, cause: error.causeText };
      } finally {
        cancellation.cancel();
      }
    },
  };
}

/** When the execution was started; undefined when nobody keeps the history. Nothing points at the first event, as on AWS. */
function recordStart(history: History, root: Chain, input: unknown): string | undefined {
  history.publish(root, { type: "ExecutionStarted", place: "", details: () => dataDetails("input", input === undefined ? {} : input) });
  root.last = 0;
  return root.lastAt;
}

/** The machine's own time-out, which no state can catch. */
class MachineTimeout extends Error {
  override readonly name = "MachineTimeout";
}

interface Limit {
  /** Whether a timer watches over it; the year of a Standard execution is looked at when a state is entered. */
  readonly timed: boolean;
  /** What is left of it. */
  readonly milliseconds: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

function limitOf({ type, timeoutSeconds }: Machine, startTime: string, now: string): Limit {
  const most = type === "EXPRESS" ? EXPRESS_SECONDS_MAX : STANDARD_SECONDS_MAX;
  const at = Date.parse(startTime) + Math.min(timeoutSeconds ?? most, most) * 1000;
  return { timed: type === "EXPRESS" || timeoutSeconds !== undefined, milliseconds: Math.max(at - Date.parse(now), 0), at };
}

interface Start extends RunOptions {
  readonly startTime: string;
  readonly maxTransitions: number;
  readonly limit: Limit;
}

function startExecution(machine: Machine, host: Host, history: History, start: Start): (input: unknown) => Execution {
  const { name, startTime, maxTransitions, limit } = start;
  const standard = machine.type === "STANDARD";
  let transitions = 0;
  return (input) => {
    const execution: Execution = {
      host,
      machine: machine.name,
      name,
      history,
      activity: start.activity ?? new Activity(),
      sizes: new WeakMap(),
      context: {
        Execution: {
          Id: `${machine.name}:${name}`,
          Input: input,
          Name: name,
          StartTime: startTime,
          ...(standard ? { RedriveCount: 0 } : {}),
        },
        StateMachine: { Id: machine.name, Name: machine.name },
      },
      countTransition() {
        transitions++;
        if (standard) {
          if (!limit.timed && Date.parse(host.now()) > limit.at) throw new MachineTimeout();
        } else if (transitions > maxTransitions) {
          throw new StateError(ERROR.runtime, `The execution reached the maximum number of state transitions (${maxTransitions}).`);
        }
      },
      runFlow: (flow, flowInput, variables, scope) => runFlow(execution, flow, flowInput, variables, scope),
    };
    return execution;
  };
}

/** How an execution ended whose end is on record; undefined when it has not. */
function recordedAnswer(recorded: readonly RecordedEvent[] = []): WorkflowAnswer | undefined {
  const last = recorded.at(-1);
  const { error = "", cause = "", output } = (last?.details ?? {}) as { error?: string; cause?: string; output?: string };
  switch (last?.type) {
    case "ExecutionSucceeded":
      return { status: "succeeded", output: JSON.parse(String(output)) };
    case "ExecutionFailed":
      return { status: "failed", error, cause };
    case "ExecutionTimedOut":
      return { status: "timed-out", error, cause };
    default:
      return undefined;
  }
}
