import type { Policy } from "#domain/policy";
import type { Clock } from "#ports/clock";
import type { PolicyStore } from "#ports/policy-store";
import type { HubDatabase } from "./database.ts";
import { nowMilliseconds } from "./instant.ts";

/** The policy files as read and checked: their content hash, and the policy once its release number is known. Throws Invalid. */
export type PolicyLoader = (directory: string) => { readonly version: string; build(release: number): Policy };

const cacheSeconds = 5;

/**
 * ports/policy-store over a folder of policy files. The first reading of a content other than the last one recorded is a new release,
 * numbered one higher, also when it is the content of an earlier release.
 */
export function createPolicyStore(options: {
  readonly database: HubDatabase;
  readonly clock: Clock;
  readonly directory: string;
  readonly load: PolicyLoader;
}): PolicyStore {
  const { database, clock, directory, load } = options;
  const readLatest = database.connection.prepare("SELECT release, version, recorded_at FROM policy_release ORDER BY release DESC LIMIT 1");
  const record = database.connection.prepare("INSERT INTO policy_release (release, version, recorded_at) VALUES (?, ?, ?)");
  let cached: { readonly policy: Policy; readonly until: number } | undefined;

  function latest(): { release: number; version: string; at: string } | undefined {
    const row = readLatest.get();
    if (row === undefined) return undefined;
    return { release: Number(row.release), version: String(row.version), at: new Date(Number(row.recorded_at)).toISOString() };
  }

  async function releaseOf(version: string): Promise<number> {
    const known = database.read(latest);
    if (known?.version === version) return known.release;
    return database.write(() => {
      // Looked at again under the write lock: of two processes that find the same new content one records it.
      const last = latest();
      if (last?.version === version) return last.release;
      const release = (last?.release ?? 0) + 1;
      record.run(release, version, nowMilliseconds(clock));
      return release;
    });
  }

  async function reload(): Promise<Policy> {
    const { version, build } = load(directory);
    const policy = build(await releaseOf(version));
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
      return { number: release, at };
    },
  };
}
