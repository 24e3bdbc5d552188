import { setTimeout as sleepFor } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { createSystemClock } from "#adapters/clock";
import { createExecutions, openDatabase } from "#adapters/embedded";
import { parseMachine } from "#asl";
import { createEmbeddedWorkflows } from "../../hub/embedded-workflows.ts";
import { standardMachine, synchronousMachine, workflowsContract } from "./workflows-contract.ts";

const machine = (name: string, definition: unknown) =>
  [name, parseMachine(JSON.stringify(definition), { name, substitutions: {} })] as const;

workflowsContract("the interpreter", async () => {
  const database = openDatabase(":memory:");
  onTestFinished(() => database.close());
  const clock = createSystemClock();
  const executions = createExecutions({ database, clock });
  const workflows = createEmbeddedWorkflows({
    machines: new Map([machine("post-transactions", synchronousMachine), machine("ingest-pos-file", standardMachine)]),
    handlers: () => new Map(),
    executions,
    clock,
    random: () => 0,
    sleep: async (milliseconds, signal) => void (await sleepFor(milliseconds, undefined, { signal, ref: false })),
  });
  return {
    workflows,
    executions: async (name) => (await executions.unfinished(100)).filter((each) => each.machine === name).map(({ input }) => input),
  };
});
