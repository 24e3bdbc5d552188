import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  connectionQueue,
  doors,
  drops,
  functions,
  machines,
  onPolicyRelease,
  operations,
  placeholderOf,
  queues,
  routes,
  schedules,
  streams,
  subscriptions,
} from "#wiring";
import { temporaryHub } from "../hub/temporary-hub.ts";

const project = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(project, path), "utf8");

let temporary: Awaited<ReturnType<typeof temporaryHub>>;
beforeAll(async () => {
  temporary = await temporaryHub();
});
afterAll(() => temporary.remove());

describe("the embedded hub has what wiring/ says, and nothing else", () => {
  test("its functions are the wired ones", () => {
    const here = functions.filter(({ onlyOn }) => onlyOn === undefined);
    expect([...temporary.hub.handlers.keys()].sort()).toEqual(here.map(({ name }) => name).sort());
  });

  test("its queues are the wired ones, one per ERP connection where wiring says so", async () => {
    const connections = Object.keys(temporary.hub.policy.connections);
    for (const { name, perConnection } of queues) {
      const names = perConnection ? connections.map((connection) => connectionQueue(name, connection)) : [name];
      for (const each of names) expect((await temporary.hub.queue.depth(each)).dead).toBe(0);
    }
    await expect(temporary.hub.queue.depth("posting")).rejects.toThrow("posting");
    await expect(temporary.hub.queue.depth(connectionQueue("fetch-back", connections[0] ?? ""))).rejects.toThrow("fetch-back");
    await expect(temporary.hub.queue.depth("another")).rejects.toThrow("another");
  });

  test("its machines are the wired ones: another name is refused, and so is the wrong type", async () => {
    for (const { name, type } of machines) {
      if (type === "STANDARD") expect(() => temporary.hub.workflows.runSynchronously(name, {})).toThrow(`${name} is no EXPRESS machine`);
      else expect(() => temporary.hub.workflows.start(name, "x", {})).toThrow(`${name} is no STANDARD machine`);
    }
    expect(() => temporary.hub.workflows.start("another", "x", {})).toThrow("no state machine another");
  });

  test("its sources name no queue, subscription, stream, route, drop or machine themselves", () => {
    const wired = [...queues, ...subscriptions, ...streams, ...machines, ...drops].map(({ name }) => name);
    const names = [...new Set([...wired, ...routes.map(({ path }) => path)])].map((name) => `"${name}"`);
    const sources = readdirSync(join(project, "hub")).filter((file) => file.endsWith(".ts"));
    expect(
      literalsIn(
        sources.map((file) => read(`hub/${file}`)),
        names,
      ),
    ).toEqual([]);
    // The same check over a source that wires by hand.
    expect(literalsIn(['queue.receive("posting")'], names)).toEqual(['"posting"']);
  });
});

function literalsIn(sources: readonly string[], names: readonly string[]): string[] {
  return names.filter((name) => sources.some((source) => source.includes(name)));
}

describe("wiring/ ties to the files", () => {
  test.each(functions.map(({ name }) => name))("%s has its file with createHandler, and a test of its name", (name) => {
    expect(read(`functions/${name}.ts`)).toContain("export function createHandler(");
    expect(existsSync(join(project, `test/functions/${name}.test.ts`)), `test/functions/${name}.test.ts`).toBe(true);
  });

  test("every wired function is triggered by a route, a stream, a queue, a door, a drop, a machine, a policy release, or by its name", () => {
    const triggered = new Set(
      [...routes, ...streams, ...queues, ...doors, ...drops, ...operations, ...schedules, onPolicyRelease]
        .map((source) => source.function)
        .concat(machines.flatMap((machine) => machine.functions)),
    );
    expect(functions.map(({ name }) => name).filter((name) => !triggered.has(name))).toEqual([]);
  });

  test.each(machines)("$name calls exactly the functions that wiring lists", ({ name, functions: listed }) => {
    const called = new Set([...read(`state-machines/${name}.asl.json`).matchAll(/\$\{([A-Za-z]+)\}/g)].map((match) => match[1] as string));
    expect([...called].sort()).toEqual(listed.map(placeholderOf).sort());
  });

  test("every state machine file is wired", () => {
    const files = readdirSync(join(project, "state-machines")).map((file) => file.replace(".asl.json", ""));
    expect(files.sort()).toEqual(machines.map(({ name }) => name).sort());
  });

  test("a queue hides its messages for at least six times its function's time-out", () => {
    for (const queue of [...queues, ...doors]) {
      const consumer = functions.find(({ name }) => name === queue.function);
      expect(queue.visibilitySeconds).toBeGreaterThanOrEqual(6 * (consumer?.timeoutSeconds ?? Number.POSITIVE_INFINITY));
    }
  });

  test.each(functions)("$name needs exactly the ports that its dependencies name", ({ name, needs }) => {
    expect([...new Set(needs.map(({ port }) => port))].sort()).toEqual(portsOf(read(`functions/${name}.ts`)).sort());
  });

  test("a port that is used and not declared would be seen", () => {
    const source =
      'import type { Clock } from "#ports/clock";\nimport type { Erp } from "#ports/erp";\ninterface Dependencies {\n  readonly clock: Clock;\n}\n';
    expect(portsOf(source)).toEqual(["clock"]);
  });
});

/** The ports whose interfaces stand as types in the function's Dependencies. */
function portsOf(source: string): string[] {
  const dependencies = /interface \w*Dependencies \{([\s\S]*?)\n\}/.exec(source)?.[1] ?? "";
  return [...source.matchAll(/import (?:type )?\{([^}]*)\} from "#ports\/([a-z-]+)"/g)].flatMap(([, names = "", port = ""]) => {
    const imported = names.split(",").map((name) => name.replace("type ", "").trim());
    return imported.some((name) => name !== "" && new RegExp(`\\b${name}\\b`).test(dependencies)) ? [port] : [];
  });
}
