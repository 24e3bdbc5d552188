import { Unavailable } from "#domain/failures";
import { eventKey, fileTransaction, sourceKey } from "#domain/identity";
import { documentItem, type ParsedDocument } from "#domain/lineage";
import { assertAllCounted, type PosCounts } from "#domain/store-day";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import type { Metrics } from "#ports/metrics";
import type { CheckedPosFile } from "./check-pos-file.ts";
import { closeEarlierFailures } from "./close-earlier-failures.ts";
import { readManifest } from "./ingest-pos-chunk.ts";

export interface ClosePosFileDependencies {
  readonly documents: DocumentStore;
  readonly lineage: LineageStore;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

export interface ClosePosFileInput {
  readonly checked: CheckedPosFile;
  /** Sums over the chunks; zeros when none was taken in. */
  readonly counts: PosCounts;
}

export interface ClosedPosFile extends PosCounts {
  readonly file: string;
  readonly outcome: CheckedPosFile["outcome"];
  readonly transaction: string;
  readonly transactions: number;
}

/** Last step of a POS file: every transaction became something, and the file itself becomes a fact of its own stream. */
export function createHandler(dependencies: ClosePosFileDependencies) {
  const { documents, lineage, clock, metrics } = dependencies;

  return async function closePosFile({ checked, counts }: ClosePosFileInput): Promise<ClosedPosFile> {
    if (checked.outcome === "accepted") assertAllCounted(checked.transactions, counts);
    const held = checked.outcome === "held" ? { ...counts, held: checked.transactions } : counts;
    const document = checked.outcome === "duplicate" ? duplicateOf(checked) : await received(documents, checked, held);
    const item = documentItem(document, { hash: checked.hash, bytes: checked.bytes, address: checked.drop }, clock.now());
    const [answer] = await lineage.insert([item]);
    if (answer !== "inserted" && answer !== "conflict")
      throw new Unavailable(`the lineage answered ${answer} for the file ${checked.file}`);
    await closeEarlierFailures({ lineage, clock }, document.transaction);
    const { file, outcome, transactions } = checked;
    metrics.record("PosFiles", 1, "count", { outcome });
    for (const became of ["recorded", "duplicates", "ignored", "held"] as const) {
      metrics.record("PosTransactions", held[became], "count", { became });
    }
    return { file, outcome, transaction: document.transaction, transactions, ...held };
  };
}

async function received(documents: DocumentStore, checked: CheckedPosFile, counts: PosCounts): Promise<ParsedDocument> {
  const manifest = await readManifest(documents, checked.manifest);
  return {
    ...fileDocument(checked),
    events: [
      {
        name: "file.received",
        schema: 1,
        key: eventKey("file.received", checked.hash),
        version: checked.receivedAt,
        occurredAt: checked.receivedAt,
        file: checked.file.slice(0, 255),
        format: manifest.format,
        bytes: checked.bytes,
        tickets: counts.recorded + counts.duplicates,
        ignored: counts.ignored,
        held: counts.held,
        businessDates: manifest.businessDates,
        receivedAt: checked.receivedAt,
        ...(checked.within === undefined ? {} : { within: checked.within }),
      },
    ],
    issues: checked.issues,
  };
}

/** The same bytes again: remembered by the name they came under, so that a second upload is seen and changes nothing. */
function duplicateOf(checked: CheckedPosFile): ParsedDocument {
  return {
    ...fileDocument(checked),
    events: [],
    issues: [
      {
        class: "source.duplicate-file",
        code: "file",
        cause: checked.file.slice(0, 120),
        message: `${checked.file.slice(0, 120)} has the same bytes as a file that was taken in before. Nothing was taken in twice; nothing is to be done.`,
      },
    ],
  };
}

function fileDocument(checked: CheckedPosFile) {
  return {
    transaction: fileTransaction("pos", checked.hash),
    kind: "file" as const,
    source: sourceKey("pos", "drop", "file", checked.hash),
    channel: "pos",
    shop: "drop",
    references: [{ type: "file" as const, value: checked.file.slice(0, 255) }],
  };
}
