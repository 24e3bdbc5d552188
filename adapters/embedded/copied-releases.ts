import { contentHash } from "#domain/canonical";
import type { PolicyFile } from "#domain/policy";
import type { HubDatabase } from "./database.ts";
import type { PolicyRelease } from "./policy-store.ts";

/** A release of another hub, with its files where they were kept. */
export interface CopiedRelease extends Omit<PolicyRelease, "kind"> {
  readonly files?: readonly PolicyFile[];
}

/**
 * Records releases of another hub under their own numbers: what is copied with them was planned by these, and is judged as old as it is. One that is there already stays as it is; of one that
 * came without files before, the files are kept. A stage's version is of the files that were handed in: two releases of one version, with a period closed between them, have different
 * files here, and the later one a version of its own.
 */
export async function recordCopiedReleases(database: HubDatabase, releases: readonly CopiedRelease[]): Promise<void> {
  const insert = database.connection.prepare(
    "INSERT OR IGNORE INTO policy_release (release, version, recorded_at, kind, actor, reason, active_at, approved_by, withdraws, replaces) VALUES (?, ?, ?, 'released', ?, ?, ?, ?, ?, ?)",
  );
  const keep = database.connection.prepare("INSERT OR IGNORE INTO policy_content (version, files) VALUES (?, ?)");
  const kept = database.connection.prepare("SELECT files FROM policy_content WHERE version = ?");
  const name = database.connection.prepare("UPDATE policy_release SET version = ? WHERE release = ?");
  await database.write(() => {
    for (const { release, version, at, actor, reason, activeFrom, approvedBy, withdraws, replaces, files } of releases) {
      const activeAt = activeFrom === undefined ? null : Date.parse(activeFrom);
      insert.run(release, version, Date.parse(at), actor, reason, activeAt, approvedBy ?? null, withdraws ?? null, replaces ?? null);
      if (files === undefined) continue;
      const text = JSON.stringify(files);
      keep.run(version, text);
      if (kept.get(version)?.files === text) continue;
      const own = contentHash({ version, files });
      keep.run(own, text);
      name.run(own, release);
    }
  });
}
