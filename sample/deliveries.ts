/** One HTTP request of the shop. The sender signs it: with the shop's secret, or, when "forged", with a secret that is not the shop's. */
export interface WebhookDelivery {
  readonly kind: "webhook";
  /** Names the delivery in the story of the day, such as "1002 fulfillments/create 1". */
  readonly id: string;
  readonly topic: string;
  readonly shop: string;
  readonly body: Uint8Array;
  /** Without the signature. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signature: "valid" | "forged";
}

/** One file of a store's back office. */
export interface PosFileDelivery {
  readonly kind: "pos-file";
  readonly id: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type SampleDelivery = WebhookDelivery | PosFileDelivery;
