import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Stack } from "aws-cdk-lib";
import { AnalyticsSubscriber } from "#lib";
import type { MiniStack } from "../../scripts/ministack.ts";
import { newApp } from "../../scripts/synthesized-stacks.ts";
import { runCdk } from "./cdk-command.ts";

/** The worked example of a subscriber in a stack of its own, beside the stacks of a stage: as a team of analysts would deploy it. Answers the stack's name. */
export async function deploySubscriber(emulator: MiniStack, stage: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "throughline-subscriber-"));
  try {
    const app = newApp(join(folder, "cdk.out"));
    const stack = new Stack(app, "retailer-analytics");
    new AnalyticsSubscriber(stack, "Analytics", { stage, events: ["order.placed"], keptDays: 400 });
    app.synth();
    const assembly = join(folder, "cdk.out");
    await runCdk(emulator, { cwd: folder, home: folder }, "deploy", "--all", "--app", assembly, "--require-approval", "never");
    return stack.stackName;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
