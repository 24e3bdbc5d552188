import { afterAll, expect, test } from "vitest";
import { foldPlans } from "#domain/posting";
import { drain, type Hub } from "#hub";
import { sampleDay, type WebhookDelivery } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { consolidatedTrialBalances } from "../../cli/consolidated-report.ts";
import { bookOpenings } from "../../cli/demo-day.ts";
import { findTransactions } from "../../cli/read-lineage.ts";
import { arrivals } from "../golden/arrivals.ts";
import { temporaryHub } from "./temporary-hub.ts";

/** Returned, cancelled, sent from elsewhere, refunded before it shipped, split tender, tip, gift card, shipped by a sister. */
const orders = ["#1011", "#1014", "#1015", "#1018", "#1020", "#1101", "#1102", "#1103"];
const deliveries = sampleDay().filter(
  (delivery): delivery is WebhookDelivery => delivery.kind === "webhook" && orders.includes(`#${delivery.id.slice(0, 4)}`),
);

const cleanUp: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const remove of cleanUp) await remove();
});

/** What stands in the ERP at the end: every live document by key and hash, and the group's balances by account. */
async function ledgerAfter(order: readonly WebhookDelivery[]): Promise<{ live: string[]; balances: Record<string, number> }> {
  const { hub, remove } = await temporaryHub();
  cleanUp.push(remove);
  // Goods have a cost, the same at all times.
  await bookOpenings(hub, "2026-11-27");
  for (const [index, delivery] of order.entries()) {
    await deliverWebhook(hub, delivery);
    // What has arrived is posted now and then, so that later facts correct earlier postings.
    if (index % 7 === 6) await drain(hub);
  }
  expect(await drain(hub)).toEqual({ kind: "drained" });
  return { live: await liveDocuments(hub), balances: await balancesOf(hub) };
}

/** By entity and account; what reversals took back to nothing is left out. */
async function balancesOf(hub: Hub): Promise<Record<string, number>> {
  const groups = await consolidatedTrialBalances(hub, {});
  const balances = groups.flatMap(({ accounts }) =>
    accounts.flatMap(({ account, byEntity }) =>
      Object.entries(byEntity).map(([entity, amount]) => [`${entity} ${account}`, amount] as const),
    ),
  );
  return Object.fromEntries(balances.filter(([, amount]) => amount !== 0));
}

async function liveDocuments(hub: Hub): Promise<string[]> {
  const live: string[] = [];
  for (const order of orders) {
    for (const { chains } of await findTransactions(hub, order)) {
      for (const { plans, outcomes } of chains.values()) {
        for (const { key, hash } of foldPlans(plans, outcomes).live.values()) live.push(`${key} ${hash}`);
      }
    }
  }
  return live.sort();
}

test("webhooks of eight orders in any order, some of them twice, end in the same documents and balances as in the order of the day", async () => {
  const inOrder = await ledgerAfter(deliveries);
  expect(inOrder.live.length).toBeGreaterThan(30);
  for (const arrived of arrivals(deliveries, { permutationsMax: 0, samples: 3, seed: "hub" })) {
    expect(await ledgerAfter(arrived)).toEqual(inOrder);
  }
}, 120_000);
