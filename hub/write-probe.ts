import type { Cursors } from "#adapters/embedded";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";

/** Undefined while the data folder takes writes; else what it answered. */
export type WriteProbe = () => Promise<string | undefined>;

const probeAddress = "probe/written-by-health";
const probeCursor = "write probe";
/** As much as the largest body that is kept in the database, so that a disk with room for a row alone is not called healthy. */
const probeBytes = 65_536;
/** Whoever asks more often is told the last answer: asking is no load. */
const answerHoldsMilliseconds = 1_000;

/**
 * Writes what every delivery writes, a row and a document, in place of the ones before: a full disk, a folder that became read-only and a
 * database that another process keeps locked are all met by doing it, and by nothing less.
 */
export function createWriteProbe(dependencies: {
  readonly cursors: Cursors;
  readonly documents: DocumentStore;
  readonly clock: Clock;
}): WriteProbe {
  const { cursors, documents, clock } = dependencies;
  let asked: { readonly at: number; readonly answer: Promise<string | undefined> } | undefined;

  async function faultOfWriting(now: number): Promise<string | undefined> {
    try {
      await documents.put(probeAddress, new Uint8Array(probeBytes));
      await cursors.set(probeCursor, now);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  return () => {
    const now = Date.parse(clock.now());
    if (asked === undefined || Math.abs(now - asked.at) >= answerHoldsMilliseconds) asked = { at: now, answer: faultOfWriting(now) };
    return asked.answer;
  };
}
