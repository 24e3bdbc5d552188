/** How far a POS file has come: of its bytes while it is checked, of its transactions while they are taken in. */
export interface FileStep {
  /** Address of the dropped bytes. */
  readonly drop: string;
  readonly step: "check" | "take-in";
  /** The furthest place that was reached. Chunks are taken in beside each other, and again after a failure: it may be told out of order. */
  readonly at: number;
  readonly of: number;
}

/** Told to whoever watches a file being taken in: decides nothing, and a host may leave it out. */
export type FileProgress = (step: FileStep) => void;
