import { readFileSync } from "node:fs";
import * as z from "zod";
import type { PolicyRelease } from "#adapters/embedded";
import { Invalid } from "#domain/failures";
import { type Policy, type PolicyError, type PolicyFile, resolvePolicy } from "#domain/policy";
import type { HubPolicies } from "#hub";
import { UsageError } from "./command.ts";

/** Policy files with where they are from; `release` null: the policies folder. */
export interface PolicySource {
  readonly release: number | null;
  readonly files: readonly PolicyFile[];
  /** Content hash where it is on record; absent: that of the files. */
  readonly version?: string;
}

/** The files that are in force: those of the last release, or the folder's while the hub follows it. */
export function inForce({ policies }: Pick<HubPolicies, "policies">): PolicySource {
  const { inForce: last } = policies.standing();
  if (last === undefined || isFollowed(policies.releases())) return draft({ policies });
  return { release: last.release, files: policies.content(last.release) ?? [], version: last.version };
}

/** True until somebody releases by name: the hub takes what lies in the folder. */
export function isFollowed(releases: readonly PolicyRelease[]): boolean {
  return releases.every(({ kind }) => kind === "followed");
}

export function draft({ policies }: Pick<HubPolicies, "policies">): PolicySource {
  return { release: null, files: policies.folder() };
}

/** The files of a release; UsageError for a number that is none, or whose content was not kept. */
export function ofRelease({ policies }: HubPolicies, text: string): PolicySource {
  const release = Number(text);
  const files = /^\d{1,9}$/.test(text) ? policies.content(release) : undefined;
  if (files === undefined) {
    const known = policies.releases().map((each) => each.release);
    throw new UsageError(`no release ${JSON.stringify(text)} with its content: there are ${known.reverse().join(", ") || "none yet"}`);
  }
  // As it is on record: a closing on AWS has a version that no files have.
  const version = policies.releases().find((each) => each.release === release)?.version;
  return { release, files, ...(version === undefined ? {} : { version }) };
}

const shownSchema = z.object({
  release: z.int(),
  version: z.string().regex(/^[0-9a-f]{64}$/),
  files: z.array(z.object({ path: z.string(), content: z.string() })).min(1),
});

/** What release-policy of a stage on AWS shows of what is in force there, in a file. UsageError for one that is none. */
export function shownBy(file: string): PolicySource {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(
      `--against takes a file with what release-policy shows, not ${file}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const parsed = shownSchema.safeParse(content);
  if (!parsed.success)
    throw new UsageError(
      `${file} has no release with its files: it is the answer of release-policy to {"show": "last"}; deploy once more where it has none`,
    );
  return parsed.data;
}

/** What to tell whoever expects the folder to be in force, when it is a draft that differs; undefined: it is in force, or followed. */
export function draftNote(opened: Pick<HubPolicies, "policies">): string | undefined {
  const released = inForce(opened);
  if (released.release === null || JSON.stringify(released.files) === folderText(opened)) return undefined;
  return `the policies folder differs from release ${released.release}, which is in force: see policy diff, then policy release`;
}

/** A folder that cannot be read is no content of any release. */
function folderText({ policies }: Pick<HubPolicies, "policies">): string | undefined {
  try {
    return JSON.stringify(policies.folder());
  } catch (error) {
    if (error instanceof Invalid) return undefined;
    throw error;
  }
}

/** A policy as its files would make it; the faults of them otherwise. */
export function policyOf(
  { files }: PolicySource,
  release: number,
): { readonly policy: Policy } | { readonly errors: readonly PolicyError[] } {
  const resolved = resolvePolicy(files);
  return "errors" in resolved ? resolved : { policy: { ...resolved.policy, version: resolved.version, release } };
}

/** The content hash by which a release of these files is known. */
export function versionOf({ files, version }: PolicySource): string {
  if (version !== undefined) return version;
  const resolved = resolvePolicy(files);
  if ("errors" in resolved) throw new Invalid("the policies have faults: see policy validate");
  return resolved.version;
}

export function sourceText({ release }: PolicySource): string {
  return release === null ? "the policies folder" : `release ${release}`;
}
