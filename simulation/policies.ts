import type { PolicyLoader } from "#adapters/embedded";
import type { PolicyFile } from "#domain/policy";
import { policyFolders } from "#hub";

type Loaded = ReturnType<PolicyLoader["build"]>;

const builtOfFiles = new WeakMap<readonly PolicyFile[], Loaded>();
const builtOfContent = new Map<string, Loaded>();

/** Checked and merged once for each content: a policy is never changed. */
function buildOnce(files: readonly PolicyFile[]): Loaded {
  const known = builtOfFiles.get(files);
  if (known !== undefined) return known;
  const content = JSON.stringify(files);
  const loaded = builtOfContent.get(content) ?? policyFolders.build(files);
  builtOfContent.set(content, loaded);
  builtOfFiles.set(files, loaded);
  return loaded;
}

/** Builds policies whose ERP connections show what they took only after `visibilityLagSeconds`. */
export function buildWithLag(visibilityLagSeconds: number): PolicyLoader["build"] {
  return (files) => {
    const { version, build } = buildOnce(files);
    return {
      version,
      build(release) {
        const policy = build(release);
        const connections = Object.entries(policy.connections).map(([name, settings]) => [name, { ...settings, visibilityLagSeconds }]);
        return { ...policy, connections: Object.fromEntries(connections) };
      },
    };
  };
}

/** The ERP connections that they name. */
export function connectionsOf(files: readonly PolicyFile[]): readonly string[] {
  return Object.keys(buildOnce(files).build(1).connections).sort();
}

let folder: { readonly path: string; readonly files: readonly PolicyFile[] } | undefined;

/** Every concession above 10.00 wants a second person, so that the day's orders have something to approve. */
function withApprovals(file: PolicyFile): PolicyFile {
  const content = JSON.parse(file.content) as { approvals?: { kind: string; aboveMinorUnits?: { [currency: string]: number } }[] };
  if (content.approvals === undefined) return file;
  const approvals = content.approvals.map((rule) =>
    rule.kind === "concession" && rule.aboveMinorUnits?.USD === 2_500
      ? { ...rule, aboveMinorUnits: { ...rule.aboveMinorUnits, USD: 1_000 } }
      : rule,
  );
  return { ...file, content: JSON.stringify({ ...content, approvals }, null, 2) };
}

export function policyFilesIn(path: string): readonly PolicyFile[] {
  if (folder?.path !== path) folder = { path, files: policyFolders.read(path).map(withApprovals) };
  return folder.files;
}

/** The same rules in files with another content: a release that changes nothing in the books. */
export function releasedAgain(files: readonly PolicyFile[]): readonly PolicyFile[] {
  return files.map((file) => (file.path === "global.json" ? { ...file, content: `${file.content} ` } : file));
}
