import type { Clock } from "#ports/clock";
import type { WorkflowAnswer } from "#ports/workflows";
import { Cancellation } from "./cancellation.ts";
import { ERROR, StateError } from "./errors.ts";
import type { Machine } from "./machine.ts";
import { payloadCopy } from "./payload.ts";
import { runFlow } from "./run-flow.ts";
import { type Sleep, within } from "./time.ts";
import type { Execution, Host } from "./visit.ts";

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
  /** State attempts in one execution, iterations of Maps included; above it the execution fails with States.Runtime. */
  readonly maxTransitions?: number;
}

export interface RunOptions {
  /** The name of the execution: $states.context.Execution.Name. */
  readonly name: string;
}

export interface Interpreter {
  /**
   * Runs a machine to its end. A failed execution is an answer, never a thrown error; "timed-out" is the machine's own TimeoutSeconds.
   * The input is copied, and the output belongs to the caller.
   */
  run(machine: Machine, input: unknown, options: RunOptions): Promise<WorkflowAnswer>;
}

/** The bound that AWS sets on a Standard execution is 25,000 events, of which a state makes at least two. */
const TRANSITIONS_MAX = 10_000;

export function createInterpreter(dependencies: InterpreterDependencies): Interpreter {
  const { clock, random, sleep, invoke, maxTransitions = TRANSITIONS_MAX } = dependencies;
  const host: Host = { now: () => clock.now(), random: () => random(), sleep, invoke };
  return {
    async run(machine, input, options) {
      const cancellation = new Cancellation();
      const execution = startExecution(machine, host, maxTransitions, options);
      const work = async (): Promise<unknown> => {
        const copy = payloadCopy(input === undefined ? {} : input, "the input of the execution");
        const output = await runFlow(execution(copy), machine.flow, copy, {}, cancellation);
        return payloadCopy(output, "the output of the execution");
      };
      try {
        const { timeoutSeconds } = machine;
        const output =
          timeoutSeconds === undefined
            ? await work()
            : await within(work(), timeoutSeconds, sleep, cancellation, () => new MachineTimeout(machine.name, timeoutSeconds));
        return { status: "succeeded", output };
      } catch (error) {
        if (error instanceof MachineTimeout) return { status: "timed-out", error: ERROR.timeout, cause: error.message };
        if (error instanceof StateError) return { status: "failed", error: error.error, cause: error.causeText };
        throw error;
      } finally {
        cancellation.cancel();
      }
    },
  };
}

/** The machine's own time-out, which no state can catch. */
class MachineTimeout extends Error {
  override readonly name = "MachineTimeout";

  constructor(machine: string, seconds: number) {
    super(`The state machine '${machine}' ran longer than its TimeoutSeconds of ${seconds}.`);
  }
}

function startExecution(machine: Machine, host: Host, maxTransitions: number, { name }: RunOptions): (input: unknown) => Execution {
  const startTime = host.now();
  let transitions = 0;
  return (input) => {
    const execution: Execution = {
      host,
      context: {
        Execution: { Id: `${machine.name}:${name}`, Input: input, Name: name, StartTime: startTime, RedriveCount: 0 },
        StateMachine: { Id: machine.name, Name: machine.name },
      },
      countTransition() {
        transitions++;
        if (transitions > maxTransitions) {
          throw new StateError(ERROR.runtime, `The execution reached the maximum number of state transitions (${maxTransitions}).`);
        }
      },
      runFlow: (flow, flowInput, variables, cancellation, mapItem) => runFlow(execution, flow, flowInput, variables, cancellation, mapItem),
    };
    return execution;
  };
}
