import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildApp, functionBundles, readSettings } from "#lib";
import { bundleBytesMax, functions } from "#wiring";
import { grantedPermissions, resourceCounts, stackLimits } from "./stack-templates.ts";
import { newApp, policiesFolder, release, templatesOf } from "./synthesized-stacks.ts";

/** `node scripts/describe-stacks.ts [stage]`: what a deploy of the stage would hold, printed for people. */
const project = resolve(import.meta.dirname, "..");
const stage = process.argv[2] ?? "dev";
const folder = mkdtempSync(join(tmpdir(), "throughline-stacks-"));
try {
  const app = newApp(join(folder, "cdk.out"));
  const bundles = join(folder, "functions");
  const code = functionBundles(project, bundles);
  const { stacks, integration } = templatesOf(
    app,
    buildApp(app, { settings: readSettings(stage, join(project, "stages")), policiesFolder, code, release }),
  );

  heading("Stacks");
  for (const { name, bytes, resources } of stacks)
    print(`${name}: ${bytes} of ${stackLimits.bytes} bytes, ${Object.keys(resources).length} of ${stackLimits.resources} resources`);

  for (const stack of stacks) {
    heading(`Resources of ${stack.name}`);
    for (const [type, count] of resourceCounts(stack)) print(`${String(count).padStart(4)}  ${type}`);
  }

  heading("Bundles, bytes");
  for (const { name } of functions) {
    const bytes = statSync(join(bundles, name, "index.mjs"), { throwIfNoEntry: false })?.size;
    print(`${name.padEnd(26)} ${bytes === undefined ? "not deployed by this stage" : `${bytes} of ${bundleBytesMax(name)}`}`);
  }

  heading("Permissions");
  for (const { principal, action, resource, condition } of grantedPermissions(integration, stacks, `throughline-${stage}-`))
    print(`${principal}  ${action}  ${resource}  ${condition}`.trimEnd());
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function heading(text: string): void {
  print(`\n${text}\n${"-".repeat(text.length)}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
