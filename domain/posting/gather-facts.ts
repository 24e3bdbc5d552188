import type { BusinessEvent } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { type DocumentItem, readEvents } from "#domain/lineage";

/**
 * The facts of a transaction: the events of every document whose own figures hold, in the schemas of this release. A document with issues
 * is kept out, and its issues are problems until a later version of the same resource replaces it.
 */
export function gatherFacts(given: readonly DocumentItem[]): {
  readonly events: readonly BusinessEvent[];
  readonly issues: readonly Problem[];
} {
  const documents = standing(given);
  const issues = quarantined(documents).flatMap((document) => document.issues);
  const read = documents.filter(isSound).map(readEvents);
  return { events: read.flatMap(({ events }) => events), issues: [...issues, ...read.flatMap(({ problems }) => problems)] };
}

/** The documents with issues that no version of their resource has replaced. */
export function quarantined(documents: readonly DocumentItem[]): readonly DocumentItem[] {
  const sound = Map.groupBy(documents.filter(isSound), ({ source }) => source);
  return documents.filter((broken) => !isSound(broken) && !sound.get(broken.source)?.some((document) => replaces(document, broken)));
}

const isSound = ({ issues }: DocumentItem) => issues.length === 0;

/** The documents that still count: a stream that tells something anew takes back whatever it told before under the same source. */
export function standing(documents: readonly DocumentItem[]): readonly DocumentItem[] {
  const last = new Map<string, number>();
  for (const { source, told } of documents) if (told !== undefined) last.set(source, Math.max(last.get(source) ?? 0, told.plan));
  return documents.filter(({ source, told }) => told === undefined || told.plan === last.get(source));
}

/** By the source's version; where the broken document does not tell it, only what came after it can be its correction. */
function replaces(sound: DocumentItem, broken: DocumentItem): boolean {
  const [version, brokenVersion] = [versionOf(sound), versionOf(broken)];
  return version === undefined || brokenVersion === undefined ? sound.at > broken.at : version >= brokenVersion;
}

// A document's first event is that of its own resource; what it embeds comes after.
function versionOf(document: DocumentItem): string | undefined {
  return document.version ?? document.events[0]?.version;
}
