/**
 * Those who wait for the tokens of a connection. Its shops take turns, a document of each: what one shop brings waits behind what that shop
 * brought before, and not behind all that another did. A place is a mark on one axis for all shops, the line is called along it, and whoever was
 * called may take tokens when he comes. Nobody is remembered, only how many documents stand where.
 */
export interface Line {
  /** When it was made, in milliseconds since 1970: a place in another line is none in this one. */
  readonly since: number;
  /** The mark up to which it was called; it only grows. */
  readonly called: number;
  /** Documents that were called, and of which nobody has come yet. */
  readonly awaited: number;
  /** By shop, the mark at which the next document of it would stand; only of shops of which somebody still waits. */
  readonly ends: Readonly<Record<string, number>>;
  /** For whom tokens gather: nobody behind him is called meanwhile. Absent: for nobody. */
  readonly kept?: Kept;
  /** The axis from `called` on in stretches: where each ends, and how many documents stand in it, evenly. */
  readonly stretches: readonly Stretch[];
}

/** Who was called, found too little, and needs longer for the rest than he would be waited for: the one furthest ahead of those. */
interface Kept {
  /** Of his place: two shops may have the same mark. */
  readonly mark: number;
  readonly placed: number;
  /** What he needs, and no more than the bucket holds. */
  readonly documents: number;
  /** When he was told to come again, in milliseconds since 1970. */
  readonly until: number;
}

type Stretch = readonly [end: number, documents: number];

/** What whoever waits takes along, and shows when he comes again. Plain data, for a message. */
export interface PlaceInLine {
  readonly line: number;
  /** Behind the last of his documents. */
  readonly mark: number;
  readonly documents: number;
}

/** More shops than these have a turn together. */
const shopsMax = 12;
/** With the shops, what a row of one kilobyte holds. */
const stretchesMax = 16;
/** What counts as nothing where parts of documents were added up. */
export const nearlyNothing = 1e-6;

export function emptyLine(now: number): Line {
  return { since: now, called: 0, awaited: 0, ends: {}, stretches: [] };
}

export function isWaitedIn({ stretches }: Line): boolean {
  return stretches.length > 0;
}

/** Behind the last of this shop. */
export function join(line: Line, shop: string, documents: number): { readonly line: Line; readonly place: PlaceInLine } {
  const key = keyOf(line, shop);
  const mark = (line.ends[key] ?? Math.ceil(line.called)) + documents;
  const at = line.stretches.findIndex(([end]) => mark <= end);
  const stretches = at < 0 ? [...line.stretches, [mark, documents] as const] : withDocuments(line.stretches, at, documents);
  return {
    line: { ...line, ends: { ...line.ends, [key]: mark }, stretches: atMost(stretchesMax, stretches) },
    place: { line: line.since, mark, documents },
  };
}

/** The line with so many more documents called: those of a mark before those of the next. */
export function call(line: Line, documents: number): Line {
  let { called, awaited } = line;
  let left = Math.max(0, documents);
  const stretches = [...line.stretches];
  for (let first = stretches[0]; first !== undefined; first = stretches[0]) {
    const [end, standing] = first;
    const now = Math.min(left, standing);
    awaited += now;
    left -= now;
    if (standing > now + nearlyNothing) {
      called += ((end - called) * now) / standing;
      stretches[0] = [end, rounded(standing - now)];
      break;
    }
    called = end;
    stretches.shift();
  }
  const ends = Object.fromEntries(Object.entries(line.ends).filter(([, end]) => end > called + nearlyNothing));
  return { ...line, called, awaited: rounded(awaited), ends, stretches };
}

/** The line without this place, wherever it stands: whoever had it was granted, or needs nothing any more. */
export function leave(line: Line, { mark, documents }: PlaceInLine): Line {
  if (isKeptFor(line, { mark, documents })) return withoutKept(line);
  const uncalled = Math.min(documents, documentsBefore(line, mark));
  const at = line.stretches.findIndex(([end]) => mark <= end);
  const awaited = rounded(Math.max(0, line.awaited - (documents - uncalled)));
  return { ...line, awaited, stretches: withDocuments(line.stretches, at, -uncalled) };
}

/** So many documents gather for this place, which is no longer among those who are awaited, but comes again at that time. */
export function keepFor(line: Line, { mark, documents: placed }: PlaceInLine, documents: number, until: number): Line {
  const awaited = isKeptFor(line, { mark, documents: placed }) ? line.awaited : rounded(Math.max(0, line.awaited - placed));
  return { ...line, awaited, kept: { mark, placed, documents, until } };
}

export function isKeptFor({ kept }: Line, { mark, documents }: Pick<PlaceInLine, "mark" | "documents">): boolean {
  return kept?.mark === mark && kept.placed === documents;
}

export function withoutKept({ kept: _kept, ...line }: Line): Line {
  return line;
}

/** How many documents are called before this mark is reached; 0 where it was. */
export function documentsBefore(line: Line, mark: number): number {
  let from = line.called;
  let before = 0;
  for (const [end, documents] of line.stretches) {
    if (mark <= from + nearlyNothing) break;
    before += documents * Math.min(1, (mark - from) / (end - from));
    from = end;
  }
  return before;
}

/** Short, so that any name fits into the row; two shops of one key have a turn together. */
function keyOf({ ends }: Line, shop: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < shop.length; index += 1) hash = Math.imul(hash ^ shop.charCodeAt(index), 0x01000193);
  const key = (hash >>> 0).toString(36);
  return ends[key] !== undefined || Object.keys(ends).length < shopsMax - 1 ? key : "others";
}

function withDocuments(stretches: readonly Stretch[], at: number, more: number): Stretch[] {
  return stretches.map(([end, documents], index) => [end, index === at ? rounded(Math.max(0, documents + more)) : documents]);
}

/** The two neighbours with the fewest documents become one, until there are no more than so many. */
function atMost(count: number, given: readonly Stretch[]): readonly Stretch[] {
  const stretches = [...given];
  while (stretches.length > count) {
    let at = 1;
    const both = (index: number) => (stretches[index - 1]?.[1] ?? 0) + (stretches[index]?.[1] ?? 0);
    for (let index = 2; index < stretches.length; index += 1) if (both(index) < both(at)) at = index;
    stretches.splice(at - 1, 2, [stretches[at]?.[0] ?? 0, both(at)]);
  }
  return stretches;
}

/** To a millionth of a document, so that the row stays short. */
function rounded(documents: number): number {
  return Math.round(documents * 1_000_000) / 1_000_000;
}
