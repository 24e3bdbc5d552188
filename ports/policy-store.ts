import type { Policy } from "#domain/policy";

export interface PolicyStore {
  /** The release in force; may be cached for some seconds (a plan older than the last one is refused with StalePolicy). */
  current(): Promise<Policy>;
  /** Reads it anew. */
  reload(): Promise<Policy>;
}
