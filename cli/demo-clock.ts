import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createSystemClock } from "#adapters/clock";
import { addDays } from "#domain/calendar";
import type { Clock } from "#ports/clock";

const file = "demo-clock.json";

/**
 * A demo is played on the morning after its day, whatever the day is where it is played: only then can the stores' days be audited. Its data folder keeps
 * that time, so that every later command on it goes on from there.
 */
export function startDemoClock(dataFolder: string, date: string): Clock {
  const morning = Date.parse(`${addDays(date, 1)}T13:00:00.000Z`);
  const aheadMilliseconds = morning - Date.parse(createSystemClock().now());
  writeFileSync(join(dataFolder, file), `${JSON.stringify({ aheadMilliseconds })}\n`);
  return aheadBy(aheadMilliseconds);
}

/** The clock of a data folder that a demo made; undefined: the folder lives in the time of everybody. */
export function demoClockOf(dataFolder: string): Clock | undefined {
  const path = join(dataFolder, file);
  if (!existsSync(path)) return undefined;
  const { aheadMilliseconds } = JSON.parse(readFileSync(path, "utf8")) as { aheadMilliseconds: number };
  return aheadBy(aheadMilliseconds);
}

function aheadBy(milliseconds: number): Clock {
  const system = createSystemClock();
  return { now: () => new Date(Date.parse(system.now()) + milliseconds).toISOString() };
}
