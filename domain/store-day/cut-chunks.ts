import type { PosChunk, PosManifest } from "./pos-manifest.ts";

/**
 * Chunks of one file. Each is one turn of a workflow's Map, which records seven events for it, of the 25,000 that an execution may have, and
 * some sixty bytes of counts, of the 262,144 that a state may hand on: this many leave more than 10,000 events to attempts that fail.
 */
export const chunksMax = 2_000;
/** Transactions of a chunk while there are few: small enough to be tried again at no great cost. */
const chunkTransactionsMin = 500;
/** Chunks of that size; behind them the size doubles, and again after each further step. A million tickets make 1,375 chunks. */
const chunksOfMinSize = 1_000;
const chunksPerDoubling = 250;

/** The transactions that chunk `index` of a file takes: 4,250,000 of them in `chunksMax` chunks. */
function chunkSize(index: number): number {
  const doublings = index < chunksOfMinSize ? 0 : 1 + Math.floor((index - chunksOfMinSize) / chunksPerDoubling);
  return chunkTransactionsMin * 2 ** doublings;
}

/** Where a transaction of a file lies; `adjacent`: nothing stands between it and the one before. */
export interface PlacedTransaction {
  readonly ordinal: number;
  readonly byteStart: number;
  readonly byteEnd: number;
  readonly adjacent: boolean;
}

export interface ChunkCutter {
  add(found: PlacedTransaction): void;
  /** Another preamble holds from here on: what follows is no part of the open chunk. */
  preamble(text: string): void;
  /** Whether the file needs more than `chunksMax`: what lies behind them is in no chunk, so nothing of the file may be taken in. */
  tooMany(): boolean;
  cut(): Pick<PosManifest, "chunks" | "preambles">;
  /** A copy of all that it knows, in plain data: another cutter goes on from it. */
  standing(): CutterStanding;
}

export interface CutterStanding {
  readonly chunks: readonly PosChunk[];
  readonly preambles: readonly string[];
  readonly open?: PosChunk | undefined;
  readonly beyond: boolean;
}

/** Cuts the transactions of a file into chunks, as they are met. */
export function openChunkCutter(from: CutterStanding = { chunks: [], preambles: [], beyond: false }): ChunkCutter {
  const { chunks, preambles, ...rest } = structuredClone(from) as {
    chunks: PosChunk[];
    preambles: string[];
    open?: PosChunk;
    beyond: boolean;
  };
  let { beyond, open } = rest;
  const close = () => {
    if (open !== undefined) chunks.push(open);
    open = undefined;
  };
  return {
    add(found) {
      if (open !== undefined && open.transactions >= chunkSize(chunks.length)) close();
      beyond ||= chunks.length >= chunksMax;
      if (beyond) return;
      open ??= {
        firstOrdinal: found.ordinal,
        transactions: 0,
        ranges: [],
        ...(preambles.length === 0 ? {} : { preamble: preambles.length - 1 }),
      };
      open.transactions++;
      const last = open.ranges.at(-1);
      if (last !== undefined && found.adjacent) last.end = found.byteEnd;
      else open.ranges.push({ start: found.byteStart, end: found.byteEnd });
    },
    preamble(text) {
      if (text === preambles.at(-1)) return;
      close();
      if (preambles.length <= chunksMax) preambles.push(text);
    },
    tooMany: () => beyond,
    standing: () => structuredClone({ chunks, preambles, open, beyond }),
    cut() {
      close();
      return preambles.length === 0 ? { chunks } : { chunks, preambles };
    },
  };
}
