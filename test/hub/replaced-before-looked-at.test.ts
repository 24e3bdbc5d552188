import { expect, test } from "vitest";
import { readTransaction } from "#functions/read-transaction";
import { drain } from "#hub";
import { sampleDay, type WebhookDelivery } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { verifyHub } from "../../cli/verify-hub.ts";
import { temporaryHub } from "./temporary-hub.ts";

const first = sampleDay().find((delivery): delivery is WebhookDelivery => delivery.kind === "webhook") as WebhookDelivery;
const order = JSON.parse(new TextDecoder().decode(first.body)) as object;
const broken = { ...first, id: "broken", body: new TextEncoder().encode(JSON.stringify({ ...order, current_total_price: true })) };

test.each([
  ["a version that is replaced before anybody looks", [broken, first], false, []],
  ["a version that nothing replaces", [broken], false, ["data.value"]],
  ["a version that is replaced after it was looked at", [broken, first], true, ["data.value closed"]],
])("%s is quarantined, and verify finds nothing wrong", async (_, deliveries, looksBetween, exceptions) => {
  const { hub, remove } = await temporaryHub();
  try {
    for (const delivery of deliveries) {
      expect((await deliverWebhook(hub, delivery)).status).toBe(200);
      if (looksBetween) expect((await drain(hub)).kind).toBe("drained");
    }
    expect((await drain(hub)).kind).toBe("drained");
    const view = await readTransaction(hub.lineage, "sale:shopify:fernwick-vale.myshopify.com:6120000001001");
    expect(view.documents.filter(({ issues }) => issues.length > 0)).toHaveLength(1);
    expect(
      view.exceptions.flatMap(({ opened, closed }) =>
        opened.class === "data.value" ? [`${opened.class}${closed === undefined ? "" : " closed"}`] : [],
      ),
    ).toEqual(exceptions);
    expect((await verifyHub(hub, () => {})).checks.filter(({ ok }) => !ok)).toEqual([]);
  } finally {
    await remove();
  }
});
