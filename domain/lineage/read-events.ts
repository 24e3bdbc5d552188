import { type BusinessEvent, upgradeEvent } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import type { DocumentItem } from "./items.ts";

/**
 * The events of a recorded document as this release of the hub reads them: older schemas are upgraded. One that is newer than this
 * release is a problem by name, and none of the document's events is used: half of a document would be mis-read.
 */
export function readEvents(document: Pick<DocumentItem, "source" | "events">): {
  readonly events: readonly BusinessEvent[];
  readonly problems: readonly Problem[];
} {
  const events: BusinessEvent[] = [];
  const problems: Problem[] = [];
  for (const stored of document.events) {
    const answer = upgradeEvent(stored);
    if (answer.kind === "readable") events.push(answer.event);
    else {
      const { name, schema, current } = answer;
      const known = current === 0 ? "does not know it" : `reads up to ${current}`;
      problems.push({
        class: "data.value",
        code: "event-schema",
        cause: `${document.source} ${name} ${schema}`,
        message: `${document.source} holds ${name} of schema ${schema}, and this release ${known}. Run the release that recorded it, or a newer one; nothing of the document is used until then.`,
      });
    }
  }
  return problems.length > 0 ? { events: [], problems } : { events, problems };
}
