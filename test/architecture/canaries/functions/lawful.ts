import "#domain/posting";
import type { Clock } from "#ports/clock";
import type { Shape } from "#wiring";

export type Lawful = Clock | Shape;
