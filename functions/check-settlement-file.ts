import { canonicalJson, sha256Hex } from "#domain/canonical";
import type { Problem } from "#domain/exceptions";
import { contentAddress } from "#domain/lineage";
import type { SettlementManifest, SettlementPart } from "#domain/settlement";
import type { BankStatementFormat } from "#ports/bank-statement";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import type { PolicyStore } from "#ports/policy-store";
import type { SettlementSource } from "#ports/settlement-source";
import { passOverDrop } from "./pass-over-drop.ts";
import { mixedRowIds } from "./settlement-row-ids.ts";
import { type MappedFormats, openSettlementScan } from "./settlement-scan.ts";
import { takenInBefore } from "./taken-in-before.ts";

const fileBytesMax = 4_294_967_296;

export interface CheckSettlementFileDependencies {
  readonly documents: DocumentStore;
  readonly lineage: LineageStore;
  readonly policies: PolicyStore;
  readonly clock: Clock;
  readonly sources: readonly SettlementSource[];
  readonly banks: readonly BankStatementFormat[];
  readonly mapped: MappedFormats;
}

export interface CheckSettlementFileInput {
  /** Address of the dropped bytes in the document store. */
  readonly drop: string;
  /** The name that the sender gave. */
  readonly file: string;
  readonly receivedAt: string;
  /** It is taken in also where the same bytes were before: what it states may have been stated otherwise since. */
  readonly again?: boolean;
}

/** Pointers and counts only: the state of a workflow is small. */
export interface CheckedSettlementFile extends CheckSettlementFileInput {
  /** "accepted": take the chunks in. "held": nothing is taken in. "duplicate": taken in before. */
  readonly outcome: "accepted" | "held" | "duplicate";
  readonly hash: string;
  readonly bytes: number;
  /** Rows, payouts and lines together. */
  readonly parts: number;
  /** Address of the manifest; "" where nothing is taken in. */
  readonly manifest: string;
  /** Indexes into the manifest's chunks. */
  readonly chunks: readonly number[];
  /** What is wrong with the file, or remarkable in it. */
  readonly issues: readonly Problem[];
}

/**
 * First step of a settlement report or bank statement: one streaming pass reads and checks the whole of it, and keeps what was read in
 * chunks, so that nothing is read twice. A file whose rows do not add up, or that cannot be read to its end, is held whole,
 * and so is one whose rows would be other rows than the same ones of another report.
 */
export function createHandler(dependencies: CheckSettlementFileDependencies) {
  const { documents, lineage, policies, clock, sources, banks, mapped } = dependencies;

  return async function checkSettlementFile(input: CheckSettlementFileInput): Promise<CheckedSettlementFile> {
    const { bytes, head, read } = await passOverDrop(documents, input, fileBytesMax);
    const scan = openSettlementScan({ sources, banks, mapped, policy: await policies.current() }, await head(), input.file);
    const fileHash = await read(async (piece) => {
      scan.push(piece);
      for (const chunk of scan.fullChunks()) await keep(chunk, scan);
    });
    scan.end();
    for (const chunk of scan.allChunks()) await keep(chunk, scan);
    const { issues, held } = scan.result();
    const base = { ...input, hash: fileHash, bytes, parts: scan.parts() };
    if (input.again !== true && (await takenInBefore(lineage, "settlement", fileHash, input)))
      return { ...base, outcome: "duplicate", manifest: "", chunks: [], issues: [] };
    if (held) return { ...base, outcome: "held", manifest: "", chunks: [], issues };
    const mixed = await mixedRowIds({ lineage, clock }, scan.rowIds(), input.file);
    if (mixed !== undefined) return { ...base, outcome: "held", manifest: "", chunks: [], issues: [...issues, mixed] };
    const manifest: SettlementManifest = { fileHash, bytes, ...scan.manifest() };
    const address = await stored(manifest);
    return { ...base, outcome: "accepted", manifest: address, chunks: manifest.chunks.map((_, index) => index), issues };
  };

  async function keep(chunk: readonly SettlementPart[], scan: ReturnType<typeof openSettlementScan>): Promise<void> {
    if (scan.isHeld()) return;
    scan.kept(await stored(chunk));
  }

  async function stored(content: unknown): Promise<string> {
    const body = new TextEncoder().encode(canonicalJson(content));
    const address = contentAddress(sha256Hex(body));
    await documents.put(address, body);
    return address;
  }
}
