import { setTimeout as pause } from "node:timers/promises";
import { createSystemClock } from "#adapters/clock";
import { createEventBus, createExecutions, createQueue, createTaskTokens, openDatabase } from "#adapters/embedded";
import { parseMachine } from "#asl";
import { createEmbeddedWorkflows } from "../../hub/embedded-workflows.ts";
import type { Handler } from "../../hub/handlers.ts";
import { sleepFor } from "../../hub/sleep.ts";
import { embeddedActions } from "../../hub/workflow-integrations.ts";

export interface MachineFixture {
  readonly type?: "STANDARD" | "EXPRESS";
  readonly states: Readonly<Record<string, object>>;
}

/** The hub's workflows on a database of their own, with machines and functions of the test. */
export function workflowHouse(
  file: string,
  fixtures: Readonly<Record<string, MachineFixture>>,
  functions: Readonly<Record<string, (input: never) => Promise<unknown>>>,
) {
  const database = openDatabase(file);
  const clock = createSystemClock();
  const executions = createExecutions({ database, clock });
  const queue = createQueue({ database, clock, queues: { "posting-erp": { maxReceives: 5 } } });
  const bus = createEventBus({ database, clock, subscriptions: [{ name: "posting", queue: "posting-erp", names: ["order.placed"] }] });
  const machines = new Map(
    Object.entries(fixtures).map(([name, { type = "STANDARD", states }]) => {
      const text = JSON.stringify({ QueryLanguage: "JSONata", StartAt: Object.keys(states)[0], States: states });
      return [name, parseMachine(text, { name, type, actions: embeddedActions, substitutions: {} })];
    }),
  );
  const workflows = createEmbeddedWorkflows({
    machines,
    handlers: () => new Map<string, Handler>(Object.entries(functions)),
    executions,
    tokens: createTaskTokens({ database, clock }),
    bus,
    queue,
    clock,
    random: Math.random,
    sleep: sleepFor,
  });
  return {
    workflows,
    executions,
    queue,
    database,
    /** Works as the worker does, until the condition holds. */
    async work(until: () => Promise<boolean>, limit = 4): Promise<void> {
      const end = Date.now() + 20_000;
      while (!(await until())) {
        if (Date.now() > end) throw new Error("what was waited for did not happen within 20 seconds");
        await workflows.takeUnfinished(limit);
        await pause(5);
      }
    },
  };
}

/** A machine that asks for an approval and hands its token to "ask". */
export const approval: MachineFixture = {
  states: {
    Prepare: { Type: "Task", Resource: "prepare", Assign: { prepared: "{% $states.result %}" }, Next: "Ask" },
    Ask: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
      Arguments: { FunctionName: "ask", Payload: { token: "{% $states.context.Task.Token %}" } },
      TimeoutSeconds: 86_400,
      Output: { by: "{% $states.result.by %}", prepared: "{% $prepared %}" },
      End: true,
    },
  },
};
