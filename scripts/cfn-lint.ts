import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/**
 * cfn-lint, AWS's own linter of CloudFormation templates, for tests: installed by pip, pinned, into a virtual environment in `.cache/cfn-lint`.
 * It knows every resource's schema and needs no network once it is there. Needs Python 3.10 with venv and pip.
 */
export interface LintFinding {
  /** Such as E3002; its first letter is E for an error, W for a warning, I for an information. */
  readonly rule: string;
  readonly message: string;
  /** Path in the template, such as "Resources/Lineage/Properties". */
  readonly path: string;
  readonly file: string;
}

export type LintAnswer = { readonly findings: readonly LintFinding[] } | { readonly skipped: string };

const version = "1.58.0";
/** Everything that it needs, so that a test run of next year runs what one of today ran. */
const packages = [
  `cfn-lint==${version}`,
  "jsonpatch==1.48",
  "jsonpointer==3.12",
  "mpmath==1.3.0",
  "networkx==3.6.1",
  "PyYAML==6.0.4",
  "regex==2026.11.19",
  "sympy==1.14.0",
  "typing_extensions==4.16.0",
];
const cacheFolder = join(import.meta.dirname, "..", ".cache", "cfn-lint");
const environmentFolder = join(cacheFolder, version);
const installTimeoutMilliseconds = 240_000;
const lintTimeoutMilliseconds = 240_000;
const outputBytesMax = 32 * 1024 * 1024;
/** Its exit status is a sum of bits: 2 errors, 4 warnings, 8 informations. Anything else is a failure of its own. */
const findingStatuses = [2, 4, 6, 8, 10, 12, 14];
const run = promisify(execFile);

/** Lints template files, or says why it cannot. */
export async function lintTemplates(files: readonly string[]): Promise<LintAnswer> {
  const missing = existsSync(join(environmentFolder, "bin", "python")) ? undefined : await provide();
  if (missing !== undefined) return { skipped: missing };
  // By its entry point: a script of an environment names the folder that it was installed in, and this one was moved.
  const words = [
    "-c",
    "import sys; from cfnlint.runner import main; sys.exit(main())",
    "--regions",
    "us-east-1",
    "--format",
    "json",
    "--",
    ...files,
  ];
  const output = await run(join(environmentFolder, "bin", "python"), words, {
    timeout: lintTimeoutMilliseconds,
    maxBuffer: outputBytesMax,
  }).then(
    ({ stdout }) => stdout,
    (error: { readonly code?: unknown; readonly stdout?: string }) => {
      if (findingStatuses.includes(Number(error.code)) && error.stdout !== undefined) return error.stdout;
      throw error;
    },
  );
  const found = JSON.parse(output) as {
    readonly Rule: { readonly Id: string };
    readonly Message: string;
    readonly Filename: string;
    readonly Location: { readonly Path: readonly (string | number)[] | null };
  }[];
  return {
    findings: found.map(({ Rule, Message, Filename, Location }) => ({
      rule: Rule.Id,
      message: Message,
      path: (Location.Path ?? []).join("/"),
      file: Filename,
    })),
  };
}

/** Undefined when it is there, else why not. */
async function provide(): Promise<string | undefined> {
  await mkdir(cacheFolder, { recursive: true });
  const work = await mkdtemp(join(cacheFolder, "install-"));
  const environment = join(work, "venv");
  try {
    await run("python3", ["-m", "venv", environment], { timeout: installTimeoutMilliseconds });
    const pip = ["-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--no-deps", ...packages];
    await run(join(environment, "bin", "python"), pip, { timeout: installTimeoutMilliseconds });
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    return `Python could not make a virtual environment, or pip could not provide cfn-lint ${version} (${error instanceof Error ? error.name : "error"})`;
  }
  // Python finds an environment by where it is started, so it may move. Another test run may have been quicker: then its folder stays.
  await rename(environment, environmentFolder).catch((error: unknown) => {
    if (!existsSync(join(environmentFolder, "bin", "python"))) throw error;
  });
  await rm(work, { recursive: true, force: true });
  return undefined;
}
