import "#domain/events";
import type { Clock } from "#ports/clock";

export type Lawful = Clock;
