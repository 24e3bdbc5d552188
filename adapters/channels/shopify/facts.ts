import type { BusinessEvent } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import type { Reference } from "#domain/lineage";

/** What one resource says: its own facts and those of the resources that it embeds. */
export interface Facts {
  readonly events: readonly BusinessEvent[];
  readonly references: readonly Reference[];
  readonly problems: readonly Problem[];
}

/** In the order given; a reference that two parts state is listed once. */
export function joinFacts(parts: readonly Facts[]): Facts {
  const seen = new Set<string>();
  return {
    events: parts.flatMap((part) => part.events),
    references: parts
      .flatMap((part) => part.references)
      .filter((reference) => {
        const name = `${reference.type} ${reference.value}`;
        return seen.has(name) ? false : seen.add(name);
      }),
    problems: parts.flatMap((part) => part.problems),
  };
}
