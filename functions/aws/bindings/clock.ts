import { createSystemClock } from "#adapters/clock";

export const clock = createSystemClock();
