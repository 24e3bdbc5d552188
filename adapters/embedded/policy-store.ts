import { Invalid } from "#domain/failures";
import type { Policy, PolicyFile } from "#domain/policy";
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
  readonly kind: "followed" | "released" | "rolled-back";
  readonly actor: string;
  readonly reason: string;
  readonly at: string;
}

/** Who makes a release, and why. */
export interface ReleaseAuthor {
  readonly actor: string;
  readonly reason: string;
}

export interface EmbeddedPolicyStore extends PolicyStore {
  /** Every release, the last one first. */
  releases(): readonly PolicyRelease[];
  /** The files of a release; undefined when it is not known, or is older than the keeping of contents. */
  content(release: number): readonly PolicyFile[] | undefined;
  /** The files as they lie in the folder now, unchecked. */
  folder(): readonly PolicyFile[];
  /** Puts the folder in force. Throws Invalid when it has faults, or is in force by name already. */
  release(author: ReleaseAuthor): Promise<PolicyRelease>;
  /**
   * Puts what is in force with a change in force, by name; the change sees its files, and may throw. Files that are the same make no release.
   */
  amend(
    author: ReleaseAuthor,
    change: (files: readonly PolicyFile[]) => readonly PolicyFile[],
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
  const columns = "release, version, kind, actor, reason, recorded_at FROM policy_release";
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
    "INSERT INTO policy_release (release, version, recorded_at, kind, actor, reason) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const insertContent = database.connection.prepare("INSERT OR IGNORE INTO policy_content (version, files) VALUES (?, ?)");
  let cached: { readonly policy: Policy; readonly until: number } | undefined;

  const latest = () => releaseOf(readLatest.get());
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
    { actor, reason }: ReleaseAuthor,
  ): PolicyRelease {
    const release = (latest()?.release ?? 0) + 1;
    insertContent.run(version, JSON.stringify(files));
    insertRelease.run(release, version, nowMilliseconds(clock), kind, actor, reason);
    return latest() as PolicyRelease;
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
      const found = latest();
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
    cached = { policy, until: nowMilliseconds(clock) + cacheSeconds * 1_000 };
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
      const { release, at } = database.read(latest)!;
      // One worker decides at a time, and it looked at the files itself.
      return { release, at, everywhereAt: at };
    },
    releases: () => database.read(() => readAll.all().map((row) => releaseOf(row) as PolicyRelease)),
    content: (release) => database.read(() => content(release)),
    folder: () => load.read(directory),
    async release(author) {
      const files = load.read(directory);
      const { version } = load.build(files);
      return database.write(() => {
        const last = latest();
        if (last?.version === version && last.kind !== "followed") {
          throw new Invalid(`nothing to release: the folder is in force as release ${last.release}, by ${last.actor}: ${last.reason}`);
        }
        return record(version, files, "released", author);
      });
    },
    async amend(author, change) {
      // What lies in a folder that is followed is in force, also when nobody has looked at it yet.
      await reload();
      const made = await database.write(() => {
        const last = latest();
        const files = last && content(last.release);
        if (last === undefined || files === undefined)
          throw new Invalid("the policy release in force has no content: release the folder again");
        const changed = change(files);
        const { version } = load.build(changed);
        if (version === last.version) return { release: last, isNew: false };
        return { release: record(version, changed, "released", author), isNew: true };
      });
      cached = undefined;
      return made;
    },
    async rollback(author, to) {
      return database.write(() => {
        const [last, ...earlier] = readAll.all().map((row) => releaseOf(row) as PolicyRelease);
        const target =
          to === undefined ? earlier.find(({ version }) => version !== last?.version) : earlier.find(({ release }) => release === to);
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
        return record(version, files, "rolled-back", author);
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
    at: new Date(Number(row.recorded_at)).toISOString(),
  };
}
