export type { CircuitBreaker } from "./circuit-breaker.ts";
export type { Line, PlaceInLine } from "./line.ts";
export type { CallOutcome, Pace, PaceAnswer, PaceSettings, TokenRequest } from "./pace.ts";
export { acquirePace, freshPace, notePace, paceFor, releasePace } from "./pace.ts";
export type { BucketRate, TokenBucket } from "./token-bucket.ts";
export { fullBucket, takeTokens } from "./token-bucket.ts";
