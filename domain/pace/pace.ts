import { admits, afterCall, afterFailure, afterSuccess, type CircuitBreaker, closedBreaker } from "./circuit-breaker.ts";
import {
  call,
  documentsBefore,
  emptyLine,
  isKeptFor,
  isWaitedIn,
  join,
  keepFor,
  type Line,
  leave,
  nearlyNothing,
  type PlaceInLine,
  withoutKept,
} from "./line.ts";
import { type BucketRate, filledBucket, fullBucket, pauseBucket, type TokenBucket, takeTokens } from "./token-bucket.ts";

/** How fast an ERP connection may be sent to, and when it is left alone. */
export interface PaceSettings {
  readonly documentsPerSecond: number;
  /** What an idle connection may send at once. */
  readonly burstDocuments: number;
  /** How long nothing is sent after the ERP said "too many". */
  readonly throttledPauseSeconds: number;
  readonly failuresToOpen: number;
  readonly openSeconds: number;
  /** Where an ERP takes one sender at a time: how long one may send before the next may, who gave nothing back. Absent: any number at once. */
  readonly senderSeconds?: number;
}

/** The pace and the health of one ERP connection, as plain data that a store can keep. */
export interface Pace {
  readonly bucket: TokenBucket;
  readonly breaker: CircuitBreaker;
  /** Until when somebody may be sending to an ERP that takes one sender at a time; absent once he is done. */
  readonly sendingUntil?: number;
  /** Those who wait for tokens; absent: nobody ever did. */
  readonly line?: Line;
}

/** What somebody asks to send: so many documents of a shop; none, if he only gives his place back. */
export interface TokenRequest {
  readonly documents: number;
  readonly shop: string;
  /** What he was given when he was told to wait. */
  readonly place?: PlaceInLine;
}

/** `place`: for whoever has to wait, to show when he comes again. `until`: before that he need not, in milliseconds since 1970. */
export interface PaceAnswer {
  readonly answer: "granted" | "wait" | "open";
  readonly place?: PlaceInLine;
  readonly until?: number;
}

export type CallOutcome = "answered" | "throttled" | "failed";

/** A connection that was never called. `now` and every other instant: milliseconds since 1970. */
export function freshPace(settings: PaceSettings, now: number): Pace {
  return { bucket: fullBucket(rateOf(settings), now), breaker: closedBreaker };
}

/** A message waits as long at least. */
const waitSecondsMin = 2;
/** Half of those who wait need nothing any more when they come, so that a line may be twice as fast as it seems: come in half the time. */
const halvedFromSeconds = 8;
/** Who was called comes again when he was told, or a few seconds later, or not at all. */
const comingSeconds = 5;
/** Who needs longer than this for what is missing would be waited for no more before it is there: it is kept for him. */
const gatheringSeconds = comingSeconds / 2;

/**
 * Which of them may send now, those who stand in the line first, by their places. The pace stays the very same where nothing came of it.
 *
 * - As many documents of the line are called as there are tokens that no other was called for. Who was called is granted as soon as there are
 *   tokens for all of his documents, or the bucket is full, so that no more is sent than it allows.
 * - Who comes new is granted only where nobody waits, and from tokens that nobody was called for.
 * - A full bucket is anybody's: what comes in would be lost.
 * - Who was called and does not come is less and less waited for, within seconds.
 * - Who was called, came and found too little has his tokens gather, one at a time, the one furthest ahead first: what is kept for him is
 *   nobody else's, not even when the bucket is full, until a few seconds after he was to come again.
 */
export function acquirePace(
  pace: Pace,
  settings: PaceSettings,
  requests: readonly TokenRequest[],
  now: number,
): { readonly answers: readonly PaceAnswer[]; readonly pace: Pace } {
  const shut = shutAnswer(pace, settings, now);
  const counter = openCounter(pace, settings, now);
  const answers = new Map<TokenRequest, PaceAnswer>();
  for (const request of inOrder(requests, pace.line)) {
    if (request.documents === 0) counter.takeBack(request);
    else if (shut === undefined) answers.set(request, counter.ask(request));
    else answers.set(request, { answer: shut, ...placeOf(request) });
  }
  return { answers: requests.map((request) => answers.get(request) ?? granted), pace: counter.close() };
}

