import type { Clock } from "#ports/clock";

export const clock: Clock = { now: async () => "2026-01-01T00:00:00.000Z" };
