import type { Policy } from "#domain/policy";

export interface LastRelease {
  readonly release: number;
  /** From when on it is in force. */
  readonly at: string;
  /** Made before that: nobody woke what is held when its time came. */
  readonly wasPending?: true;
  /** From this instant on nobody decides with an older release any more. */
  readonly everywhereAt: string;
}

export interface PolicyStore {
  /** The release in force; may be cached for some seconds (a plan older than the last one is refused with StalePolicy). */
  current(): Promise<Policy>;
  /** Reads it anew. */
  reload(): Promise<Policy>;
  /**
   * The last release as it is on record now, never cached. Whoever waits for a release writes the wait first and
   * asks this after it: then either the release finds the wait, or this finds the release.
   */
  lastRelease(): Promise<LastRelease>;
}
