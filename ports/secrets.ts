export interface Secrets {
  /** The webhook secrets of a shop: one, or two during rotation. Empty for an unknown shop. */
  webhookSecrets(shop: string): Promise<readonly string[]>;
  /** The token with which the shop's own API is read; undefined when none is configured. Never in a message, never in a log. */
  accessToken(shop: string): Promise<string | undefined>;
}
