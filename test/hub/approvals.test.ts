import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ApprovalItem } from "#domain/lineage";
import { openApprovals } from "#functions/announce-events";
import { drain, type Hub, openHub } from "#hub";
import { sampleDay, type WebhookDelivery } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { findTransactions, stateOf } from "../../cli/read-lineage.ts";
import { runCli } from "../cli/run-cli.ts";
import { policiesFolder } from "./temporary-hub.ts";

let folder: string;
let policies: string;
let data: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-approvals-"));
  policies = join(folder, "policies");
  data = join(folder, "data");
  cpSync(policiesFolder, policies, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A clock that goes on from a day of the test: what waits a second must see it pass. */
let startsAt = Date.parse("2026-11-27T20:00:00.000Z");
let startedAt = Date.now();
const goOnFrom = (instant: string): void => {
  startsAt = Date.parse(instant);
  startedAt = Date.now();
};
const clock = { now: () => new Date(startsAt + Date.now() - startedAt).toISOString() };
const open = () => openHub({ dataFolder: data, policiesFolder: policies, webhookSecret: "approvals", clock });
const cli = (...words: string[]) => runCli([...words, "--data", data, "--policies", policies]);

/** The order #1001 is posted; then its sales are booked to another account's role from release 2 on, which Rui releases. */
async function restated(hub: Hub): Promise<void> {
  for (const delivery of sampleDay())
    if (delivery.kind === "webhook" && /^1001 /.test(delivery.id)) await deliverWebhook(hub, delivery as WebhookDelivery);
  expect(await drain(hub)).toEqual({ kind: "drained" });
}

async function waiting(hub: Hub): Promise<readonly ApprovalItem[]> {
  return (await hub.workLists.read(openApprovals, undefined, 100)).entries.map(({ body }) => body as ApprovalItem);
}

async function story(hub: Hub) {
  const [view] = await findTransactions(hub, "#1001");
  if (view === undefined) throw new Error("#1001 is not known");
  const plans = [...view.chains.values()].flatMap(({ plans }) => plans);
  return {
    state: stateOf(view),
    steps: plans.map(({ steps, approvals }) => `${steps.map(({ kind }) => kind).join(" ")}${approvals === undefined ? "" : " approved"}`),
    decided: view.approvals.map(({ decision }) => (decision === undefined ? "open" : `${decision.answer} by ${decision.by}`)),
    exceptions: view.exceptions.map(({ opened, closed }) => `${opened.class} ${closed === undefined ? "open" : `closed by ${closed.by}`}`),
  };
}

/** Release 2 has every delivered order belong to another class of goods: the revenue of the past would be another one. */
function reclassify(): void {
  const file = join(policies, "global.json");
  const global = JSON.parse(readFileSync(file, "utf8")) as { items: { list: Record<string, { class: string }> } };
  for (const item of Object.values(global.items.list)) item.class = `${item.class}-new`;
  writeFileSync(file, JSON.stringify(global, null, 2));
}

test("a restatement waits for somebody other than who released the rules, and is posted once when it is approved", async () => {
  const first = await open();
  await restated(first);
  const before = await story(first);
  await first.close();

  reclassify();
  expect(await cli("policy", "release", "--actor", "Rui Costa", "--reason", "new classes")).toMatchObject({ status: 0 });
  expect(await cli("replay")).toMatchObject({ status: 0 });
  const hub = await open();
  const asked = await waiting(hub);
  expect(asked.map(({ kind, role, requestedBy }) => [kind, role, requestedBy])).toContainEqual([
    "restatement",
    "group-controller",
    "Rui Costa",
  ]);
  await hub.close();

  const id = `${asked[0]!.transaction}/${asked[0]!.key}`;
  const own = await cli("exceptions", "approve", id, "--actor", "rui costa", "--reason", "looks good");
  expect([own.status, own.stdout]).toEqual([1, expect.stringContaining("caused this change, so somebody else decides")]);
  for (const { transaction, key } of asked) {
    const granted = await cli("exceptions", "approve", `${transaction}/${key}`, "--actor", "Ana Ruiz", "--reason", "checked");
    expect([granted.status, granted.stdout]).toEqual([0, expect.stringContaining("approved: it is posted now")]);
  }
  const again = await cli("exceptions", "reject", id, "--actor", "Bo Li", "--reason", "no");
  expect([again.status, again.stdout]).toEqual([1, expect.stringContaining("Ana Ruiz has granted it before")]);

  const after = await open();
  const told = await story(after);
  expect(told.state).toBe("settled");
  expect(told.steps.slice(0, before.steps.length)).toEqual(before.steps);
  expect(told.steps.slice(before.steps.length).every((steps) => steps.endsWith(" approved"))).toBe(true);
  expect(new Set(told.decided)).toEqual(new Set(["granted by Ana Ruiz"]));
  expect(told.exceptions.filter((text) => text.startsWith("policy."))).toEqual(asked.map(() => "policy.restatement closed by Ana Ruiz"));
  expect(await waiting(after)).toEqual([]);
  await after.close();
  expect((await cli("verify")).status).toBe(0);
  expect(JSON.parse((await cli("replay", "--json")).stdout)).toMatchObject({ posted: 0, reversed: 0, exceptions: 0 });
});

test("a concession is posted by itself below its threshold; above it nobody answers in time, it is asked anew, and a rejection leaves it alone", async () => {
  goOnFrom("2026-11-27T20:00:00.000Z");
  const file = join(policies, "global.json");
  const global = JSON.parse(readFileSync(file, "utf8")) as { approvals: { kind: string; aboveMinorUnits?: Record<string, number> }[] };
  for (const rule of global.approvals) if (rule.kind === "concession") rule.aboveMinorUnits = { USD: 1_00, CAD: 1_00 };
  writeFileSync(file, JSON.stringify(global, null, 2));
  const hub = await open();
  for (const delivery of sampleDay())
    if (delivery.kind === "webhook" && /^1013 /.test(delivery.id)) await deliverWebhook(hub, delivery as WebhookDelivery);
  await drain(hub);
  const [asked, ...others] = await waiting(hub);
  expect(others).toEqual([]);
  expect(asked).toMatchObject({ kind: "concession", amount: 15_00, currency: "USD" });

  await hub.close();

  // Two days and a little later nobody has decided: a hub that is started then finds the wait over.
  goOnFrom("2026-11-29T20:01:00.000Z");
  const later = await open();
  let anew: ApprovalItem | undefined;
  for (let round = 0; round < 100 && anew?.occurrence !== 2; round += 1) {
    await drain(later);
    [anew] = await waiting(later);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect([anew?.hash, anew?.occurrence]).toEqual([asked?.hash, 2]);
  const rejection = {
    transaction: anew!.transaction,
    approval: anew!.key,
    answer: "refused",
    by: "Ana",
    reason: "not ours to give",
  } as const;
  expect(await later.decideApproval(rejection)).toEqual({ outcome: "decided" });
  await drain(later);
  const [view] = await findTransactions(later, anew!.transaction);
  expect(view?.approvals.map(({ decision }) => `${decision?.answer} by ${decision?.by}`)).toEqual(["expired by hub", "refused by Ana"]);
  expect(
    [...(view?.chains.values() ?? [])].flatMap(({ plans }) => plans.flatMap(({ steps }) => steps.map(({ key }) => key))),
  ).not.toContain(anew!.document);
  expect(await waiting(later)).toEqual([]);
  await later.close();
}, 60_000);
