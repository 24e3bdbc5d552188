import { Invalid } from "#domain/failures";
import {
  activeFromOf,
  approvalOf,
  assertSeen,
  carriedOver,
  type Policy,
  type PolicyFile,
  placeInTime,
  type ReleaseTimeline,
  releasesAreApproved,
  releaseTimeline,
  withdrawable,
} from "#domain/policy";
import type { Clock } from "#ports/clock";
import type { PolicyStore } from "#ports/policy-store";
import type { HubDatabase } from "./database.ts";
import { nowMilliseconds } from "./instant.ts";

/** How the store reads a folder of policy files, and what it makes of them: content hash and policy. Both throw Invalid. */
export interface PolicyLoader {
  read(directory: string): readonly PolicyFile[];
  build(files: readonly PolicyFile[]): { readonly version: string; build(release: number): Policy };
}

/** A release as it was recorded; none is ever changed. */
export interface PolicyRelease {
  /** Counts up with every release, also with a rollback. */
  readonly release: number;
  readonly version: string;
  /** "followed": the hub found other files in its folder. The others were made by name. */
  readonly kind: "followed" | "released" | "rolled-back" | "withdrawn" | "carried-over";
  readonly actor: string;
  readonly reason: string;
  /** The second person who approved it; absent: nobody was asked to. */
  readonly approvedBy?: string;
  readonly at: string;
  /** From when on it is in force; absent: from when it was made. */
  readonly activeFrom?: string;
  /** It puts nothing in force: it takes this one back before its time. */
  readonly withdraws?: number;
  /** It stands in the place of this pending one, with what was closed since. */
  readonly replaces?: number;
}

/** Who makes a release, and why. */
export interface ReleaseAuthor {
  readonly actor: string;
  readonly reason: string;
  /** Somebody else, who approved it: asked for where the policies in force say so (approvals of the kind policy-release). */
  readonly approvedBy?: string;
  /** What they looked at, as policy diff shows it: asked for wherever an approval is. */
  readonly seen?: string;
}

export interface EmbeddedPolicyStore extends PolicyStore {
  /** Every release, the last one first, whether or not its time has come. */
  releases(): readonly PolicyRelease[];
  /** The one in force now, and those whose time is to come. */
  standing(): ReleaseTimeline<PolicyRelease>;
  /** The files of a release; undefined when it is not known, or is older than the keeping of contents. */
  content(release: number): readonly PolicyFile[] | undefined;
  /** The files as they lie in the folder now, unchecked. */
  folder(): readonly PolicyFile[];
  /** Puts the folder in force, at once or from an instant on. Throws Invalid when it has faults, or is in force by name already, or would undo a pending release. */
  release(author: ReleaseAuthor, activeFrom?: string): Promise<PolicyRelease>;
  /** Takes a pending release back, as a release by name that changes nothing. Throws Invalid when it is not pending. */
  withdraw(author: ReleaseAuthor, release: number): Promise<PolicyRelease>;
  /**
   * Puts what is in force with a change in force, by name; the change sees its files, and may throw. Files that are the same make no release. What is pending stays so, with
   * what `carry` makes of its files and of the changed ones.
   */
  amend(
    author: ReleaseAuthor,
    change: (files: readonly PolicyFile[]) => readonly PolicyFile[],
    carry: (pending: readonly PolicyFile[], changed: readonly PolicyFile[]) => readonly PolicyFile[],
  ): Promise<{ readonly release: PolicyRelease; readonly isNew: boolean }>;
  /** Puts the content of an earlier release in force as a new one; without a number that of the last other content. Throws Invalid. */
  rollback(author: ReleaseAuthor, to?: number): Promise<PolicyRelease>;
}

const cacheSeconds = 5;

/**
 * ports/policy-store over a folder of policy files. Until the first release by name the hub follows the folder: content other than the last
 * one recorded is a new release, numbered one higher, also when it is that of an earlier one. From then on the folder is a draft, and only
 * `release` and `rollback` change what is in force. Either way the files are kept with who and why.
 */
