import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { MiniStack } from "../../scripts/ministack.ts";
import { runCdk } from "./cdk-command.ts";
import { leftOutTypes } from "./emulator-gaps.ts";

const project = resolve(import.meta.dirname, "../..");

export interface DeployedStacks {
  /** Where the shop delivers its webhooks. */
  readonly webhooks: string;
  readonly drops: string;
  readonly table: string;
}

interface Deployment {
  readonly emulator: MiniStack;
  readonly stage: string;
  readonly policies: string;
  /** For what is synthesized and written. */
  readonly folder: string;
}

/**
 * `cdk bootstrap` and `cdk deploy --all`, as an operator would; what the emulator does not know is taken out of the templates in between. The secrets are
 * there before: the synthesis looks for them.
 */
export async function deployStacks({ emulator, stage, policies, folder }: Deployment): Promise<DeployedStacks> {
  const assembly = join(folder, "cdk.out");
  const outputsFile = join(folder, "outputs.json");
  // Outside of the project there is no app: bootstrapping alone need not synthesize.
  const elsewhere = join(folder, "elsewhere");
  mkdirSync(elsewhere);
  const run = (cwd: string, ...words: string[]) => runCdk(emulator, { cwd, home: folder }, ...words);
  await Promise.all([
    run(elsewhere, "bootstrap", `aws://${emulator.account}/${emulator.region}`),
    run(project, "synth", "--quiet", "--output", assembly, "-c", `stage=${stage}`, "-c", `policies=${policies}`, "-c", "secrets=required"),
  ]);
  leaveOut(join(assembly, `throughline-${stage}-integration.template.json`));
  const deploy = ["deploy", "--all", "--app", assembly, "--require-approval", "never", "--concurrency", "2", "--outputs-file", outputsFile];
  await run(elsewhere, ...deploy);
  return readOutputs(outputsFile, stage, emulator);
}

/** Throws for a type that the stacks no longer have: a gap that is none must not stay listed. */
function leaveOut(templateFile: string): void {
  const template = JSON.parse(readFileSync(templateFile, "utf8")) as { Resources: Record<string, { Type: string }> };
  for (const left of leftOutTypes) {
    const found = Object.entries(template.Resources).filter(([, { Type }]) => Type === left);
    if (found.length === 0) throw new Error(`no stack has a ${left} any more: take it from emulator-gaps.ts`);
    for (const [id] of found) delete template.Resources[id];
  }
  writeFileSync(templateFile, JSON.stringify(template));
}

function readOutputs(file: string, stage: string, { endpoint }: MiniStack): DeployedStacks {
  const outputs = JSON.parse(readFileSync(file, "utf8")) as Record<string, Record<string, string>>;
  const of = (stack: string, name: string) => {
    const value = outputs[`throughline-${stage}-${stack}`]?.[name];
    if (value === undefined) throw new Error(`the stack ${stack} has no output ${name}: ${JSON.stringify(outputs)}`);
    return value;
  };
  // The API's own host name is one that this machine need not resolve; the emulator serves it under a path as well.
  const { hostname, pathname } = new URL(of("integration", "ShopifyWebhookAddress"));
  const webhooks = `${endpoint}/_aws/execute-api/${hostname.split(".")[0]}/$default${pathname}`;
  return { webhooks, drops: of("data", "DropsBucket"), table: of("data", "LineageTable") };
}