const granted: PaceAnswer = { answer: "granted" };

/** Nobody knows when an ERP is up again, or another sender is done: there is no line for it, and whoever stands in one keeps his place. */
function shutAnswer(pace: Pace, { senderSeconds }: PaceSettings, now: number): "open" | "wait" | undefined {
  if (!admits(pace.breaker, now)) return "open";
  return senderSeconds !== undefined && now < (pace.sendingUntil ?? 0) ? "wait" : undefined;
}

function placeOf({ place }: TokenRequest): { place?: PlaceInLine } {
  return place === undefined ? {} : { place };
}

/** Those with a place in this line by their marks, then the others as they came. */
function inOrder(requests: readonly TokenRequest[], line: Line | undefined): TokenRequest[] {
  const markOf = ({ place }: TokenRequest) => (place !== undefined && place.line === line?.since ? place.mark : Number.POSITIVE_INFINITY);
  return requests.toSorted((a, b) => (markOf(a) === markOf(b) ? 0 : markOf(a) - markOf(b)));
}

/** Where requests are answered one after the other, at one instant. */
function openCounter(pace: Pace, settings: PaceSettings, now: number) {
  const rate = rateOf(settings);
  let bucket = filledBucket(pace.bucket, rate, now);
  let line = pace.line ?? emptyLine(now);
  let hasChanged = false;
  let hasGranted = false;
  line = { ...line, awaited: line.awaited * stillComing(now - pace.bucket.filledAt, rate) };
  if (line.kept !== undefined && now > line.kept.until + comingSeconds * 1_000) line = withoutKept(line);
  callThose();

  /** As many as there are tokens for. */
  function callThose(): void {
    line = call(line, bucket.level - line.awaited - (line.kept?.documents ?? 0));
  }

  /** A place in another line is none: that one was lost with the process or the row that held it. */
  const known = ({ place }: TokenRequest) => (place?.line === line.since ? place : undefined);
  /** What a bucket cannot hold is a debt, for which nobody has to wait beforehand. */
  const documentsBeforeTurn = ({ mark, documents }: PlaceInLine) => documentsBefore(line, mark - Math.max(0, documents - rate.capacity));

  const isCalled = (place: PlaceInLine) => documentsBeforeTurn(place) <= nearlyNothing;

  /** How many documents are kept for somebody whose turn is before that of this place: whoever was not called stands behind him. */
  function keptBefore(place?: PlaceInLine): number {
    const { kept } = line;
    if (kept === undefined) return 0;
    const isFirst = place !== undefined && (isKeptFor(line, place) || (isCalled(place) && place.mark < kept.mark));
    return isFirst ? 0 : kept.documents;
  }

  function ask(request: TokenRequest): PaceAnswer {
    const { documents, shop } = request;
    const place = known(request);
    const comesNew = place === undefined;
    const kept = keptBefore(place);
    const isFull = bucket.level >= rate.capacity;
    // Where anybody waits, all that is there is for those who were called.
    const othersTokens = kept + (comesNew && !isFull ? line.awaited : 0);
    const mayTake = comesNew || isCalled(place) || isFull;
    const isThere = bucket.level - othersTokens >= Math.min(documents, rate.capacity);
    const taken = mayTake && isThere ? takeTokens(bucket, rate, documents, now) : undefined;
    if (taken === undefined) return comesNew ? standInLine(documents, shop) : waitOn(place, documents);
    bucket = taken;
    hasGranted = true;
    if (place !== undefined) giveUp(place);
    return granted;
  }

  function standInLine(documents: number, shop: string): PaceAnswer {
    const joined = join(line, shop, documents);
    line = joined.line;
    callThose();
    hasChanged = true;
    return { answer: "wait", place: joined.place, until: lookAgainAt(joined.place, documents) };
  }

  function waitOn(place: PlaceInLine, documents: number): PaceAnswer {
    const until = lookAgainAt(place, documents);
    if (isCalled(place)) {
      line = comingAgain(place, Math.min(documents, rate.capacity), until);
      hasChanged = true;
    }
    return { answer: "wait", place, until };
  }

  /** He will come once more, and nobody else needs to be called for what he found. */
  function comingAgain(place: PlaceInLine, needed: number, until: number): Line {
    const gathers = isKeptFor(line, place) || needed - bucket.level > gatheringSeconds * rate.perSecond;
    if (gathers && keptBefore(place) === 0) return keepFor(line, place, needed, until);
    return { ...line, awaited: line.awaited + Math.max(place.documents, needed) * (1 - stillComing(until - now, rate)) };
  }

  function giveUp(place: PlaceInLine): void {
    line = leave(line, place);
    callThose();
    hasChanged = true;
  }

  /** When so many documents were called and are in the bucket, or half of the time until then, in whole seconds from now. */
  function lookAgainAt(place: PlaceInLine, documents: number): number {
    const kept = keptBefore(place);
    const missing = Math.max(
      documentsBeforeTurn(place) + Math.max(0, kept - bucket.level),
      Math.min(documents, rate.capacity) + kept - bucket.level,
    );
    const seconds = missing / rate.perSecond;
    const share = seconds > halvedFromSeconds ? seconds / 2 : seconds;
    return now + Math.max(waitSecondsMin, Math.ceil((bucket.filledAt - now) / 1_000 + share)) * 1_000;
  }

  return {
    ask,
    /** Nothing is needed any more: others are called instead. */
    takeBack(request: TokenRequest): void {
      const place = known(request);
      if (place !== undefined) giveUp(place);
    },
    close(): Pace {
      if (!hasChanged && !hasGranted) return pace;
      const sending = hasGranted && settings.senderSeconds !== undefined ? { sendingUntil: now + settings.senderSeconds * 1_000 } : {};
      return {
        ...pace,
        bucket,
        // The trial of a breaker is not spent on a call that has to wait for its tokens.
        breaker: hasGranted ? afterCall(pace.breaker, settings, now) : pace.breaker,
        ...(pace.line === undefined && !isWaitedIn(line) ? {} : { line }),
        ...sending,
      };
    },
  };
}

