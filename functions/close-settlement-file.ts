import { Unavailable } from "#domain/failures";
import { eventKey, fileTransaction, sourceKey } from "#domain/identity";
import { documentItem, type ParsedDocument } from "#domain/lineage";
import type { SettlementCounts } from "#domain/settlement";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import type { Metrics } from "#ports/metrics";
import type { CheckedSettlementFile } from "./check-settlement-file.ts";
import { closeEarlierFailures } from "./close-earlier-failures.ts";
import { readSettlementManifest } from "./ingest-settlement-chunk.ts";

export interface CloseSettlementFileDependencies {
  readonly documents: DocumentStore;
  readonly lineage: LineageStore;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

export interface CloseSettlementFileInput {
  readonly checked: CheckedSettlementFile;
  /** Sums over the chunks; zeros when none was taken in. */
  readonly counts: SettlementCounts;
}

export interface ClosedSettlementFile extends SettlementCounts {
  readonly file: string;
  readonly outcome: CheckedSettlementFile["outcome"];
  readonly transaction: string;
  readonly parts: number;
}

/** Last step of a settlement file: every part became something, and the file itself becomes a fact of its own stream. */
export function createHandler({ documents, lineage, clock, metrics }: CloseSettlementFileDependencies) {
  return async function closeSettlementFile({ checked, counts }: CloseSettlementFileInput): Promise<ClosedSettlementFile> {
    if (checked.outcome === "accepted") assertAllCounted(checked.parts, counts);
    const document = await documentOf(checked);
    const item = documentItem(document, { hash: checked.hash, bytes: checked.bytes, address: checked.drop }, clock.now());
    const [answer] = await lineage.insert([item]);
    if (answer !== "inserted" && answer !== "conflict")
      throw new Unavailable(`the lineage answered ${answer} for the file ${checked.file}`);
    if (checked.outcome === "accepted") await closeEarlierFailures({ lineage, clock }, document.transaction);
    const { file, outcome, parts } = checked;
    metrics.record("SettlementFiles", 1, "count", { outcome });
    return { file, outcome, transaction: document.transaction, parts, ...counts };
  };

  async function documentOf(checked: CheckedSettlementFile): Promise<ParsedDocument> {
    switch (checked.outcome) {
      case "accepted":
        return received(checked);
      case "held":
        return { ...fileDocument(checked), events: [], issues: checked.issues };
      case "duplicate":
        return { ...fileDocument(checked), events: [], issues: [duplicateOf(checked.file)] };
    }
  }

  async function received(checked: CheckedSettlementFile): Promise<ParsedDocument> {
    const { format, rows, payouts, lines } = await readSettlementManifest(documents, checked.manifest);
    const { receivedAt, bytes } = checked;
    return {
      ...fileDocument(checked),
      events: [
        {
          name: "settlement-file.received",
          schema: 1,
          key: eventKey("settlement-file.received", checked.hash),
          version: receivedAt,
          occurredAt: receivedAt,
          file: checked.file.slice(0, 255),
          format,
          bytes,
          rows,
          payouts,
          lines,
          receivedAt,
        },
      ],
      issues: [],
    };
  }
}

function assertAllCounted(parts: number, counts: SettlementCounts): void {
  const counted = counts.recorded + counts.duplicates + counts.revised;
  if (counted === parts) return;
  throw new RangeError(
    `${parts} rows, payouts and lines were read, but ${counts.recorded} recorded + ${counts.duplicates} duplicates + ${counts.revised} revised = ${counted}: run the file again, taking it in twice does no harm`,
  );
}

/** The same bytes again: remembered by the name they came under, so that a second upload is seen and changes nothing. */
function duplicateOf(file: string) {
  return {
    class: "source.duplicate-file" as const,
    code: "file",
    cause: file.slice(0, 120),
    message: `${file.slice(0, 120)} has the same bytes as a file that was taken in before. Nothing was taken in twice; nothing is to be done.`,
  };
}

function fileDocument(checked: CheckedSettlementFile) {
  return {
    transaction: fileTransaction("settlement", checked.hash),
    kind: "file" as const,
    source: sourceKey("settlement", "drop", "file", checked.hash),
    channel: "settlement",
    shop: "drop",
    references: [{ type: "file" as const, value: checked.file.slice(0, 255) }],
  };
}
