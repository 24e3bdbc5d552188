import type { BusinessEvent } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import type { Reference } from "#domain/lineage";

/** What one resource says: its own facts and those of the resources that it embeds. */
export interface Facts {
  readonly events: readonly BusinessEvent[];
  readonly references: readonly Reference[];
  readonly problems: readonly Problem[];
}

/**
 * A resource's own facts, first, with those of what it embeds. When the resource itself cannot be read there are no events: the first
 * event is always its own and gives the document its version.
 */
export function joinFacts(own: Facts, embedded: readonly Facts[]): Facts {
  const parts = [own, ...embedded];
  return {
    events: own.events.length === 0 ? [] : parts.flatMap((part) => part.events),
    references: parts.flatMap((part) => part.references),
    problems: parts.flatMap((part) => part.problems),
  };
}
