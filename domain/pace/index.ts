export type { CircuitBreaker } from "./circuit-breaker.ts";
export type { CallOutcome, Pace, PaceAnswer, PaceSettings, PlaceInLine } from "./pace.ts";
export { acquirePace, freshPace, lineUp, notePace, paceFor, releasePace } from "./pace.ts";
export type { BucketRate, TokenBucket } from "./token-bucket.ts";
export { fullBucket, takeTokens } from "./token-bucket.ts";
