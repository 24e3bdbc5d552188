export interface Secrets {
  /** The webhook secrets of a shop: one, or two during rotation. Empty for an unknown shop. */
  webhookSecrets(shop: string): Promise<readonly string[]>;
}
