import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import { AnalyticsSubscriber, buildApp, type FunctionCode, type Settings, type Stacks } from "#lib";
import { type StackTemplate, stackTemplate } from "./stack-templates.ts";

const projectFolder = resolve(import.meta.dirname, "..");

export const policiesFolder = join(projectFolder, "policies");
export const prefix = "throughline-test-";

/** Every optional part is there. */
export const settings: Settings = {
  stage: "test",
  profile: "lite",
  removal: "retain",
  shopifyEventSource: "aws.partner/shopify.com/1234567/orders",
  alarmEmail: "operations@example.com",
  ordersExpected: { fromHour: 13, toHour: 3, withinMinutes: 60 },
  connections: {},
};

export const release = { actor: "a test", reason: "to see what is synthesized" };

/** What `cdk.json` tells the CLI; cfn-validate (8 s) is left to the test of `npx cdk synth` itself. */
export function newApp(outdir: string): App {
  process.env.CDK_VALIDATION = "false";
  const { context } = JSON.parse(readFileSync(join(projectFolder, "cdk.json"), "utf8")) as { context: Record<string, unknown> };
  // A warning is told by the command; here it would be told for every test.
  return new App({ context: { ...context, "@aws-cdk/core:annotationsInValidationReport": false }, outdir });
}

/** Stands for the bundles, which have their own test: the stacks do not look inside. */
export function placeholderCode(folder: string): FunctionCode {
  const asset = join(folder, "placeholder");
  mkdirSync(asset, { recursive: true });
  writeFileSync(join(asset, "index.mjs"), "export const handler = async () => {};\n");
  return { handler: "index.handler", of: () => Code.fromAsset(asset) };
}

export function inTemporaryFolder<Value>(use: (folder: string) => Value): Value {
  const folder = mkdtempSync(join(tmpdir(), "throughline-stacks-"));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface Synthesized {
  readonly data: StackTemplate;
  readonly integration: StackTemplate;
  readonly observability: StackTemplate;
  readonly stacks: readonly StackTemplate[];
}

/** Builds and synthesizes the stacks in this process, cdk-nag included. */
export function synthesize(changes: Partial<Settings> = {}, policies: string = policiesFolder): Synthesized {
  return inTemporaryFolder((folder) => {
    const app = newApp(join(folder, "cdk.out"));
    const stacks = buildApp(app, {
      settings: { ...settings, ...changes },
      policiesFolder: policies,
      code: placeholderCode(folder),
      release,
    });
    return templatesOf(app, stacks);
  });
}

/** Synthesizes the app: throws with cdk-nag's findings. */
export function templatesOf(app: App, built: Stacks): Synthesized {
  const assembly = app.synth();
  const [data, integration, observability] = [built.data, built.integration, built.observability].map(({ stackName, artifactId }) =>
    stackTemplate(stackName, assembly.getStackArtifact(artifactId).template),
  ) as [StackTemplate, StackTemplate, StackTemplate];
  return { data, integration, observability, stacks: [data, integration, observability] };
}

/** Writes the templates of all stacks, and of the example of a subscriber, below `folder`, which must be there as long as they are used; their paths. */
export function writeTemplates(folder: string, changes: Partial<Settings> = {}): string[] {
  mkdirSync(folder, { recursive: true });
  const app = newApp(join(folder, "cdk.out"));
  const { data, integration, observability } = buildApp(app, {
    settings: { ...settings, ...changes },
    policiesFolder,
    code: placeholderCode(folder),
    release,
  });
  const example = new Stack(app, "retailer-analytics");
  new AnalyticsSubscriber(example, "Analytics", { stage: settings.stage, events: ["order.placed"], keptDays: 400 });
  app.synth();
  return [data, integration, observability, example].map(({ templateFile }) => join(folder, "cdk.out", templateFile));
}
