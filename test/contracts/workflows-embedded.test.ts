import { onTestFinished } from "vitest";
import { createSystemClock } from "#adapters/clock";
import { createEventBus, createExecutions, createQueue, createTaskTokens, openDatabase } from "#adapters/embedded";
import { parseMachine } from "#asl";
import { createEmbeddedWorkflows } from "../../hub/embedded-workflows.ts";
import { sleepFor } from "../../hub/sleep.ts";
import { embeddedActions } from "../../hub/workflow-integrations.ts";
import { standardMachine, synchronousMachine, workflowsContract } from "./workflows-contract.ts";

function machine(name: string, type: "EXPRESS" | "STANDARD", definition: unknown) {
  return [name, parseMachine(JSON.stringify(definition), { name, type, actions: embeddedActions, substitutions: {} })] as const;
}

workflowsContract("the interpreter", async () => {
  const database = openDatabase(":memory:");
  onTestFinished(() => database.close());
  const clock = createSystemClock();
  const executions = createExecutions({ database, clock });
  const workflows = createEmbeddedWorkflows({
    machines: new Map([
      machine("post-transactions", "EXPRESS", synchronousMachine),
      machine("ingest-pos-file", "STANDARD", standardMachine),
    ]),
    handlers: () => new Map(),
    executions,
    tokens: createTaskTokens({ database, clock }),
    bus: createEventBus({ database, clock, subscriptions: [] }),
    queue: createQueue({ database, clock, queues: {} }),
    clock,
    random: () => 0,
    sleep: sleepFor,
  });
  return {
    workflows,
    async executions(of) {
      const names = (await executions.unfinished(100)).filter(({ machine: each }) => each === of);
      return Promise.all(names.map(async ({ name }) => (await executions.get(of, name))?.input));
    },
  };
});
