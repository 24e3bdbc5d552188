import type { BusinessEvent } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import type { DocumentItem } from "#domain/lineage";

/**
 * The facts of a transaction: the events of every document whose own figures hold. A document with issues is kept out, and its issues are
 * problems until a later version of the same resource replaces it.
 */
export function gatherFacts(documents: readonly DocumentItem[]): {
  readonly events: readonly BusinessEvent[];
  readonly issues: readonly Problem[];
} {
  const sound = documents.filter((document) => document.issues.length === 0);
  const latest = new Map<string, string>();
  for (const document of sound) {
    const version = versionOf(document);
    const known = latest.get(document.source);
    if (known === undefined || version > known) latest.set(document.source, version);
  }
  const issues = documents
    .filter((document) => document.issues.length > 0)
    .filter((document) => {
      const replacement = latest.get(document.source);
      return replacement === undefined || replacement < versionOf(document);
    })
    .flatMap((document) => document.issues);
  return { events: sound.flatMap((document) => document.events), issues };
}

// A document's first event is that of its own resource; what it embeds comes after. One that could not be read has no version.
function versionOf(document: DocumentItem): string {
  return document.events[0]?.version ?? "";
}
