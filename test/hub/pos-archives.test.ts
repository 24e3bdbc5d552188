import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readTransaction } from "#functions/read-transaction";
import { drain, dropFile, type Hub } from "#hub";
import { type PosFileDelivery, sampleDay } from "#sample";
import { openRows } from "../../cli/commands/exceptions.ts";
import { temporaryHub } from "./temporary-hub.ts";

/** The file of the Toronto store: 21 tickets that all can be booked, and three transactions of the till's own. */
const toronto = sampleDay().find(
  (delivery): delivery is PosFileDelivery => delivery.kind === "pos-file" && delivery.name.startsWith("0301"),
) as PosFileDelivery;

let temporary: Awaited<ReturnType<typeof temporaryHub>>;
let hub: Hub;

beforeEach(async () => {
  temporary = await temporaryHub();
  hub = temporary.hub;
});

afterEach(() => temporary.remove());

async function takeIn(name: string, bytes: Uint8Array): Promise<{ machine: string; received: unknown[]; issues: string[] }> {
  const path = join(temporary.dataFolder, name);
  writeFileSync(path, bytes);
  const { machine, hash } = await dropFile(hub, "pos", path);
  expect(await drain(hub)).toEqual({ kind: "drained" });
  const { documents } = await readTransaction(hub.lineage, `file:pos:${hash}`);
  const received: unknown[] = [];
  for (const event of documents.flatMap(({ events }) => events)) {
    if (event.name !== "file.received") continue;
    received.push(event.format);
    for (const part of event.parts ?? []) {
      const view = await readTransaction(hub.lineage, `file:pos:${part.hash}`);
      for (const each of view.documents.flatMap(({ events }) => events))
        if (each.name === "file.received") received.push([each.file, each.format, each.tickets, each.held, each.within?.file]);
    }
  }
  return { machine, received, issues: documents.flatMap(({ issues }) => issues.map((issue) => `${issue.class}/${issue.code}`)) };
}

test("a zip in the drop is unpacked, and its file taken in as a file of its own", async () => {
  expect(await takeIn("day.zip", zipSync({ [toronto.name]: toronto.bytes }))).toEqual({
    machine: "unpack-pos-archive",
    received: ["zip", [`day.zip/${toronto.name}`, "poslog", 24, 0, "day.zip"]],
    issues: [],
  });
  // The same file packed in another way is known by its own bytes, the same archive by its own.
  expect((await takeIn("day.xml.gz", gzipSync(toronto.bytes))).received[0]).toBe("gzip");
  expect((await openRows(hub)).filter(({ transaction }) => transaction.startsWith("file:")).map((row) => row.class)).toEqual([
    "source.duplicate-file",
  ]);
});

test("an archive that does not hold what its manifest says brings one exception, and no ticket", async () => {
  const manifest = new TextEncoder().encode(JSON.stringify({ files: [{ name: toronto.name }, { name: "0302.xml" }] }));
  expect(await takeIn("day.zip", zipSync({ "manifest.json": manifest, [toronto.name]: toronto.bytes }))).toEqual({
    machine: "unpack-pos-archive",
    received: [],
    issues: ["transport.parse/incomplete"],
  });
  const rows = await openRows(hub);
  expect(rows.map((row) => row.message)).toEqual([
    "The archive day.zip is not unpacked: it is not what its manifest says: 0302.xml is missing. Have it sent again. Nothing of it is taken in.",
  ]);
});
