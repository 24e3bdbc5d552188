import type { Clock } from "#ports/clock";

export type Needs = Clock;
