import type { Executions } from "#adapters/embedded";
import { createInterpreter, type Interpreter, type Machine } from "#asl";
import { Invalid } from "#domain/failures";
import type { Clock } from "#ports/clock";
import type { WorkflowAnswer, Workflows } from "#ports/workflows";
import { machines as machineWiring } from "#wiring";
import { type Handlers, handlerOf } from "./handlers.ts";

export interface EmbeddedWorkflows extends Workflows {
  /** Runs Standard executions that were started and have not ended, at most `limit`; answers how many. */
  runUnfinished(limit: number): Promise<number>;
}

export interface EmbeddedWorkflowsDependencies {
  readonly machines: ReadonlyMap<string, Machine>;
  /** Asked at each call: the handlers themselves may need workflows. */
  readonly handlers: () => Handlers;
  readonly executions: Executions;
  readonly clock: Clock;
  readonly random: () => number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/**
 * ports/workflows on the interpreter. Express machines run in place. A Standard one is recorded when it is started and run by the worker;
 * one that a crash left unfinished is run again from its start, as its functions are made for.
 */
export function createEmbeddedWorkflows(dependencies: EmbeddedWorkflowsDependencies): EmbeddedWorkflows {
  const { machines, handlers, executions, clock, random, sleep } = dependencies;
  const interpreter: Interpreter = createInterpreter({
    clock,
    random,
    sleep,
    invoke: (name, payload) => handlerOf(handlers(), name)(payload),
  });
  let runs = 0;
  return {
    runSynchronously(machine, input) {
      typed(machine, "EXPRESS");
      runs += 1;
      return interpreter.run(machineOf(machine), input, { name: `${machine}-${runs}` });
    },
    start(machine, name, input) {
      typed(machine, "STANDARD");
      return executions.start(machine, name, input);
    },
    async runUnfinished(limit) {
      const unfinished = await executions.unfinished(limit);
      for (const { machine, name, input } of unfinished) {
        const answer: WorkflowAnswer = await interpreter.run(machineOf(machine), input, { name });
        await executions.finish(machine, name, answer);
      }
      return unfinished.length;
    },
  };

  function machineOf(name: string): Machine {
    const machine = machines.get(name);
    if (machine === undefined) throw new Invalid(`no state machine ${name}: known are ${[...machines.keys()].join(", ")}`);
    return machine;
  }

  function typed(name: string, type: "EXPRESS" | "STANDARD"): void {
    const wired = machineWiring.find((machine) => machine.name === name);
    if (wired?.type !== type) throw new Invalid(`${name} is no ${type} machine of wiring/`);
  }
}
