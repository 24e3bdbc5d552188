import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Code } from "aws-cdk-lib/aws-lambda";
import { buildSync } from "esbuild";
import { functionBundling, functionEntries } from "#wiring";

/** Gives the code of a function of wiring/, with the handler that Lambda calls. */
export interface FunctionCode {
  readonly handler: string;
  /** `constants`: names that stand in the code for these JSON values. */
  of(functionName: string, constants?: Readonly<Record<string, unknown>>): Code;
}

/**
 * Bundles Lambda entries on this machine, without Docker, below `folder`: one file per function, so that a function's asset changes only
 * when its own code does. Throws esbuild's errors, which name file and line.
 */
export function functionBundles(projectFolder: string, folder: string): FunctionCode {
  return {
    handler: "index.handler",
    of(functionName, constants = {}) {
      const output = join(folder, functionName);
      mkdirSync(output, { recursive: true });
      buildSync({
        ...functionBundling,
        mainFields: [...functionBundling.mainFields],
        absWorkingDir: projectFolder,
        entryPoints: [{ in: join(functionEntries, `${functionName}.ts`), out: "index" }],
        outdir: output,
        define: Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, JSON.stringify(value)])),
        logLevel: "warning",
      });
      return Code.fromAsset(output);
    },
  };
}