export function createPolicyStore(options: {
  readonly database: HubDatabase;
  readonly clock: Clock;
  readonly directory: string;
  readonly load: PolicyLoader;
}): EmbeddedPolicyStore {
  const { database, clock, directory, load } = options;
  const columns = "release, version, kind, actor, reason, recorded_at, active_at, approved_by, withdraws, replaces FROM policy_release";
  const readLatest = database.connection.prepare(`SELECT ${columns} ORDER BY release DESC LIMIT 1`);
  const readAll = database.connection.prepare(`SELECT ${columns} ORDER BY release DESC`);
  const readNamed = database.connection.prepare("SELECT 1 FROM policy_release WHERE kind <> 'followed' LIMIT 1");
  const readContent = database.connection.prepare(
    "SELECT files FROM policy_content JOIN policy_release USING (version) WHERE policy_release.release = ?",
  );
  const readHasContent = database.connection.prepare(
    "SELECT 1 FROM policy_content JOIN policy_release USING (version) WHERE policy_release.release = ?",
  );
  const insertRelease = database.connection.prepare(
    "INSERT INTO policy_release (release, version, recorded_at, kind, actor, reason, active_at, approved_by, withdraws, replaces) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const insertContent = database.connection.prepare("INSERT OR IGNORE INTO policy_content (version, files) VALUES (?, ?)");
  let cached: { readonly policy: Policy; readonly until: number } | undefined;

  const latest = () => releaseOf(readLatest.get());
  const all = () => readAll.all().map((row) => releaseOf(row) as PolicyRelease);
  const standing = () => releaseTimeline(all(), clock.now());
  /** True once somebody has released by name: the folder alone decides nothing any more. */
  const isGoverned = () => readNamed.get() !== undefined;

  function content(release: number): readonly PolicyFile[] | undefined {
    const row = readContent.get(release);
    return row && (JSON.parse(String(row.files)) as readonly PolicyFile[]);
  }

  /** Under the write lock. Content and release are one commit. */
  function record(
    version: string,
    files: readonly PolicyFile[],
    kind: PolicyRelease["kind"],
    { actor, reason, approvedBy }: ReleaseAuthor,
    { activeFrom, withdraws, replaces }: Pick<PolicyRelease, "activeFrom" | "withdraws" | "replaces"> = {},
  ): PolicyRelease {
    const release = (latest()?.release ?? 0) + 1;
    const activeAt = activeFrom === undefined ? null : Date.parse(activeFrom);
    insertContent.run(version, JSON.stringify(files));
    const others = [activeAt, approvedBy ?? null, withdraws ?? null, replaces ?? null];
    insertRelease.run(release, version, nowMilliseconds(clock), kind, actor, reason, ...others);
    return latest() as PolicyRelease;
  }

  /** Who approves is asked by what is in force: a release cannot begin by not asking. Contents that the rules of today refuse ask for nothing. `after`: the content that was looked at; absent: none was, as of a closing. */
  function approved({ inForce, pending }: ReleaseTimeline<PolicyRelease>, author: ReleaseAuthor, after?: string): ReleaseAuthor {
    const files = inForce && content(inForce.release);
    const isAskedFor = files !== undefined && releasesAreApproved({ approvals: approvalsOf(files) }, clock.now());
    const approvedBy = approvalOf(author, "release", isAskedFor);
    const last = pending.at(-1) ?? inForce;
    if (after !== undefined && last !== undefined) {
      const follows = `release ${last.release} of ${last.actor} (${last.reason})`;
      assertSeen(author, { before: last.version, after }, { isAskedFor, follows });
    }
    return { actor: author.actor, reason: author.reason, ...(approvedBy === undefined ? {} : { approvedBy }) };
  }

  function approvalsOf(files: readonly PolicyFile[]): Policy["approvals"] {
    try {
      return load.build(files).build(0).approvals ?? [];
    } catch (error) {
      // Else nobody could release what mends it.
      if (error instanceof Invalid) return [];
      throw error;
    }
  }

  async function followFolder(): Promise<Policy> {
    const files = load.read(directory);
    const { version, build } = load.build(files);
    const known = database.read(() => latest());
    if (known?.version === version && database.read(() => readHasContent.get(known.release)) !== undefined) return build(known.release);
    const recorded = await database.write(() => {
      // Looked at again under the write lock: of two processes that find the same new content one records it.
      const last = latest();
      if (isGoverned()) return undefined;
      if (last?.version !== version) return record(version, files, "followed", { actor: "hub", reason: "the policy files changed" });
      insertContent.run(version, JSON.stringify(files));
      return last;
    });
    return recorded === undefined ? inForce() : build(recorded.release);
  }

  /** What was released last, whatever lies in the folder. */
  async function inForce(): Promise<Policy> {
    const { last, files } = database.read(() => {
      const found = standing().inForce;
      return { last: found, files: found && content(found.release) };
    });
    if (last === undefined || files === undefined)
      throw new Invalid("the policy release in force has no content: release the folder again");
    if (cached?.policy.release === last.release) return cached.policy;
    const policy = load.build(files).build(last.release);
    return last.kind === "followed" ? policy : { ...policy, releasedBy: last.actor };
  }

  async function reload(): Promise<Policy> {
    const policy = database.read(isGoverned) ? await inForce() : await followFolder();
    const [next] = database.read(standing).pending;
    const until = nowMilliseconds(clock) + cacheSeconds * 1_000;
    // A release that is pending is in force from its instant on, also while another one is in memory.
    cached = { policy, until: next === undefined ? until : Math.min(until, Date.parse(activeFromOf(next))) };
    return policy;
  }

  return {
    async current() {
      return cached && nowMilliseconds(clock) < cached.until ? cached.policy : reload();
    },
    reload,
    async lastRelease() {
      // The first look at the files is the first release.
      if (database.read(latest) === undefined) await reload();
      const inForce = database.read(standing).inForce!;
      const at = activeFromOf(inForce);
      // One worker decides at a time, and it looked at the files itself; it wakes what is held when it sees another number.
      return { release: inForce.release, at, everywhereAt: at };
    },
    releases: () => database.read(all),
    standing: () => database.read(standing),
    content: (release) => database.read(() => content(release)),
    folder: () => load.read(directory),
    async release(author, activeFrom) {
      const files = load.read(directory);
      const { version } = load.build(files);
      // What lies in a folder that is followed is in force until then, also when nobody has looked at it yet.
      if (activeFrom !== undefined || author.seen !== undefined) await reload();
      const made = await database.write(() => {
        const timeline = standing();
        const stands = timeline.pending.at(-1) ?? timeline.inForce;
        if (stands?.version === version && stands.kind !== "followed") {
          const how = stands === timeline.inForce ? "in force" : `pending until ${activeFromOf(stands)}`;
          throw new Invalid(`nothing to release: the folder is ${how} as release ${stands.release}, by ${stands.actor}: ${stands.reason}`);
        }
        const from = placeInTime(timeline, activeFrom, clock.now());
        return record(version, files, "released", approved(timeline, author, version), from === undefined ? {} : { activeFrom: from });
      });
      cached = undefined;
      return made;
    },
    async withdraw(author, release) {
      return database.write(() => {
        const timeline = standing();
        const { release: withdraws } = withdrawable(timeline, release, clock.now());
        const { inForce: last } = timeline;
        const files = last && content(last.release);
        if (last === undefined || files === undefined)
          throw new Invalid("the policy release in force has no content: release the folder again");
        return record(last.version, files, "withdrawn", approved(timeline, author, last.version), { withdraws });
      });
    },
    async amend(author, change, carry) {
      // What lies in a folder that is followed is in force, also when nobody has looked at it yet.
      await reload();
      const made = await database.write(() => {
        const timeline = standing();
        const { inForce: last } = timeline;
        const files = last && content(last.release);
        if (last === undefined || files === undefined)
          throw new Invalid("the policy release in force has no content: release the folder again");
        const changed = change(files);
        const { version } = load.build(changed);
        if (version === last.version) return { release: last, isNew: false };
        const carried = carriedOver(timeline, clock.now()).map((pending) => {
          const kept = content(pending.release);
          if (kept === undefined) throw new Invalid(`the pending release ${pending.release} has no content: withdraw it first`);
          const files = carry(kept, changed);
          return { pending, files, version: load.build(files).version };
        });
        const made = record(version, changed, "released", approved(timeline, author));
        for (const { pending, ...again } of carried)
          record(again.version, again.files, "carried-over", pending, {
            ...(pending.activeFrom === undefined ? {} : { activeFrom: pending.activeFrom }),
            replaces: pending.release,
          });
        return { release: made, isNew: true };
      });
      cached = undefined;
      return made;
    },
    async rollback(author, to) {
      return database.write(() => {
        const timeline = standing();
        placeInTime(timeline, undefined, clock.now());
        const { inForce: last } = timeline;
        const releases = all();
        // What was taken back, or replaced, while it was pending was never in force: it is gone back to by its number alone.
        const never = new Set(releases.flatMap(({ withdraws, replaces }) => [withdraws, replaces]));
        const earlier = releases.filter(({ release, withdraws }) => withdraws === undefined && release !== last?.release);
        const target =
          to === undefined
            ? earlier.find(({ release, version }) => version !== last?.version && !never.has(release))
            : earlier.find(({ release }) => release === to);
        if (target === undefined) {
          const known = earlier.map(({ release }) => release).join(", ") || "none";
          throw new Invalid(`no ${to === undefined ? "earlier content" : `release ${to}`} to go back to; earlier releases: ${known}`);
        }
        if (target.version === last?.version)
          throw new Invalid(`release ${target.release} has the content that is in force as release ${last.release}`);
        const files = content(target.release);
        if (files === undefined)
          throw new Invalid(`the content of release ${target.release} was not kept: put its files into the folder and release them`);
        // Rules of today may refuse what those of then took.
        const { version } = load.build(files);
        return record(version, files, "rolled-back", approved(timeline, author, version));
      });
    },
  };
}

function releaseOf(row: Readonly<Record<string, unknown>> | undefined): PolicyRelease | undefined {
  if (row === undefined) return undefined;
  return {
    release: Number(row.release),
    version: String(row.version),
    kind: String(row.kind) as PolicyRelease["kind"],
    actor: String(row.actor),
    reason: String(row.reason),
    ...(row.approved_by === null ? {} : { approvedBy: String(row.approved_by) }),
    at: new Date(Number(row.recorded_at)).toISOString(),
    ...(row.active_at === null ? {} : { activeFrom: new Date(Number(row.active_at)).toISOString() }),
    ...(row.withdraws === null ? {} : { withdraws: Number(row.withdraws) }),
    ...(row.replaces === null ? {} : { replaces: Number(row.replaces) }),
  };
}
