import type { PolicyRelease } from "#adapters/embedded";
import { Invalid } from "#domain/failures";
import type { HubPolicies } from "#hub";
import { approvedByOf, authorOf, seenOf } from "./author.ts";
import { type CommandInput, textOption, UsageError } from "./command.ts";
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
  const author = { ...authorOf(input, "policy release"), ...approvedByOf(input), ...seenOf(input) };
  const activeFrom = textOption(input, "active-from");
  return announce(input, () => policies.release(author, activeFrom));
}

/** Takes a release back whose time has not come. */
export function withdrawPolicy(input: CommandInput, { policies }: HubPolicies, [release]: readonly string[]): Promise<number> {
  const author = { ...authorOf(input, "policy withdraw"), ...approvedByOf(input), ...seenOf(input) };
  if (release === undefined || !/^\d{1,9}$/.test(release))
    throw new UsageError(`policy withdraw takes the number of a pending release, not ${JSON.stringify(release ?? "")}`);
  return announce(input, () => policies.withdraw(author, Number(release)));
}

/** Puts an earlier content in force again, as a new release by name. */
export function rollbackPolicy(input: CommandInput, { policies }: HubPolicies, [to]: readonly string[]): Promise<number> {
  const author = { ...authorOf(input, "policy rollback"), ...approvedByOf(input), ...seenOf(input) };
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
    const { release, version, actor, reason, approvedBy, activeFrom, withdraws } = made;
    const who = approvedBy === undefined ? actor : `${actor}, approved by ${approvedBy}`;
    if (withdraws !== undefined) {
      input.terminal.print(`Release ${withdraws} is withdrawn, by ${who}: ${reason}. What is in force stays.`);
      return 0;
    }
    if (activeFrom !== undefined) {
      input.terminal.print(`Release ${release} is pending, version ${version.slice(0, 12)}, by ${who}: ${reason}`);
      input.terminal.print(`It is in force from ${activeFrom} on. Until then policy withdraw ${release} takes it back.`);
      return 0;
    }
    input.terminal.print(`Release ${release} is in force, version ${version.slice(0, 12)}, by ${who}: ${reason}`);
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
      { title: "in force from" },
      { title: "who", wrap: true },
      { title: "version" },
      { title: "why", wrap: true },
    ],
    releases.map(({ release, at, kind, actor, approvedBy, version, reason, activeFrom, withdraws, replaces }) => [
      String(release),
      minuteText(at),
      kind,
      withdraws !== undefined
        ? `never: withdraws ${withdraws}`
        : `${minuteText(activeFrom ?? at)}${replaces === undefined ? "" : `, in the place of ${replaces}`}`,
      approvedBy === undefined ? actor : `${actor}, approved by ${approvedBy}`,
      version.slice(0, 12),
      reason,
    ]),
    columns,
  );
}

function minuteText(instant: string): string {
  return `${instant.slice(0, 16).replace("T", " ")} UTC`;
}
