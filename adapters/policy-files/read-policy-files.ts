import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Invalid } from "#domain/failures";
import { type Policy, type PolicyContent, type PolicyError, type PolicyFile, resolvePolicy } from "#domain/policy";

const filesMax = 500;
const fileBytesMax = 2_000_000;
const layerFolders = new Set(["regions", "brands", "entities"]);

/** Policy files that were checked and merged. */
export interface LoadedPolicy {
  /** Hash of the files. */
  readonly version: string;
  readonly content: PolicyContent;
  build(release: number): Policy;
}

/**
 * The JSON files of a policies folder. A JSON file or folder in a place that no layer has is read or refused, never skipped: a rule that
 * nobody reads is a mistake that nobody sees. Throws Invalid when there is no such folder, too many files or a file that is too large.
 */
export function readPolicyFiles(dir: string): readonly PolicyFile[] {
  const paths: string[] = [];
  for (const entry of list(dir)) {
    if (entry.name.startsWith(".")) continue;
    if (entry.isDirectory()) {
      if (!layerFolders.has(entry.name))
        throw new Invalid(`policies: ${entry.name}/ is no layer; allowed: ${[...layerFolders].join(", ")}`);
      for (const inner of list(join(dir, entry.name))) if (inner.name.endsWith(".json")) paths.push(`${entry.name}/${inner.name}`);
    } else if (entry.name.endsWith(".json")) paths.push(entry.name);
  }
  if (paths.length > filesMax) throw new Invalid(`policies: ${paths.length} files; at most ${filesMax} are read`);
  return paths.sort().map((path) => {
    const { size } = statSync(join(dir, path));
    if (size > fileBytesMax) throw new Invalid(`policies: ${path} has ${size} bytes; at most ${fileBytesMax} are read`);
    return { path, content: readFileSync(join(dir, path), "utf8") };
  });
}

/** Reads, checks and merges a policies folder. Throws Invalid with every fault, one per line. */
export function loadPolicy(dir: string): LoadedPolicy {
  return buildPolicy(readPolicyFiles(dir));
}

/** Checks and merges policy files. Throws Invalid with every fault, one per line. */
export function buildPolicy(files: readonly PolicyFile[]): LoadedPolicy {
  const resolved = resolvePolicy(files);
  if ("errors" in resolved) {
    const lines = resolved.errors.map(policyErrorLine);
    throw new Invalid(`the policies have ${lines.length} fault${lines.length === 1 ? "" : "s"}:\n${lines.join("\n")}`);
  }
  const { policy, version } = resolved;
  return { version, content: policy, build: (release) => ({ ...policy, version, release }) };
}

/** A fault in one line: file, place, what is allowed, and what was found. */
export function policyErrorLine({ file, path, value, message }: PolicyError): string {
  return `${file}${path === "" ? "" : ` ${path}`}: ${message}${value === "nothing" ? "" : ` (found ${value})`}`;
}

function list(dir: string) {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch (cause) {
    throw new Invalid(`policies: the folder cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
