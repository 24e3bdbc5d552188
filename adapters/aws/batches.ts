export interface BatchLimits {
  readonly entriesMax: number;
  readonly bytesMax: number;
}

/** Entries in their order, in as few batches as the limits allow. An entry that alone exceeds the bytes gets a batch of its own. */
export function inBatches<T>(entries: readonly T[], bytesOf: (entry: T) => number, limits: BatchLimits): readonly (readonly T[])[] {
  const batches: T[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = bytesOf(entry);
    const last = batches.at(-1);
    if (last === undefined || last.length === limits.entriesMax || bytes + size > limits.bytesMax) {
      batches.push([entry]);
      bytes = size;
    } else {
      last.push(entry);
      bytes += size;
    }
  }
  return batches;
}
