#!/usr/bin/env node
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { buildApp, functionBundles, readSettings } from "#lib";

const projectFolder = join(import.meta.dirname, "..");
// Synthesized once, below: by itself the app would try again after a failure.
const app = new App({ autoSynth: false });
try {
  buildApp(app, {
    settings: readSettings(app.node.tryGetContext("stage") ?? "dev", join(projectFolder, "stages")),
    policiesFolder: app.node.tryGetContext("policies") ?? join(projectFolder, "policies"),
    code: functionBundles(projectFolder, join(app.outdir, "functions")),
    release: {
      actor: app.node.tryGetContext("actor") ?? "deploy",
      reason: app.node.tryGetContext("reason") ?? "the policies of the project as they were deployed",
      approvedBy: app.node.tryGetContext("approvedBy"),
    },
  });
  app.synth();
} catch (error) {
  // What to set is in the message; a trace through the CDK would hide it.
  console.error(error instanceof Error && error.name === "Invalid" ? error.message : error);
  process.exitCode = 1;
}
