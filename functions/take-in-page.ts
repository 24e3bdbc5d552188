import { sha256Hex } from "#domain/canonical";
import { passingAddress } from "#domain/lineage";
import { type CheckSettlementFileDependencies, createHandler as createCheck } from "./check-settlement-file.ts";
import { type CloseSettlementFileDependencies, createHandler as createClose } from "./close-settlement-file.ts";
import { createHandler as createIngest, type IngestSettlementChunkDependencies } from "./ingest-settlement-chunk.ts";

export type TakeInPageDependencies = CheckSettlementFileDependencies & IngestSettlementChunkDependencies & CloseSettlementFileDependencies;

export interface TakenInPage {
  /** Of the page's bytes. */
  readonly hash: string;
  readonly outcome: "accepted" | "held" | "duplicate";
  readonly recorded: number;
  readonly revised: number;
}

/** Takes in a page of a gateway's API as a file of its format, in one go. */
export function createTakeInPage(dependencies: TakeInPageDependencies) {
  const { documents } = dependencies;
  const check = createCheck(dependencies);
  const ingest = createIngest(dependencies);
  const close = createClose(dependencies);

  /** `again` says by the page's hash whether it is taken in also where the same bytes were before. */
  return async function takeInPage(
    file: string,
    body: Uint8Array,
    receivedAt: string,
    again: (hash: string) => boolean,
  ): Promise<TakenInPage> {
    const hash = sha256Hex(body);
    const drop = passingAddress(hash);
    await documents.put(drop, body);
    const checked = await check({ drop, file, receivedAt, again: again(hash) });
    const { outcome } = checked;
    const counts = { recorded: 0, duplicates: 0, revised: 0 };
    // Days are read again by intention: a page that was read before is no second upload that anybody must look into.
    if (outcome === "duplicate") return { hash, outcome, recorded: 0, revised: 0 };
    for (const chunk of checked.chunks) {
      const found = await ingest({ drop, manifest: checked.manifest, chunk, receivedAt });
      counts.recorded += found.recorded;
      counts.duplicates += found.duplicates;
      counts.revised += found.revised;
    }
    await close({ checked, counts });
    return { hash, outcome, recorded: counts.recorded, revised: counts.revised };
  };
}
