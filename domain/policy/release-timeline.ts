import { addSeconds, isDay, millisecondsBetween } from "#domain/calendar";
import { Invalid } from "#domain/failures";

/** What says of a numbered release when it is in force. */
export interface TimedRelease {
  /** 1, 2, 3, … */
  readonly release: number;
  readonly at: string;
  /** From when on it is in force; absent: from when it was made. */
  readonly activeFrom?: string;
  /** It puts nothing in force and takes the release of this number back before its time. */
  readonly withdraws?: number;
}

export interface ReleaseTimeline<Release> {
  readonly inForce: Release | undefined;
  /** Those whose time is to come, the next one first. */
  readonly pending: readonly Release[];
}

const pendingMax = 10;
const aheadDaysMax = 400;
/** Clocks differ by up to a minute: up to here nobody can have decided with it yet. */
const withdrawalSecondsMin = 120;

export function activeFromOf({ activeFrom, at }: TimedRelease): string {
  return activeFrom ?? at;
}

/**
 * Which of the releases is in force at an instant: the highest number whose time has come, as whoever decides must never see a lower number than before. A release is
 * made after all that are pending, and is in force after them (placeInTime), so that numbers and instants have one order.
 */
export function releaseTimeline<Release extends TimedRelease>(releases: readonly Release[], now: string): ReleaseTimeline<Release> {
  const withdrawn = new Set(releases.flatMap(({ withdraws }) => (withdraws === undefined ? [] : [withdraws])));
  const standing = releases
    .filter(({ release, withdraws }) => withdraws === undefined && !withdrawn.has(release))
    .sort((a, b) => a.release - b.release);
  const inForce = standing.findLast((each) => isActive(each, now));
  return { inForce, pending: standing.filter(({ release }) => release > (inForce?.release ?? 0)) };
}

/** What was put in force at once is in force for everybody, also for a clock that is behind the one that recorded it. */
export function isActive({ activeFrom }: TimedRelease, now: string): boolean {
  return activeFrom === undefined || millisecondsBetween(activeFrom, now) >= 0;
}

/**
 * From when on the next release is in force; undefined: at once. Throws Invalid where it would undo, or be undone by, one that is pending: what was compared and approved was another content.
 */
export function placeInTime(
  { inForce, pending }: ReleaseTimeline<TimedRelease>,
  activeFrom: string | undefined,
  now: string,
): string | undefined {
  const from = activeFrom === undefined ? undefined : instantOf(activeFrom);
  const [next] = pending;
  if (from === undefined || millisecondsBetween(from, now) >= 0) {
    if (next !== undefined)
      throw new Invalid(
        `release ${next.release} is pending until ${activeFromOf(next)} and would undo this one then: withdraw it first, and release it again after this one`,
      );
    return undefined;
  }
  if (inForce === undefined) throw new Invalid("nothing is in force yet: the first release is in force at once");
  if (millisecondsBetween(addSeconds(now, aheadDaysMax * 86_400), from) > 0)
    throw new Invalid(`a release is in force at most ${aheadDaysMax} days after it was made, not from ${from}`);
  const last = pending.at(-1);
  if (last !== undefined && millisecondsBetween(activeFromOf(last), from) < 0)
    throw new Invalid(
      `release ${last.release} is pending until ${activeFromOf(last)}, after ${from}, and would undo this one then: withdraw it first`,
    );
  if (pending.length >= pendingMax) throw new Invalid(`${pendingMax} releases are pending already: withdraw one`);
  return from;
}

/** The pending release of this number. Throws Invalid where there is none such, where another one builds on it, and where its time is too near. */
export function withdrawable<Release extends TimedRelease>({ pending }: ReleaseTimeline<Release>, number: number, now: string): Release {
  const found = pending.find(({ release }) => release === number);
  const known = pending.map(({ release }) => release).join(", ") || "none";
  if (found === undefined) throw new Invalid(`release ${number} is not pending; pending: ${known}. What is in force is rolled back`);
  const last = pending.at(-1);
  if (last !== undefined && last !== found)
    throw new Invalid(`release ${last.release} comes after ${number} and builds on it: withdraw that one first`);
  if (millisecondsBetween(addSeconds(now, withdrawalSecondsMin), activeFromOf(found)) < 0)
    throw new Invalid(
      `release ${number} is in force within ${withdrawalSecondsMin} seconds, too soon to be withdrawn: roll it back once it is`,
    );
  return found;
}

/**
 * What is pending while a period is closed, the next one first. A closing is in force at once, and numbers and instants have one order: so each of them is made again under a
 * number after it, in force from the same instant on, as who made and approved it, with the closing kept. The one that
 * it replaces has a lower number than what is in force, and never is. The books of a month wait for no draft. Throws Invalid where the
 * next instant is so near that somebody whose clock is ahead may have decided with it already.
 */
export function carriedOver<Release extends TimedRelease>({ pending }: ReleaseTimeline<Release>, now: string): readonly Release[] {
  const [next] = pending;
  if (next !== undefined && millisecondsBetween(addSeconds(now, withdrawalSecondsMin), activeFromOf(next)) < 0)
    throw new Invalid(
      `release ${next.release} is in force within ${withdrawalSecondsMin} seconds, too soon to be carried over: close the period once it is`,
    );
  return pending;
}

const instantPattern = /^(\d{4}-\d\d-\d\d)T((?:[01]\d|2[0-3]):[0-5]\d)(?::([0-5]\d)(?:\.(\d{1,3}))?)?Z$/;

/** As instants are kept, with milliseconds. */
function instantOf(text: string): string {
  const [, day = "", minute = "", second = "00", fraction = ""] = instantPattern.exec(String(text)) ?? [];
  if (!isDay(day))
    throw new Invalid(
      `a release is in force from an instant in UTC such as 2027-01-01T05:00:00Z, not ${JSON.stringify(text).slice(0, 60)}`,
    );
  return `${day}T${minute}:${second}.${fraction.padEnd(3, "0")}Z`;
}
