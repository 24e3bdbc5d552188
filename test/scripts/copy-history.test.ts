import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadPolicy, readPolicyFiles } from "#adapters/policy-files";
import { main } from "#cli";
import { contentHash } from "#domain/canonical";
import type { LineageItem } from "#domain/lineage";
import { drain, openPolicies } from "#hub";
import type { PolicyRelease } from "#ports/policy-releases";
import { sampleDay, type WebhookDelivery } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { createTerminal } from "../../cli/terminal.ts";
import { copyHistory, type HistorySource } from "../../scripts/history/copy-history.ts";
import { policiesFolder, temporaryHub } from "../hub/temporary-hub.ts";

/** Stands for a stage: a hub with some orders posted and one held, whose policies were released as number 6, and once more as 7 when a period was closed by hand. */
const folder = mkdtempSync(join(tmpdir(), "throughline-history-"));
const removed: (() => Promise<void> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
afterAll(async () => {
  for (const each of removed) await each();
});

const bytes = (content: unknown) => new TextEncoder().encode(JSON.stringify(content));
const closing = { period: "2026-10", state: "closed", from: "2026-11-06", why: "October is closed.", by: "Dana Reyes" } as const;

let source: HistorySource;
let stage: Awaited<ReturnType<typeof temporaryHub>>;
const kept = new Map<string, Uint8Array>();

beforeAll(async () => {
  stage = await temporaryHub();
  removed.push(stage.remove);
  for (const delivery of sampleDay())
    if (delivery.kind === "webhook" && /^(1001|1002|1022) /.test(delivery.id)) await deliverWebhook(stage.hub, delivery as WebhookDelivery);
  await drain(stage.hub);
  const { content, version } = loadPolicy(policiesFolder);
  const { US1 } = content.entities;
  const closed = { ...content, entities: { ...content.entities, US1: { ...US1, periods: [...(US1?.periods ?? []), closing] } } };
  kept.set("sha256/content", bytes(closed)).set("sha256/files", bytes(readPolicyFiles(policiesFolder)));
  const by = { version, actor: "Ana Ruiz", reason: "rates of 2026" };
  kept.set("sha256/open", bytes(content));
  const released: PolicyRelease = { release: 6, address: "sha256/open", files: "sha256/files", ...by, at: "2026-11-01T00:00:00.000Z" };
  // As a period book closes: a version that no files have, and the files of the release that it follows.
  const inForce: PolicyRelease = {
    ...released,
    release: 7,
    version: contentHash({ version, entity: "US1", rule: closing }),
    address: "sha256/content",
    at: "2026-11-06T00:00:00.000Z",
  };
  const before: PolicyRelease = {
    release: 5,
    address: `sha256/${"a".repeat(64)}`,
    ...by,
    version: "3d".repeat(32),
    at: "2026-10-01T00:00:00.000Z",
  };
  source = {
    lineage: stage.hub.lineage,
    releases: { latest: async () => [inForce, released, before] },
    documents: { get: async (address) => kept.get(address) ?? (await stage.hub.documents.get(address)) },
  };
}, 60_000);

async function itemsIn(data: string): Promise<LineageItem[]> {
  const opened = openPolicies({ dataFolder: data, policiesFolder });
  try {
    const { transactions } = await opened.lineage.transactions(undefined, 1_000);
    const pages = await Promise.all(transactions.map((each) => opened.lineage.page(each, undefined, 1_000)));
    return pages.flatMap(({ items }) => items);
  } finally {
    opened.close();
  }
}

async function hub(...words: string[]) {
  let [out, err] = ["", ""];
  const terminal = createTerminal({ columns: 100, write: (part: string) => (out += part) }, { write: (part: string) => (err += part) });
  return { status: await main(words, terminal), out, err };
}

test("every item comes along, and of the raw bodies their hashes alone, though the copy is cut into runs of two transactions", async () => {
  const data = join(folder, "whole");
  const copy = () => copyHistory({ source, name: "lineage-prod", folder: data, transactionsMax: 2 });
  const first = await copy();
  expect([first.transactions, first.complete]).toEqual([2, false]);
  let last = first;
  while (!last.complete) last = await copy();
  const [copied, there] = [await itemsIn(data), await itemsIn(stage.dataFolder)];
  expect(there.length).toBeGreaterThan(20);
  expect(copied.map(({ transaction, key }) => `${transaction} ${key}`)).toEqual(
    there.map(({ transaction, key }) => `${transaction} ${key}`),
  );
  const bodies = (items: readonly LineageItem[]) => items.filter((item) => item.type === "document" && item.raw.inline !== undefined);
  expect([bodies(copied).length, bodies(there).length > 5]).toEqual([0, true]);
  const hashes = (items: readonly LineageItem[]) => items.flatMap((item) => (item.type === "document" ? [item.raw.hash] : []));
  expect(hashes(copied)).toEqual(hashes(there));
  expect(last.items).toBe(there.length);
  // Again, and nothing is there twice.
  await copyHistory({ source, name: "lineage-prod", folder: data, transactionsMax: 100 });
  expect(await itemsIn(data)).toEqual(copied);
});

test("no name of a customer is in any byte of the folder", async () => {
  const data = join(folder, "names");
  await copyHistory({ source, name: "lineage-prod", folder: data, transactionsMax: 100 });
  const customer = sampleDay().flatMap((each) =>
    each.kind === "webhook" && /^1001 /.test(each.id)
      ? (JSON.parse(new TextDecoder().decode((each as WebhookDelivery).body)).email ?? [])
      : [],
  )[0] as string;
  expect(customer).toContain("@");
  const all = readdirSync(data, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  expect(all.length).toBeGreaterThan(0);
  for (const file of all) expect(readFileSync(join(file.parentPath, file.name)).includes(customer), file.name).toBe(false);
});

test("policy simulate tries a draft on it as on the stage itself, by the numbers that the stage planned with", async () => {
  const data = join(folder, "simulated");
  await copyHistory({ source, name: "lineage-prod", folder: data, transactionsMax: 100 });
  const draft = join(folder, "draft");
  cpSync(policiesFolder, draft, { recursive: true });
  const file = join(draft, "global.json");
  const global = JSON.parse(readFileSync(file, "utf8")) as { accounts: { role: string }[] };
  const accounts = global.accounts.map((each) => (each.role === "sales" ? { ...each, account: "4190" } : each));
  writeFileSync(file, JSON.stringify({ ...global, accounts }));
  const told = async (folderOfData: string) => {
    const { status, out } = await hub("policy", "simulate", "--json", "--data", folderOfData, "--policies", draft);
    return { status, ...(JSON.parse(out) as { before: number; transactions: number; affected: number; books: object[] }) };
  };
  const [copied, there] = [await told(data), await told(stage.dataFolder)];
  expect([copied.status, copied.before]).toEqual([0, 7]);
  expect(copied.affected).toBeGreaterThan(0);
  expect([copied.transactions, copied.affected, copied.books]).toEqual([there.transactions, there.affected, there.books]);
  const releases = JSON.parse((await hub("policy", "releases", "--json", "--data", data)).out) as { release: number; actor: string }[];
  expect(releases.map(({ release, actor }) => [release, actor])).toEqual([
    [7, "Ana Ruiz"],
    [6, "Ana Ruiz"],
    [5, "Ana Ruiz"],
  ]);
});

test("of two releases of the same files with a period closed between them, the later one has the closing and the earlier one has not", async () => {
  const [closed, released] = (await source.releases.latest(2)) as [PolicyRelease, PolicyRelease];
  // A rollback to the one before the closing keeps what was closed.
  const back: PolicyRelease = { ...released, release: 8, address: closed.address, at: "2026-11-07T00:00:00.000Z" };
  const data = join(folder, "closed-between");
  const releases = { latest: async () => [back, closed, released] };
  await copyHistory({ source: { ...source, releases }, name: "lineage-prod", folder: data, transactionsMax: 1 });
  const opened = openPolicies({ dataFolder: data, policiesFolder });
  try {
    const said = (release: number) => JSON.stringify(opened.policies.content(release)).includes(closing.why);
    expect([said(6), said(7), said(8)]).toEqual([false, true, true]);
  } finally {
    opened.close();
  }
});

test("policy diff on it says what is seen of a rollback, by the versions that the stage has on record", async () => {
  const data = join(folder, "compared");
  await copyHistory({ source, name: "lineage-prod", folder: data, transactionsMax: 1 });
  const [last, target] = (await source.releases.latest(2)) as [PolicyRelease, PolicyRelease];
  const { status, out } = await hub("policy", "diff", "7", "6", "--data", data);
  expect([status, out]).toEqual([0, expect.stringContaining(`seen ${last.version.slice(0, 20)}..${target.version.slice(0, 20)}`)]);
});

test("a report that reads the lineage runs on it", async () => {
  const data = join(folder, "whole");
  const { status, out } = await hub("report", "kpi", "--json", "--data", data);
  expect([status, out]).toEqual([0, expect.stringContaining("order-to-posting")]);
});

test("a stage whose policies were released before their files were kept is refused, with what to do", async () => {
  const [inForce] = await source.releases.latest(1);
  const { files: _files, ...without } = inForce as PolicyRelease;
  const old: HistorySource = { ...source, releases: { latest: async () => [without] } };
  await expect(copyHistory({ source: old, name: "x", folder: join(folder, "old"), transactionsMax: 9 })).rejects.toThrow(
    "release 7 is in force and its files were not kept: deploy the policies once more, then copy",
  );
});

test("what is in force has the periods that were closed by hand on the stage", async () => {
  const data = join(folder, "closed");
  await copyHistory({ source, name: "lineage-prod", folder: data, transactionsMax: 1 });
  const shown = await hub("policy", "show", "periods", "--entity", "US1", "--date", "2026-11-27", "--json", "--data", data);
  expect(shown.out).toContain("October is closed.");
});

test("a folder with the history of another stage is refused, and a list that is not what a plan covers ends the copy", async () => {
  const data = join(folder, "whole");
  await expect(copyHistory({ source, name: "lineage-dev", folder: data, transactionsMax: 1 })).rejects.toThrow(
    "is of lineage-prod and not of lineage-dev: copy into another folder",
  );
  const address = `sha256/${"0".repeat(64)}`;
  const plan = {
    type: "plan",
    transaction: "sale:x",
    key: "P#erp#000001",
    covers: { address, count: 501, digest: "d" },
  } as unknown as LineageItem;
  const odd: HistorySource = {
    ...source,
    lineage: { transactions: async () => ({ transactions: ["sale:x" as never] }), page: async () => ({ items: [plan] }) },
    documents: { get: async (asked) => (asked === address ? bytes("others") : kept.get(asked)) },
  };
  await expect(copyHistory({ source: odd, name: "x", folder: join(folder, "odd"), transactionsMax: 9 })).rejects.toThrow(
    `sale:x P#erp#000001: the list at ${address} is not there, or is another one`,
  );
});
