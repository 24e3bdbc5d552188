import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { sampleDay, type WebhookDelivery } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { verifyHub } from "../../cli/verify-hub.ts";
import { settableClock } from "../contracts/settable-clock.ts";
import { temporaryHub } from "./temporary-hub.ts";

const orders = sampleDay().filter(
  (delivery): delivery is WebhookDelivery => delivery.kind === "webhook" && delivery.signature !== "forged" && delivery.id < "1021",
);
const hour = 3_600;

/** What lies in the queues: waiting, handed out before and not acknowledged, and given up. */
function messagesIn(dataFolder: string): object & { readonly waiting: unknown } {
  const database = new DatabaseSync(join(dataFolder, "hub.sqlite"), { readOnly: true });
  try {
    const columns =
      "count(*) FILTER (WHERE dead_at IS NULL) AS waiting, count(*) FILTER (WHERE receives > 0) AS receivedInVain, count(*) FILTER (WHERE dead_at IS NOT NULL) AS dead";
    return { waiting: 0, ...database.prepare(`SELECT ${columns} FROM message`).get() };
  } finally {
    database.close();
  }
}

test("an ERP that is down for six hours burns no attempt of a healthy order, makes no dead letter, and has everything half an hour after it is back", {
  timeout: 120_000,
}, async () => {
  const clock = settableClock();
  const { hub, dataFolder, remove } = await temporaryHub(clock);
  const startedAt = Date.parse(clock.now());
  const secondsSince = () => (Date.parse(clock.now()) - startedAt) / 1_000;
  let looks = 0;
  /** Works off what is visible, then lets the time pass until something is. */
  const workUntil = async (seconds: number) => {
    while (secondsSince() < seconds) {
      while (await hub.worker.step()) looks += 1;
      const next = await hub.worker.nextVisibleAt();
      const wait = next === undefined ? seconds - secondsSince() : (next - Date.parse(clock.now())) / 1_000;
      clock.advance(Math.min(Math.max(Math.ceil(wait), 1), seconds - secondsSince()));
    }
  };
  try {
    hub.erps.sandbox?.faults.inject({ kind: "fail-before", requests: 100_000, path: "/v1/batches" });
    for (const delivery of orders) await deliverWebhook(hub, delivery);
    await workUntil(6 * hour);
    // The adapter sends each call twice before it gives up.
    const calls = (100_000 - (hub.erps.sandbox?.faults.pending()[0]?.requests ?? 0)) / 2;
    expect(messagesIn(dataFolder)).toEqual({ waiting: expect.any(Number), receivedInVain: 0, dead: 0 });
    expect(messagesIn(dataFolder).waiting).toBeGreaterThanOrEqual(20);
    // Left alone, but for a trial now and then; and looked at some four times an hour and message, fifty messages a look.
    expect(calls).toBeLessThan(150);
    expect(looks).toBeLessThan(400);
    hub.erps.sandbox?.faults.clear();
    await workUntil(6.5 * hour);
    expect(messagesIn(dataFolder)).toEqual({ waiting: 0, receivedInVain: 0, dead: 0 });
    expect((await verifyHub(hub, () => {})).checks.filter((check) => !check.ok)).toEqual([]);
  } finally {
    await remove();
  }
});
