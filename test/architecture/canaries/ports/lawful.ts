import type { Shape } from "#domain/posting";
import type { Clock } from "./clock.ts";

export type Lawful = Shape | Clock;
