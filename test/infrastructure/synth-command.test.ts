import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";

const project = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "throughline-synth-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `npx cdk synth` as a person would call it: no account, no region, no credentials, and none of this process's settings. */
async function synth(...more: string[]): Promise<{ readonly code: number; readonly text: string }> {
  const { PATH = "" } = process.env;
  const command = ["cdk", "synth", "--quiet", "--no-notices", "--output", join(folder, "cdk.out"), ...more];
  try {
    const { stdout, stderr } = await promisify(execFile)("npx", command, { cwd: project, env: { PATH, HOME: folder } });
    return { code: 0, text: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, text: stdout + stderr };
  }
}

test("npx cdk synth writes both stacks, with CloudFormation's own rules held and every function bundled", async () => {
  const { code, text } = await synth("-c", "stage=prod");
  expect([code, text]).toEqual([0, expect.stringContaining("Successfully synthesized")]);
  expect(text).toContain("nothing can be posted to erp-us: set connections.erp-us.url in the policies");
  const template = JSON.parse(readFileSync(join(folder, "cdk.out/throughline-prod-integration.template.json"), "utf8"));
  const { Resources } = template as { Resources: Record<string, { Type: string }> };
  expect(Object.values(Resources).filter(({ Type }) => Type === "AWS::Lambda::Function").length).toBeGreaterThan(10);
  expect(readFileSync(join(folder, "cdk.out/functions/release-policy/index.mjs"), "utf8")).toContain(
    "the policies of the project as they were deployed",
  );
}, 300_000);

test("a stage without settings ends it with what to do, and without a trace", async () => {
  const { code, text } = await synth("-c", "stage=nowhere");
  expect(code).toBe(1);
  expect(text).toContain("the stage nowhere has no settings: write ");
  expect(text).not.toContain("    at ");
}, 300_000);
