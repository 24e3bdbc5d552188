/** An entry of a projected list, such as open exceptions: what the desk shows without reading the lineage. */
export interface WorkListEntry {
  readonly id: string;
  /** Lists are read in this order. */
  readonly order: string;
  readonly body: unknown;
}

/** Projections fed by the stream: overwritable, rebuildable, read by no decision. */
export interface WorkLists {
  put(list: string, entries: readonly WorkListEntry[]): Promise<void>;
  remove(list: string, ids: readonly string[]): Promise<void>;
  read(list: string, after: string | undefined, limit: number): Promise<{ entries: readonly WorkListEntry[]; next?: string }>;
}
