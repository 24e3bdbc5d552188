/** What Shopify says beside the body of a delivery. */
export interface ShopifyHeaders {
  /** In lower case. */
  readonly shop?: string;
  readonly topic?: string;
  readonly signature?: string;
}

/** Names come in any casing; the newer events drop the "X-". */
export function shopifyHeaders(headers: Readonly<Record<string, string | undefined>>): ShopifyHeaders {
  const found: { shop?: string; topic?: string; signature?: string } = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    const plain = name.toLowerCase().replace(/^x-/, "");
    if (plain === "shopify-shop-domain") found.shop = value.toLowerCase();
    else if (plain === "shopify-topic") found.topic = value;
    else if (plain === "shopify-hmac-sha256") found.signature = value;
  }
  return found;
}
