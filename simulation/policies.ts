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

export function policyFilesIn(path: string): readonly PolicyFile[] {
  if (folder?.path !== path) folder = { path, files: policyFolders.read(path) };
  return folder.files;
}

/** The same rules in files with another content: a release that changes nothing in the books. */
export function releasedAgain(files: readonly PolicyFile[]): readonly PolicyFile[] {
  return files.map((file) => (file.path === "global.json" ? { ...file, content: `${file.content} ` } : file));
}
