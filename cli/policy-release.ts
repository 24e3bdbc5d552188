import type { PolicyRelease } from "#adapters/embedded";
import { Invalid } from "#domain/failures";
import type { HubPolicies } from "#hub";
import { authorOf } from "./author.ts";
import { type CommandInput, UsageError } from "./command.ts";
import { table } from "./table.ts";

/** Every release with who made it and why, the last one first. */
export function listReleases(input: CommandInput, { policies }: HubPolicies): number {
  const releases = policies.releases();
  if (input.json) input.terminal.print(JSON.stringify(releases));
  else if (releases.length === 0) input.terminal.print("Nothing is released yet: the hub follows the policies folder when it starts.");
  else input.terminal.print(releasesTable(releases, input.terminal.columns));
  return 0;
}

/** Puts the policies folder in force by name. */
export function releasePolicy(input: CommandInput, { policies }: HubPolicies): Promise<number> {
  const author = authorOf(input, "policy release");
  return announce(input, () => policies.release(author));
}

/** Puts an earlier content in force again, as a new release by name. */
export function rollbackPolicy(input: CommandInput, { policies }: HubPolicies, [to]: readonly string[]): Promise<number> {
  const author = authorOf(input, "policy rollback");
  if (to !== undefined && !/^\d{1,9}$/.test(to))
    throw new UsageError(`policy rollback takes the number of a release, not ${JSON.stringify(to)}`);
  return announce(input, () => policies.rollback(author, to === undefined ? undefined : Number(to)));
}

async function announce(input: CommandInput, make: () => Promise<PolicyRelease>): Promise<number> {
  let made: PolicyRelease;
  try {
    made = await make();
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    input.terminal.note(error.message);
    return 1;
  }
  if (input.json) input.terminal.print(JSON.stringify(made));
  else {
    const { release, version, actor, reason } = made;
    input.terminal.print(`Release ${release} is in force, version ${version.slice(0, 12)}, by ${actor}: ${reason}`);
    input.terminal.print("A running hub takes it up within seconds. What is posted stays; what would change of it waits for an approval.");
  }
  return 0;
}

function releasesTable(releases: readonly PolicyRelease[], columns: number): string {
  return table(
    [
      { title: "release", align: "right" },
      { title: "when" },
      { title: "how" },
      { title: "who" },
      { title: "version" },
      { title: "why", wrap: true },
    ],
    releases.map(({ release, at, kind, actor, version, reason }) => [
      String(release),
      `${at.slice(0, 16).replace("T", " ")} UTC`,
      kind,
      actor,
      version.slice(0, 12),
      reason,
    ]),
    columns,
  );
}
