import type { Policy } from "#domain/policy";

export interface PolicyStore {
  /** The release in force; may be cached for some seconds (a plan older than the last one is refused with StalePolicy). */
  current(): Promise<Policy>;
  /** Reads it anew. */
  reload(): Promise<Policy>;
  /**
   * Number and instant of the last release as it is on record now, never cached. Whoever waits for a release writes the wait first and
   * asks this after it: then either the release finds the wait, or this finds the release.
   */
  lastRelease(): Promise<{ readonly release: number; readonly at: string }>;
}
