/** What Shopify says beside the body of a delivery. */
export interface ShopifyHeaders {
  /** In lower case. */
  readonly shop?: string;
  readonly topic?: string;
  readonly signature?: string;
  /** When the change happened, as Shopify wrote it. */
  readonly triggeredAt?: string;
  /** Its name of the change, the same on every delivery of it. */
  readonly eventId?: string;
}

/** Names come in any casing; the newer events drop the "X-". */
export function shopifyHeaders(headers: Readonly<Record<string, string | undefined>>): ShopifyHeaders {
  const plain = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) plain.set(name.toLowerCase().replace(/^x-/, ""), value);
  const found: { -readonly [member in keyof ShopifyHeaders]: string } = {};
  const take = (member: keyof ShopifyHeaders, ...names: string[]) => {
    const value = names.map((name) => plain.get(name)).find((each) => each !== undefined);
    if (value !== undefined) found[member] = member === "shop" ? value.toLowerCase() : value;
  };
  take("shop", "shopify-shop-domain");
  take("topic", "shopify-topic");
  take("signature", "shopify-hmac-sha256");
  take("triggeredAt", "shopify-triggered-at");
  // An event may reach us by more than one subscription: its own id comes first.
  take("eventId", "shopify-event-id", "shopify-webhook-id");
  return found;
}
