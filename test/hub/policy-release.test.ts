import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { chainOf } from "#domain/lineage";
import { drain, type Hub, openHub } from "#hub";
import { sampleDay, type WebhookDelivery } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { findTransactions, stateOf } from "../../cli/read-lineage.ts";
import { policiesFolder } from "./temporary-hub.ts";

const folder = mkdtempSync(join(tmpdir(), "throughline-release-"));
const policies = join(folder, "policies");
cpSync(policiesFolder, policies, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = () => openHub({ dataFolder: join(folder, "data"), policiesFolder: policies, webhookSecret: "release" });

async function storyOf(hub: Hub, order: string) {
  const [view] = await findTransactions(hub, order);
  if (view === undefined) throw new Error(`${order} is not known`);
  const posted = chainOf(view, "erp-us").plans.map(
    ({ steps, policyRelease }) => `release ${policyRelease}: ${steps.map(({ kind, key }) => `${kind} ${key.split("/")[2]}`).join(", ")}`,
  );
  const exceptions = view.exceptions.map(
    ({ opened, closed }) => `${opened.class} ${opened.code} ${closed === undefined ? "open" : `closed by ${closed.by}`}`,
  );
  return { state: stateOf(view), posted, exceptions };
}

function change(edit: (global: { items: { list: Record<string, unknown> }; accounts: { role: string; account: string }[] }) => void): void {
  const file = join(policies, "global.json");
  const global = JSON.parse(readFileSync(file, "utf8"));
  edit(global);
  writeFileSync(file, JSON.stringify(global, null, 2));
}

test("an item that is mapped by a new release posts by itself, and nothing else is touched", async () => {
  const first = await open();
  for (const delivery of sampleDay()) {
    if (delivery.kind === "webhook" && /^(1001|1022) /.test(delivery.id)) await deliverWebhook(first, delivery as WebhookDelivery);
  }
  expect(await drain(first)).toEqual({ kind: "drained" });
  expect(await storyOf(first, "#1022")).toEqual({
    state: "held",
    posted: ["release 1: post capture"],
    exceptions: ["data.unmapped item open"],
  });
  const before = await storyOf(first, "#1001");
  await first.close();

  change(({ items }) => {
    items.list["GAR-BIRDBATH"] = { class: "garden", name: "Bird bath", stocked: true };
  });
  const second = await open();
  expect(await drain(second)).toEqual({ kind: "drained" });
  expect(await storyOf(second, "#1022")).toEqual({
    state: "settled",
    posted: ["release 1: post capture", "release 2: post revenue, post issue"],
    // The folder has no opening stock: a warning that holds nothing up.
    exceptions: ["data.unmapped item closed by hub", "inventory.negative stock open", "inventory.negative stock open"],
  });
  expect(await storyOf(second, "#1001")).toEqual(before);
  await second.close();
});
