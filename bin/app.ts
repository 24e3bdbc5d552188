#!/usr/bin/env node
import { join } from "node:path";
import { Annotations, App } from "aws-cdk-lib";
import { buildApp, functionBundles, lookForSecrets, readSettings } from "#lib";

const projectFolder = join(import.meta.dirname, "..");
// Synthesized once, below: by itself the app would try again after a failure.
const app = new App({ autoSynth: false });
try {
  const settings = readSettings(app.node.tryGetContext("stage") ?? "dev", join(projectFolder, "stages"));
  const { integration, needed } = buildApp(app, {
    settings,
    policiesFolder: app.node.tryGetContext("policies") ?? join(projectFolder, "policies"),
    code: functionBundles(projectFolder, join(app.outdir, "functions")),
    release: {
      actor: app.node.tryGetContext("actor") ?? "deploy",
      reason: app.node.tryGetContext("reason") ?? "the policies of the project as they were deployed",
      activeFrom: app.node.tryGetContext("activeFrom"),
      approvedBy: app.node.tryGetContext("approvedBy"),
      seen: app.node.tryGetContext("seen"),
    },
  });
  const unseen = await lookForSecrets({
    settings,
    needed,
    secrets: app.node.tryGetContext("secrets"),
    account: process.env.CDK_DEFAULT_ACCOUNT,
    region: process.env.CDK_DEFAULT_REGION,
  });
  if (unseen !== undefined) Annotations.of(integration).addWarningV2("throughline:secrets-not-looked-for", unseen);
  app.synth();
} catch (error) {
  // What to set is in the message; a trace through the CDK would hide it.
  console.error(error instanceof Error && error.name === "Invalid" ? error.message : error);
  process.exitCode = 1;
}
