import { expect, test } from "vitest";
import { readTransaction } from "#functions/read-transaction";
import { sampleDay, type WebhookDelivery } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { verifyHub } from "../../cli/verify-hub.ts";
import { temporaryHub } from "./temporary-hub.ts";

const first = sampleDay().find((delivery): delivery is WebhookDelivery => delivery.kind === "webhook") as WebhookDelivery;

test("a body that begins with a byte order mark is kept byte for byte", async () => {
  const { hub, remove } = await temporaryHub();
  try {
    const body = new Uint8Array([0xef, 0xbb, 0xbf, ...first.body]);
    expect((await deliverWebhook(hub, { ...first, body })).status).toBe(200);
    const [document] = (await readTransaction(hub.lineage, "sale:shopify:fernwick-vale.myshopify.com:6120000001001")).documents;
    expect(new Uint8Array(Buffer.from(document?.raw.inline ?? "", "utf8"))).toEqual(body);
    const check = (await verifyHub(hub, () => {})).checks.find(({ name }) => name === "raw bodies hash to what was received");
    expect(check).toEqual({ name: "raw bodies hash to what was received", ok: true, checked: 1, failures: [] });
  } finally {
    await remove();
  }
});
