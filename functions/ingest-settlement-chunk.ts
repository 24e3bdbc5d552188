import { contentHash } from "#domain/canonical";
import { Invalid, Unavailable } from "#domain/failures";
import { type DocumentItem, documentItem, type ParsedDocument, type RawBody } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import {
  type SettlementCounts,
  type SettlementManifest,
  type SettlementPart,
  settlementChunkSchema,
  settlementManifestSchema,
} from "#domain/settlement";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import type { PolicyStore } from "#ports/policy-store";
import { createPayoutBook } from "./payout-book.ts";
import { createPayoutGaps } from "./payout-gaps.ts";
import { readTransaction } from "./read-transaction.ts";
import { latestOf, returnedPayout, settlementDocument, versionOf } from "./settlement-document.ts";

/** Facts that are looked up and inserted at once. */
const batchParts = 50;

export interface IngestSettlementChunkDependencies {
  readonly documents: DocumentStore;
  readonly lineage: LineageStore;
  readonly policies: PolicyStore;
  readonly clock: Clock;
}

export interface IngestSettlementChunkInput {
  /** Address of the dropped bytes. */
  readonly drop: string;
  readonly manifest: string;
  /** Index into the manifest's chunks. */
  readonly chunk: number;
  readonly receivedAt: string;
}

/**
 * Takes one chunk of a checked file into the lineage, each part as a fact of its own stream. What is known with the same content is a
 * duplicate, in whatever file it came; what is stated otherwise than before is a newer version. Throws Unavailable when an insert was not
 * answered for certain: the workflow tries the chunk again, which does no harm.
 */
export function createHandler({ documents, lineage, policies, clock }: IngestSettlementChunkDependencies) {
  const book = createPayoutBook({ lineage, clock });
  const gaps = createPayoutGaps({ lineage, clock });

  return async function ingestSettlementChunk(input: IngestSettlementChunkInput): Promise<SettlementCounts> {
    const manifest = await readSettlementManifest(documents, input.manifest);
    const parts = await readChunk(manifest, input);
    const policy = await policies.current();
    const raw: RawBody = { hash: manifest.fileHash, bytes: manifest.bytes, address: input.drop };
    const counts = { recorded: 0, duplicates: 0, revised: 0 };
    for (let start = 0; start < parts.length; start += batchParts) {
      const items = await Promise.all(parts.slice(start, start + batchParts).map((part) => itemsOf(part, input.receivedAt, policy, raw)));
      const news = items.flatMap((each) => each.items);
      const answers = news.length === 0 ? [] : await lineage.insert(news);
      for (const answer of answers) {
        if (answer !== "inserted" && answer !== "conflict")
          throw new Unavailable(`the lineage answered ${answer} for a row of ${input.drop}`);
      }
      for (const { became } of items) counts[became] += 1;
    }
    // After what they speak of: a run that ends before them is run again, and enters the same.
    await book.enter(parts);
    await gaps.came(parts, policy);
    return counts;
  };

  async function readChunk(manifest: SettlementManifest, { chunk, manifest: address }: IngestSettlementChunkInput) {
    const place = manifest.chunks[chunk];
    if (place === undefined) throw new Invalid(`manifest ${address} has no chunk ${chunk}`);
    const bytes = await documents.get(place);
    if (bytes === undefined) throw new Invalid(`chunk ${chunk} of manifest ${address} is gone: drop the file again`);
    return settlementChunkSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  }

  async function itemsOf(
    part: SettlementPart,
    version: string,
    policy: Policy,
    raw: RawBody,
  ): Promise<{ readonly items: readonly DocumentItem[]; readonly became: keyof SettlementCounts }> {
    const document = settlementDocument(part, version, policy);
    const { documents: known } = await readTransaction(lineage, document.transaction);
    const before = latestOf(known, document.source);
    const isKnown = before !== undefined && factsOf(before) === factsOf(document);
    // Told again at the version at which it was told first: whatever ended an earlier run between the two inserts.
    const told = part.kind === "row" ? returnedPayout(part.row, isKnown ? versionOf(before) : version, policy) : undefined;
    const also = told === undefined ? [] : [documentItem(told, raw, clock.now())];
    if (isKnown) return { items: also, became: "duplicates" };
    return { items: [documentItem(document, raw, clock.now()), ...also], became: before === undefined ? "recorded" : "revised" };
  }
}

/** The facts without the version, which says only when the file came. */
function factsOf({ events, references }: Pick<ParsedDocument, "events" | "references">): string {
  return contentHash({ events: events.map((event) => ({ ...event, version: "" })), references });
}

export async function readSettlementManifest(documents: DocumentStore, address: string): Promise<SettlementManifest> {
  const bytes = await documents.get(address);
  if (bytes === undefined) throw new Invalid(`there is no manifest at ${address}: check the file again`);
  return settlementManifestSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
}
