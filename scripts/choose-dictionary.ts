const pieceBytes = 8;
const segmentBytesMax = 200;

/**
 * A preset dictionary for texts like the samples: greedily takes the segment whose pieces of 8 bytes occur in the most samples and are not
 * in the dictionary yet (the cover algorithm of zstd's trainer). What is worth most stands at the end, where references to it are shortest.
 */
export function chooseDictionary(samples: readonly Uint8Array[], bytesMax: number): Uint8Array {
  const { pieces, samplesWith } = indexPieces(samples);
  const worth = Int32Array.from(samplesWith, (count) => (count > 1 ? count : 0));
  const inWindow = new Int32Array(worth.length);
  const segments: Uint8Array[] = [];
  let left = bytesMax;
  while (left >= pieceBytes) {
    const best = bestSegment(pieces, worth, inWindow, Math.min(segmentBytesMax, left) - pieceBytes + 1);
    if (best === undefined) break;
    const ids = pieces[best.sample]!;
    let { from, to } = best;
    while (worth[ids[from]!] === 0) from += 1;
    while (worth[ids[to - 1]!] === 0) to -= 1;
    for (let index = from; index < to; index += 1) worth[ids[index]!] = 0;
    const segment = samples[best.sample]!.subarray(from, to - 1 + pieceBytes);
    segments.push(segment);
    left -= segment.length;
  }
  return Buffer.concat(segments.reverse());
}

/** Each sample as the numbers of its pieces, one per offset, and how many samples have each piece. */
function indexPieces(samples: readonly Uint8Array[]): { pieces: readonly Int32Array[]; samplesWith: readonly number[] } {
  const numbers = new Map<string, number>();
  const samplesWith: number[] = [];
  const lastSample: number[] = [];
  const pieces = samples.map((sample, which) => {
    const text = Buffer.from(sample).toString("latin1");
    const ids = new Int32Array(Math.max(0, text.length - pieceBytes + 1));
    for (let offset = 0; offset < ids.length; offset += 1) {
      const piece = text.slice(offset, offset + pieceBytes);
      let number = numbers.get(piece);
      if (number === undefined) {
        number = samplesWith.push(0) - 1;
        numbers.set(piece, number);
        lastSample.push(-1);
      }
      if (lastSample[number] !== which) samplesWith[number]! += 1;
      lastSample[number] = which;
      ids[offset] = number;
    }
    return ids;
  });
  return { pieces, samplesWith };
}

/** The window of `length` pieces whose different pieces are worth most; undefined when nothing is worth anything. */
function bestSegment(
  pieces: readonly Int32Array[],
  worth: Int32Array,
  inWindow: Int32Array,
  length: number,
): { sample: number; from: number; to: number } | undefined {
  let best: { sample: number; from: number; to: number } | undefined;
  let bestScore = 0;
  for (const [sample, ids] of pieces.entries()) {
    let score = 0;
    for (let index = 0; index < ids.length; index += 1) {
      const entering = ids[index]!;
      if (inWindow[entering]!++ === 0) score += worth[entering]!;
      const leaving = ids[index - length];
      if (leaving !== undefined && --inWindow[leaving]! === 0) score -= worth[leaving]!;
      if (score > bestScore) {
        bestScore = score;
        best = { sample, from: Math.max(0, index - length + 1), to: index + 1 };
      }
    }
    for (const id of ids.subarray(Math.max(0, ids.length - length))) inWindow[id] = 0;
  }
  return best;
}
