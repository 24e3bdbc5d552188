import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Stack } from "aws-cdk-lib";
import { Asset } from "aws-cdk-lib/aws-s3-assets";
import { expect, test } from "vitest";
import { functionBundles } from "#lib";
import { inTemporaryFolder, newApp } from "../../scripts/synthesized-stacks.ts";

const project = resolve(import.meta.dirname, "../..");

/** Bundles the releasing function with this release, and answers its text and the hash that decides whether it is deployed anew. */
function bundledWith(actor: string): { readonly text: string; readonly hash: string } {
  return inTemporaryFolder((folder) => {
    const code = functionBundles(project, join(folder, "functions"));
    const release = { policy: { entities: { US1: {} } }, version: "ab", actor, reason: "prices of spring" };
    code.of("release-policy", { DEPLOYED_POLICY: release });
    const path = join(folder, "functions/release-policy");
    const stack = new Stack(newApp(join(folder, "cdk.out")), "Stack");
    return { text: readFileSync(join(path, "index.mjs"), "utf8"), hash: new Asset(stack, "Asset", { path }).assetHash };
  });
}

test("the releasing function is deployed with its policies inside, and is another function when they are others", () => {
  const [one, same, other] = [bundledWith("controller A"), bundledWith("controller A"), bundledWith("controller B")];
  expect(one.text).toContain("controller A");
  expect(one.text).toContain("prices of spring");
  expect(one.text).not.toContain("DEPLOYED_POLICY");
  expect(one.hash).toBe(same.hash);
  expect(one.hash).not.toBe(other.hash);
});
