import { createHmac } from "node:crypto";
import type { WebhookDelivery } from "#sample";

/** Posts a delivery as the shop would: the body's exact bytes, signed; a forged one is signed with a secret that is not the shop's. */
export async function postWebhook(
  url: string,
  { body, headers, signature, topic, shop }: WebhookDelivery,
  secret: string,
): Promise<{ readonly status: number; readonly body: string }> {
  const signed = new Headers(headers);
  signed.set("x-shopify-topic", topic);
  signed.set("x-shopify-shop-domain", shop);
  const usedSecret = signature === "valid" ? secret : `not ${secret}`;
  signed.set("x-shopify-hmac-sha256", createHmac("sha256", usedSecret).update(body).digest("base64"));
  const answer = await fetch(url, {
    method: "POST",
    headers: signed,
    body: Buffer.from(body),
    signal: AbortSignal.timeout(60_000),
  });
  return { status: answer.status, body: await answer.text() };
}
