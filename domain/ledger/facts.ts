import { canonicalJson } from "#domain/canonical";
import { type BusinessEvent, compareEvents } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { mergeContents } from "./merge-contents.ts";

/**
 * The facts of a transaction out of every content that arrived: per business key the highest version, in order of events. Contents of
 * one version that state different fields are one fact; those that contradict each other are data.duplicate, caused by the key.
 * The result does not depend on the order of `events`.
 */
export function foldFacts(events: readonly BusinessEvent[]): { readonly events: BusinessEvent[]; readonly problems: Problem[] } {
  const latest = new Map<string, BusinessEvent[]>();
  for (const event of events) {
    const rivals = latest.get(event.key);
    if (rivals === undefined || event.version > rivals[0]!.version) latest.set(event.key, [event]);
    else if (event.version === rivals[0]!.version) rivals.push(event);
  }
  const facts: BusinessEvent[] = [];
  const problems: Problem[] = [];
  for (const rivals of latest.values()) {
    const fact = rivals.length === 1 ? rivals[0]! : oneFact(rivals);
    facts.push(fact ?? firstByText(rivals));
    if (fact === undefined) problems.push(duplicate(rivals[0]!));
  }
  return { events: facts.sort(compareEvents), problems: problems.sort((a, b) => (a.cause < b.cause ? -1 : 1)) };
}

function oneFact(rivals: readonly BusinessEvent[]): BusinessEvent | undefined {
  const contents = byText(rivals);
  let fact: BusinessEvent | undefined = contents[0];
  for (const content of contents.slice(1)) fact = fact && mergeContents(fact, content);
  return fact;
}

function firstByText(rivals: readonly BusinessEvent[]): BusinessEvent {
  return byText(rivals)[0]!;
}

/** Distinct contents in an order of their own, so that arrival decides nothing. */
function byText(rivals: readonly BusinessEvent[]): BusinessEvent[] {
  const texts = new Map(rivals.map((event) => [canonicalJson(event), event]));
  return [...texts.keys()].sort().map((text) => texts.get(text)!);
}

function duplicate(event: BusinessEvent): Problem {
  return {
    class: "data.duplicate",
    code: "contradiction",
    cause: event.key,
    event: event.key,
    message: `${event.key} arrived twice at version ${event.version} with different content. Find out which one the source holds, then resolve.`,
  };
}
