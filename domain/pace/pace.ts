import { admits, afterCall, afterFailure, afterSuccess, type CircuitBreaker, closedBreaker } from "./circuit-breaker.ts";
import { clearOfDebtAt, fullBucket, pauseBucket, type TokenBucket, takeTokens } from "./token-bucket.ts";

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
  /** The end of the line of those who wait for tokens; absent: nobody was ever in it. */
  readonly lineUntil?: number;
}

/** When the tokens of somebody in the line are due: those of the first document, and those of the last. */
export interface PlaceInLine {
  readonly from: number;
  readonly until: number;
}

export type PaceAnswer = "granted" | "wait" | "open";
export type CallOutcome = "answered" | "throttled" | "failed";

/** A connection that was never called. `now` and every other instant: milliseconds since 1970. */
export function freshPace(settings: PaceSettings, now: number): Pace {
  return { bucket: fullBucket(rateOf(settings), now), breaker: closedBreaker };
}

/** Whether so many documents may be sent now. The pace differs only when they may. */
export function acquirePace(pace: Pace, settings: PaceSettings, documents: number, now: number): { answer: PaceAnswer; pace: Pace } {
  if (!admits(pace.breaker, now)) return { answer: "open", pace };
  const { senderSeconds } = settings;
  if (senderSeconds !== undefined && now < (pace.sendingUntil ?? 0)) return { answer: "wait", pace };
  const bucket = takeTokens(pace.bucket, rateOf(settings), documents, now);
  // The trial of a breaker is not spent on a call that has to wait for its tokens.
  if (bucket === undefined) return { answer: "wait", pace };
  const sending = senderSeconds === undefined ? {} : { sendingUntil: now + senderSeconds * 1_000 };
  return { answer: "granted", pace: { ...pace, bucket, breaker: afterCall(pace.breaker, settings, now), ...sending } };
}

/** The line is as long as a message may be delayed: whoever would stand behind its end stands in it from its beginning once more. */
const lineSecondsMax = 900;
/**
 * So many stand where one will be served. Half of those who come to their place need nothing any more, because a later message about the same
 * transaction was there before them; a token that nobody takes is lost, and somebody who comes in vain takes another place.
 */
const shareOfAPlace = 2;

/**
 * A place in the line for whoever was told to wait for tokens, so that one who only waits comes again when tokens are due, and not ever later.
 * Nothing is kept for him: he asks like anybody else. Undefined when it is not tokens that he waits for: nobody knows when another sender is
 * done.
 */
export function lineUp(pace: Pace, settings: PaceSettings, documents: number, now: number): { place: PlaceInLine | undefined; pace: Pace } {
  if (!admits(pace.breaker, now) || (settings.senderSeconds !== undefined && now < (pace.sendingUntil ?? 0)))
    return { place: undefined, pace };
  const rate = rateOf(settings);
  const begin = Math.max(now, clearOfDebtAt(pace.bucket, rate));
  const end = pace.lineUntil ?? 0;
  const from = end > now + lineSecondsMax * 1_000 ? begin : Math.max(begin, end);
  const until = from + ((documents / rate.perSecond) * 1_000) / shareOfAPlace;
  return { place: { from, until }, pace: { ...pace, lineUntil: until } };
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

function rateOf({ documentsPerSecond, burstDocuments }: PaceSettings) {
  return { perSecond: documentsPerSecond, capacity: burstDocuments };
}

/** What a connection's policy says of its pace, over what holds where it says nothing. */
export function paceFor(stated: Partial<PaceSettings> | undefined, standard: PaceSettings): PaceSettings {
  return { ...standard, ...stated };
}
