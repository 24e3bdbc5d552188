import type { ApiClient } from "#domain/access";

/** Who may call the hub's API. */
export interface ApiClients {
  /** Undefined for a client that is not registered. Its secrets are in no message and no log. */
  find(client: string): Promise<ApiClient | undefined>;
}
