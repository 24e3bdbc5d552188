import { mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { posFormats } from "#adapters/pos-formats";
import { Unavailable } from "#domain/failures";
import { type CheckPosFileInput, createHandler as checkPosFile } from "#functions/check-pos-file";
import { readTransaction } from "#functions/read-transaction";
import { drain, dropFile, type Hub, takeDrops } from "#hub";
import { type PosFileDelivery, sampleDay } from "#sample";
import { openRows } from "../../cli/commands/exceptions.ts";
import { verifyHub } from "../../cli/verify-hub.ts";
import { temporaryHub } from "./temporary-hub.ts";

/** The file of the Toronto store: 21 tickets that all can be booked, and three transactions of the till's own. */
const toronto = sampleDay().find(
  (delivery): delivery is PosFileDelivery => delivery.kind === "pos-file" && delivery.name.startsWith("0301"),
) as PosFileDelivery;

let temporary: Awaited<ReturnType<typeof temporaryHub>>;
let hub: Hub;
let path: string;

beforeEach(async () => {
  temporary = await temporaryHub();
  hub = temporary.hub;
  path = join(temporary.dataFolder, toronto.name);
  writeFileSync(path, toronto.bytes);
});

afterEach(() => temporary.remove());

const call = (name: string, input: unknown) => (hub.handlers.get(name) as (input: unknown) => Promise<never>)(input);

/** What the file became, by its own record. */
async function fileFacts(hash: string): Promise<unknown[]> {
  const { documents } = await readTransaction(hub.lineage, `file:pos:${hash}`);
  return documents.flatMap(({ events, issues }) => [
    ...events.map((event) => (event.name === "file.received" ? [event.tickets, event.held] : event.name)),
    ...issues.map((issue) => issue.class),
  ]);
}

/** Without those of the tickets: there is no opening stock here, so that every sale warns of negative stock. */
const exceptions = async () =>
  (await openRows(hub)).filter((row) => row.transaction.startsWith("file:")).map((row) => `${row.class} / ${row.code}`);

describe("a POS file whose taking-in is interrupted", () => {
  test("by a crash after some tickets were recorded: the next run takes in the rest", async () => {
    const { hash, execution } = await dropFile(hub, "pos", path);
    const started = await hub.executions.get("ingest-pos-file", execution);
    const checked: { manifest: string; drop: string } = await call("check-pos-file", started?.input);
    await call("ingest-pos-chunk", { drop: checked.drop, manifest: checked.manifest, chunk: 0 });
    expect(await drain(hub)).toEqual({ kind: "drained" });
    expect(await fileFacts(hash)).toEqual([[24, 0]]);
    expect(await exceptions()).toEqual([]);
  });

  test("between two runs of its check: the second is tried again from behind the first, and every ticket is in once", async () => {
    const handlers = hub.handlers as Map<string, (input: never) => Promise<unknown>>;
    const check = checkPosFile({ ...hub, formats: posFormats, runBytes: 1 });
    const asked: unknown[] = [];
    let dies = true;
    handlers.set("check-pos-file", async (input: CheckPosFileInput) => {
      asked.push(input.checkpoint);
      if (input.checkpoint !== undefined && dies) {
        dies = false;
        throw new Unavailable("the store of documents is away");
      }
      return check(input);
    });
    const text = new TextDecoder().decode(toronto.bytes);
    writeFileSync(path, text.replace("</POSLog>", `${" ".repeat(300_000)}</POSLog>`));
    const { hash } = await dropFile(hub, "pos", path);
    expect(await drain(hub)).toEqual({ kind: "drained" });
    expect(asked).toEqual([undefined, expect.any(String), expect.any(String)]);
    expect(await fileFacts(hash)).toEqual([[24, 0]]);
    expect(await exceptions()).toEqual([]);
  });

  test("by a crash after it was closed and before anybody heard of it: the next run is no second file", async () => {
    const { hash, execution } = await dropFile(hub, "pos", path);
    const started = await hub.executions.get("ingest-pos-file", execution);
    const checked: { manifest: string; drop: string } = await call("check-pos-file", started?.input);
    const counts = await call("ingest-pos-chunk", { drop: checked.drop, manifest: checked.manifest, chunk: 0 });
    await call("close-pos-file", { checked, counts });
    expect(await drain(hub)).toEqual({ kind: "drained" });
    expect(await fileFacts(hash)).toEqual([[24, 0]]);
    expect(await exceptions()).toEqual([]);
  });

  test("by a fault: it is named to the desk, and the same file dropped again is taken in and closes the exception", async () => {
    const handlers = hub.handlers as Map<string, (input: never) => Promise<unknown>>;
    const ingest = handlers.get("ingest-pos-chunk");
    handlers.set("ingest-pos-chunk", async () => {
      throw new RangeError("the disk is full");
    });
    const { hash } = await dropFile(hub, "pos", path);
    expect(await drain(hub)).toEqual({ kind: "drained" });
    expect(await exceptions()).toEqual(["transport.parse / not-taken-in"]);
    await call("wake-held", {});
    expect(await drain(hub)).toEqual({ kind: "drained" });
    // The look at what is held has no cause of this one to see: the file still waits.
    expect(await exceptions()).toEqual(["transport.parse / not-taken-in"]);
    if (ingest !== undefined) handlers.set("ingest-pos-chunk", ingest);
    await dropFile(hub, "pos", path);
    expect(await drain(hub)).toEqual({ kind: "drained" });
    expect(await fileFacts(hash)).toEqual([[24, 0]]);
    expect(await exceptions()).toEqual([]);
  });

  test("between its start and the move out of the drop folder: the next look starts nothing new", async () => {
    const { inbox, seen, look } = dropFolder();
    writeFileSync(join(inbox, toronto.name), toronto.bytes);
    await look();
    const { hash } = await dropFile(hub, "pos", path, "2026-11-28T03:00:00.000Z");
    // A folder where the file is to be moved to: the move fails, as if the hub had died before it.
    const target = join(inbox, "taken", `${hash.slice(0, 12)}-${toronto.name}`);
    mkdirSync(target);
    expect([await look(), readdirSync(inbox).includes(toronto.name)]).toEqual([0, true]);
    const started = (await hub.executions.unfinished(10)).length;
    rmdirSync(target);
    seen.clear();
    await look();
    expect([await look(), (await hub.executions.unfinished(10)).length - started, readdirSync(inbox)]).toEqual([1, 0, ["taken"]]);
  });
});

describe("the drop folder", () => {
  test("a file is taken once it has stopped growing, and moved", async () => {
    const { inbox, look } = dropFolder();
    const growing = join(inbox, toronto.name);
    writeFileSync(growing, toronto.bytes.slice(0, 1_000));
    expect(await look()).toBe(0);
    writeFileSync(growing, toronto.bytes);
    expect([await look(), await look(), await look()]).toEqual([0, 1, 0]);
    expect(await drain(hub)).toEqual({ kind: "drained" });
    expect(await exceptions()).toEqual([]);
    expect((await verifyHub(hub, () => {})).ok).toBe(true);
  });

  test("a file that cannot be moved keeps no other one waiting", async () => {
    const { inbox, errors, look } = dropFolder();
    writeFileSync(join(inbox, "a.xml"), "<POSLog/>");
    writeFileSync(join(inbox, "b.xml"), toronto.bytes);
    await look();
    const hash = (await dropFile(hub, "pos", join(inbox, "a.xml"))).hash;
    mkdirSync(join(inbox, "taken", `${hash.slice(0, 12)}-a.xml`));
    expect([await look(), readdirSync(inbox).sort()]).toEqual([1, ["a.xml", "taken"]]);
    expect(errors).toEqual([expect.objectContaining({ code: "EISDIR" })]);
  });

  test("hidden files, such as the parts that a transfer leaves, are passed over", async () => {
    const { inbox, look } = dropFolder();
    writeFileSync(join(inbox, ".0301.xml.part"), toronto.bytes);
    expect([await look(), await look()]).toEqual([0, 0]);
    rmSync(join(inbox, ".0301.xml.part"));
  });
});

function dropFolder() {
  const root = join(temporary.dataFolder, "drops");
  const inbox = join(root, "pos");
  mkdirSync(inbox, { recursive: true });
  const seen = new Map<string, string>();
  const errors: unknown[] = [];
  return { inbox, seen, errors, look: () => takeDrops(hub, root, seen, (error) => errors.push(error)) };
}
