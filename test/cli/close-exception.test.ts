import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { main } from "#cli";
import { readTransaction } from "#functions/read-transaction";
import { drain, dropFile, type Hub } from "#hub";
import { openRows } from "../../cli/commands/exceptions.ts";
import { createTerminal } from "../../cli/terminal.ts";
import { temporaryHub } from "../hub/temporary-hub.ts";

let temporary: Awaited<ReturnType<typeof temporaryHub>>;
let hub: Hub;

beforeEach(async () => {
  temporary = await temporaryHub();
  hub = temporary.hub;
});
afterEach(() => temporary.remove());

/** Drops a file that is in no format; answers its stream. */
async function heldFile(name: string, text: string): Promise<string> {
  const path = join(temporary.dataFolder, name);
  writeFileSync(path, text);
  const { hash } = await dropFile(hub, "settlement", path);
  await drain(hub);
  return `file:settlement:${hash}`;
}

async function run(...words: string[]) {
  const said = { out: "", err: "" };
  const terminal = createTerminal(
    { columns: 80, write: (part: string) => (said.out += part) },
    { write: (part: string) => (said.err += part) },
  );
  return { status: await main([...words, "--data", temporary.dataFolder], terminal), ...said };
}

const signed = ["--actor", "Ana Ruiz", "--reason", "the gateway sent another file"];

test("a held file is closed by a person, on record and for good", async () => {
  const transaction = await heldFile("export.csv", "a,b,c\n1,2,3\n");
  expect(await run("exceptions", "close", "export.csv", ...signed)).toMatchObject({
    status: 0,
    out: `transport.parse / format of ${transaction} is closed\n`,
  });
  expect(await openRows(hub)).toEqual([]);
  // Whatever makes the hub look again, a release of policies among them.
  const connections = Object.keys(hub.policy.connections);
  const ask = { queue: "posting", messages: [{ id: "1", body: { shop: "drop", transactions: [{ id: transaction, connections }] } }] };
  await (hub.handlers.get("dispatch-postings") as (input: unknown) => Promise<unknown>)(ask);
  await drain(hub);
  const [exception, another] = (await readTransaction(hub.lineage, transaction)).exceptions;
  expect([exception?.closed, another]).toMatchObject([{ by: "Ana Ruiz", reason: "the gateway sent another file" }, undefined]);
});

test("of several that are open under a name, one is to be named by its id", async () => {
  await heldFile("export.csv", "a,b,c\n1,2,3\n");
  await heldFile("export.csv", "a,b,c\n4,5,6\n");
  const { status, err } = await run("exceptions", "close", "export.csv", ...signed);
  expect([status, err]).toEqual([2, expect.stringContaining('several exceptions are open under "export.csv", name one:')]);
  const [first] = await openRows(hub);
  expect((await run("exceptions", "close", first!.id, ...signed)).status).toBe(0);
  expect((await openRows(hub)).length).toBe(1);
});

test("nothing is closed without a name and a reason, or twice", async () => {
  await heldFile("export.csv", "a,b,c\n1,2,3\n");
  expect((await run("exceptions", "close", "export.csv")).status).toBe(2);
  expect((await openRows(hub)).length).toBe(1);
  await run("exceptions", "close", "export.csv", ...signed);
  expect(await run("exceptions", "close", "export.csv", ...signed)).toMatchObject({
    status: 2,
    err: expect.stringContaining('no exception is open under "export.csv"'),
  });
});
