import { createHmac } from "node:crypto";
import { sampleDay, type WebhookDelivery } from "#sample";

/** One request that is ready to be sent. */
export interface PreparedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

// The sample's own ids and names, told apart per copy by the digits in their middle; the order with the long id has none of these.
const sampleId = /\b(\d{3,4})0000(\d{6,7})\b/g;
const orderName = /"#(\d+)"/g;

/** The signed webhooks of `copies` sample days, all at hand. */
export function preparedWebhooks(copies: number, secret: string): PreparedRequest[] {
  return [...sampleWebhooks(copies, secret)];
}

/**
 * The signed webhooks of the sample day, in their order, `copies` times with ids of their own: only those of orders that end settled. Made one
 * by one, so that however many they are they take no memory.
 */
export function* sampleWebhooks(copies: number, secret: string): Generator<PreparedRequest, void, undefined> {
  const day = sampleDay().filter((delivery): delivery is WebhookDelivery => delivery.kind === "webhook" && delivery.signature === "valid");
  const decoder = new TextDecoder();
  // Beside the two that are held, #1103 and #1104 are left out: a store of US2 ships them, and without opening stock their goods have no
  // cost to be charged.
  const texts = day
    .map(({ body, topic, shop }) => ({ text: decoder.decode(body), topic, shop }))
    .filter(({ text }) => !/"#(?:102[23]|110[34])"|00001(?:02[23]|10[34])\b|\d{16}/.test(text));
  for (let copy = 1; copy <= copies; copy += 1) {
    const middle = String(copy).padStart(4, "0");
    for (const { text, topic, shop } of texts) {
      const body = Buffer.from(text.replace(sampleId, `$1${middle}$2`).replace(orderName, `"#${copy}-$1"`));
      const signature = createHmac("sha256", secret).update(body).digest("base64");
      const headers = {
        "x-shopify-topic": topic,
        "x-shopify-shop-domain": shop,
        "x-shopify-hmac-sha256": signature,
        "content-type": "application/json",
      };
      yield { headers, body };
    }
  }
}
