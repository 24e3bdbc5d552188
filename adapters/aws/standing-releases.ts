import { Unavailable } from "#domain/failures";
import { isActive, type ReleaseTimeline, releaseTimeline } from "#domain/policy";
import type { PolicyRelease, PolicyReleases } from "#ports/policy-releases";

/** Ten may be pending; the others were withdrawn. */
const releasesReadMax = 200;

export interface StandingReleases extends ReleaseTimeline<PolicyRelease> {
  /** The highest number that was given, 0 before the first: one that is made under the next number knows all that were made before. */
  readonly last: number;
}

/** What is in force at an instant and what is pending: of a record without pending releases one small read, as everybody asks for it all the time. */
export async function standingReleases(releases: PolicyReleases, now: string): Promise<StandingReleases> {
  const last = await releases.last();
  if (last === undefined) return { inForce: undefined, pending: [], last: 0 };
  if (last.withdraws === undefined && isActive(last, now)) return { inForce: last, pending: [], last: last.release };
  const timeline = releaseTimeline(await releases.latest(releasesReadMax), now);
  if (timeline.inForce === undefined)
    throw new Unavailable(`of the last ${releasesReadMax} policy releases none is in force: release the policies in force once more`);
  return { ...timeline, last: last.release };
}
