import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { functionBundling, functionEntries, functions } from "#wiring";

const projectFolder = join(import.meta.dirname, "..");

export interface Bundle {
  readonly name: string;
  /** The file that Lambda would load. */
  readonly file: string;
  readonly bytes: number;
  /** What each module gave to the bundle; npm packages under their name, project files under their path. */
  readonly modules: ReadonlyMap<string, number>;
}

/** Bundles the Lambda entries of these functions, all of wiring/ when absent, into `folder`. */
export async function bundleFunctions(folder: string, names: readonly string[] = functions.map(({ name }) => name)): Promise<Bundle[]> {
  const { metafile } = await build({
    ...functionBundling,
    mainFields: [...functionBundling.mainFields],
    absWorkingDir: projectFolder,
    entryPoints: names.map((name) => join(functionEntries, `${name}.ts`)),
    outdir: folder,
    metafile: true,
    logLevel: "warning",
  });
  return names.map((name) => bundleOf(name, join(folder, `${name}.mjs`), metafile));
}

function bundleOf(name: string, file: string, metafile: Metafile): Bundle {
  const output = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint === `${functionEntries}/${name}.ts`);
  if (output === undefined) throw new Error(`esbuild wrote nothing for ${name}`);
  const modules = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
    if (bytesInOutput === 0) continue;
    const module = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? path;
    modules.set(module, (modules.get(module) ?? 0) + bytesInOutput);
  }
  return { name, file, bytes: output.bytes, modules };
}
