import type { Executions, TaskTokens } from "#adapters/embedded";
import { Activity, createInterpreter, type Interpreter, type Machine, TaskError } from "#asl";
import { Invalid } from "#domain/failures";
import type { Clock } from "#ports/clock";
import type { EventBus } from "#ports/event-bus";
import type { Queue } from "#ports/queue";
import type { TaskCallbacks } from "#ports/task-callbacks";
import type { Workflows } from "#ports/workflows";
import { type Handlers, handlerOf } from "./handlers.ts";
import { createWaitingTasks } from "./waiting-tasks.ts";
import { workflowIntegrations } from "./workflow-integrations.ts";

export interface EmbeddedWorkflows extends Workflows, TaskCallbacks {
  /**
   * Takes up Standard executions that were started and have not ended, so that at most `limit` are at work; those that only wait for a
   * callback, a job or a time take no place. They run beside the caller. Throws, once, what kept an execution from being run: it has not
   * ended, and is taken up again.
   */
  takeUnfinished(limit: number): Promise<void>;
}

export interface EmbeddedWorkflowsDependencies {
  readonly machines: ReadonlyMap<string, Machine>;
  /** Asked at each call: the handlers themselves may need workflows. */
  readonly handlers: () => Handlers;
  readonly executions: Executions;
  readonly tokens: TaskTokens;
  readonly bus: EventBus;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly random: () => number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** Executions that one process holds at most, waiting ones included; more wait in the database until one ends. */
const heldMax = 9_000;
/** With more executions than this in hand, those that wait in the database are looked for once a second only. */
const heldFew = 100;
const lookMilliseconds = 1_000;

/**
 * ports/workflows on the interpreter. Express machines run in place. A Standard one is recorded when it is started and run by the worker;
 * one that a crash interrupted goes on from its history: what has answered is not asked again, and a task keeps its token.
 */
export function createEmbeddedWorkflows(dependencies: EmbeddedWorkflowsDependencies): EmbeddedWorkflows {
  const { machines, handlers, executions, tokens, bus, queue, clock, random, sleep } = dependencies;
  const tasks = createWaitingTasks(tokens);
  const running = new Map<string, Activity>();
  let failure: { readonly thrown: unknown } | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let runs = 0;

  const workflows: Workflows = {
    runSynchronously(machine, input) {
      typed(machine, "EXPRESS");
      runs += 1;
      return interpreter.run(machineOf(machine), input, { name: `${machine}-${runs}` });
    },
    start(machine, name, input) {
      typed(machine, "STANDARD");
      return executions.start(machine, name, input);
    },
  };

  const interpreter: Interpreter = createInterpreter({
    clock,
    random,
    sleep,
    invoke: (name, payload) => functionOf(name)(payload),
    integrations: workflowIntegrations({ bus, queue, workflows, executions, clock, sleep }),
    tasks,
  });

  return {
    ...workflows,
    completeTask: (token, output) => tokens.completeTask(token, output),
    failTask: (token, error, cause) => tokens.failTask(token, error, cause),
    heartbeatTask: (token) => tokens.heartbeatTask(token),
    async takeUnfinished(limit) {
      await tasks.look();
      const atWork = [...running.values()].filter((activity) => !activity.resting).length;
      const room = Math.min(limit - atWork, heldMax - running.size);
      if (room > 0 && isTimeToLook()) {
        const unfinished = await executions.unfinished(running.size + room);
        const free = unfinished.filter(({ machine, name }) => !running.has(keyOf(machine, name)));
        for (const { machine, name } of free.slice(0, room)) take(machine, name);
      }
      const failed = failure;
      failure = undefined;
      if (failed !== undefined) throw failed.thrown;
    },
  };

  function isTimeToLook(): boolean {
    const now = Date.parse(clock.now());
    if (running.size > heldFew && now - lookedAt < lookMilliseconds) return false;
    lookedAt = now;
    return true;
  }

  function take(machine: string, name: string): void {
    const activity = new Activity((until) => executions.rest(machine, name, until));
    const key = keyOf(machine, name);
    running.set(key, activity);
    runRecorded(machine, name, activity).then(
      () => running.delete(key),
      (thrown: unknown) => {
        running.delete(key);
        failure = { thrown };
      },
    );
  }

  async function runRecorded(machine: string, name: string, activity: Activity): Promise<void> {
    const execution = await executions.get(machine, name);
    if (execution === undefined || execution.answer !== undefined) return;
    const recorded = await executions.history(machine, name);
    const append = (events: Parameters<Executions["append"]>[2]) => executions.append(machine, name, events);
    const answer = await interpreter.run(machineOf(machine), execution.input, { name, activity, journal: { recorded, append } });
    await executions.finish(machine, name, answer);
  }

  function functionOf(name: string): (input: unknown) => Promise<unknown> {
    if (!handlers().has(name)) throw new TaskError("Lambda.ResourceNotFoundException", `Function not found: ${name}`);
    return handlerOf(handlers(), name);
  }

  function machineOf(name: string): Machine {
    const machine = machines.get(name);
    if (machine === undefined) throw new Invalid(`no state machine ${name}: known are ${[...machines.keys()].join(", ")}`);
    return machine;
  }

  function typed(name: string, type: "EXPRESS" | "STANDARD"): void {
    const machine = machineOf(name);
    if (machine.type !== type) throw new Invalid(`${name} is no ${type} machine: it is ${machine.type}`);
  }
}

function keyOf(machine: string, name: string): string {
  return JSON.stringify([machine, name]);
}