/**
 * The share of those who were called that is still waited for after so long. A bucket that holds less than comes in during those seconds would
 * overflow meanwhile: it waits for half of the time in which it fills.
 */
function stillComing(milliseconds: number, { perSecond, capacity }: BucketRate): number {
  const seconds = Math.min(comingSeconds, capacity / perSecond / 2);
  return Math.exp(-Math.max(0, milliseconds) / 1_000 / seconds);
}

/** The sender is done, and the next one may go; the same pace where nobody is sending. */
export function releasePace(pace: Pace): Pace {
  if (pace.sendingUntil === undefined) return pace;
  const { sendingUntil: _over, ...idle } = pace;
  return idle;
}

/** What an ERP may ask for at most: a mistaken answer must not stop a connection for a day. */
const pauseSecondsMax = 900;

/** The same pace when the outcome teaches nothing. `pauseSeconds`: what the ERP asked for; absent: the connection's own pause. */
export function notePace(pace: Pace, settings: PaceSettings, outcome: CallOutcome, now: number, pauseSeconds?: number): Pace {
  const noted = notedParts(pace, settings, outcome, now, Math.min(pauseSeconds ?? settings.throttledPauseSeconds, pauseSecondsMax));
  return noted.bucket === pace.bucket && noted.breaker === pace.breaker ? pace : { ...pace, ...noted };
}

function notedParts(
  { bucket, breaker }: Pace,
  settings: PaceSettings,
  outcome: CallOutcome,
  now: number,
  pauseSeconds: number,
): Pick<Pace, "bucket" | "breaker"> {
  switch (outcome) {
    case "answered":
      return { bucket, breaker: afterSuccess(breaker) };
    case "throttled":
      // It is up, and asks for patience.
      return { bucket: pauseBucket(bucket, now + pauseSeconds * 1_000), breaker: afterSuccess(breaker) };
    case "failed":
      return { bucket, breaker: afterFailure(breaker, settings, now) };
  }
}

function rateOf({ documentsPerSecond, burstDocuments }: PaceSettings): BucketRate {
  return { perSecond: documentsPerSecond, capacity: burstDocuments };
}

/** What a connection's policy says of its pace, over what holds where it says nothing. */
export function paceFor(stated: Partial<PaceSettings> | undefined, standard: PaceSettings): PaceSettings {
  return { ...standard, ...stated };
}
