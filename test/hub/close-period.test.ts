import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { chainOf } from "#domain/lineage";
import { drain, type Hub, openHub } from "#hub";
import type { Clock } from "#ports/clock";
import { sampleDay, type WebhookDelivery } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { period } from "../../cli/commands/period.ts";
import { findTransactions } from "../../cli/read-lineage.ts";
import { policiesFolder } from "./temporary-hub.ts";

let folder = "";
let now = "";
const clock: Clock = { now: () => now };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-closing-"));
  cpSync(policiesFolder, join(folder, "policies"), { recursive: true });
  now = "2026-11-28T15:00:00.000Z";
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const options = () => ({ dataFolder: join(folder, "data"), policiesFolder: join(folder, "policies"), webhookSecret: "closing", clock });

async function withHub<Answer>(run: (hub: Hub) => Promise<Answer>): Promise<Answer> {
  const hub = await openHub(options());
  try {
    return await run(hub);
  } finally {
    await hub.close();
  }
}

async function close(more: Record<string, string> = {}) {
  const out: string[] = [];
  const status = await period.run({
    hub: options(),
    json: true,
    arguments: ["close"],
    options: { period: "2026-11", entity: "US1", actor: "Dana Reyes", reason: "November is complete", ...more },
    terminal: { print: (line) => out.push(line), note: () => {}, progress: () => {}, clear: () => {}, live: false, columns: 140 },
  });
  return { status, answers: JSON.parse(out.join("\n")) as Record<string, unknown>[] };
}

/** Order #1001, a kettle for 64.00, paid and shipped on 27 November out of a warehouse of which no opening stock is known. */
const kettle = () => sampleDay().filter((each): each is WebhookDelivery => each.kind === "webhook" && each.id.startsWith("1001 "));

/** The shop corrects the order afterwards: it was another item, of another class. */
function correction(): WebhookDelivery {
  const paid = kettle().find((delivery) => delivery.topic === "orders/paid") as WebhookDelivery;
  const body = JSON.parse(new TextDecoder().decode(paid.body));
  body.updated_at = "2026-12-06T09:00:00-05:00";
  for (const line of body.line_items) line.sku = "LIG-LAMP-DESK";
  return { ...paid, body: new TextEncoder().encode(JSON.stringify(body)) };
}

const take = (deliveries: readonly WebhookDelivery[]) =>
  withHub(async (hub) => {
    for (const delivery of deliveries) expect((await deliverWebhook(hub, delivery)).status).toBe(200);
    expect(await drain(hub)).toEqual({ kind: "drained" });
    const [view] = await findTransactions(hub, "#1001");
    return chainOf(view!, "erp-us").plans.flatMap(({ steps }) =>
      steps.map((step) =>
        step.kind === "tell" ? "told" : step.kind === "reverse" ? step.postingDate : (step.document?.postingDate ?? ""),
      ),
    );
  });

test("a period is closed by name when nothing of it is open, or when somebody says why all the same; what comes late posts in the next one", async () => {
  expect(await take(kettle())).toEqual(["2026-11-27", "2026-11-27", "2026-11-27"]);
  expect(await close()).toEqual({ status: 1, answers: [{ entity: "US1", period: "2026-11", outcome: "not-over", endsOn: "2026-11-30" }] });

  now = "2026-12-04T15:00:00.000Z";
  const refused = await close();
  expect(refused).toMatchObject({ status: 1, answers: [{ outcome: "open-items", openItemCount: 2 }] });
  expect(refused.answers[0]?.openItems).toMatchObject([
    { kind: "exception", day: "2026-11-28", text: expect.stringContaining("inventory.negative/stock: no-cost") },
    { kind: "exception", day: "2026-11-28", text: expect.stringContaining("inventory.negative/stock: negative-stock") },
  ]);
  // Another entity has no part in it.
  expect(await close({ entity: "CA1" })).toMatchObject({ status: 0, answers: [{ entity: "CA1", outcome: "closed", openItemCount: 0 }] });

  const closed = await close({ "with-open-items": "the opening stock is counted in December" });
  expect(closed).toMatchObject({ status: 0, answers: [{ outcome: "closed", openItemCount: 2 }] });
  const by = "Dana Reyes";
  const why = "November is complete – with 2 open items: the opening stock is counted in December";
  const file = JSON.parse(readFileSync(join(folder, "policies", "entities", "US1.json"), "utf8"));
  expect(file.periods.at(-1)).toEqual({ period: "2026-11", state: "closed", from: "2026-12-04", by, why });
  await withHub(async (hub) => {
    expect((await hub.policies.current()).releasedBy).toBe(by);
    expect(hub.policies.releases().map(({ kind, actor, reason }) => [kind, actor, reason])).toEqual([
      ["released", by, `2026-11 of US1 closed: ${why}`],
      ["released", by, "2026-11 of CA1 closed: November is complete"],
      ["followed", "hub", "the policy files changed"],
    ]);
    // The draft says it too: there is nothing in it that a release would open.
    await expect(hub.policies.release({ actor: by, reason: "nothing" })).rejects.toThrow("nothing to release");
  });
  expect(await close()).toEqual({ status: 0, answers: [{ entity: "US1", period: "2026-11", outcome: "already-closed" }] });

  // Opened again on the day on which it was closed, and closed once more: what was said last counts.
  const path = join(folder, "policies", "entities", "US1.json");
  const opened = JSON.parse(readFileSync(path, "utf8"));
  opened.periods.push({ period: "2026-11", state: "open", from: "2026-12-04", why: "An invoice was forgotten" });
  writeFileSync(path, JSON.stringify(opened, null, 2));
  await withHub((hub) => hub.policies.release({ actor: "Sam Okafor", reason: "one more invoice" }));
  expect(await close()).toMatchObject({ status: 1, answers: [{ outcome: "open-items" }] });
  const again = await close({ "with-open-items": "the opening stock is counted in December" });
  expect(again).toMatchObject({ status: 0, answers: [{ outcome: "closed" }] });
  expect(
    JSON.parse(readFileSync(path, "utf8"))
      .periods.slice(-3)
      .map(({ state }: { state: string }) => state),
  ).toEqual(["closed", "open", "closed"]);

  now = "2026-12-06T15:00:00.000Z";
  const dates = await take([correction()]);
  expect(new Set(dates.slice(3))).toEqual(new Set(["2026-12-01"]));
  expect(dates.length).toBeGreaterThan(3);
});
