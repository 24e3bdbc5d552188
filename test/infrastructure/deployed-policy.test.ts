import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Stack } from "aws-cdk-lib";
import { Asset } from "aws-cdk-lib/aws-s3-assets";
import { expect, test } from "vitest";
import { buildApp, type FunctionCode, functionBundles, type Settings } from "#lib";
import { inTemporaryFolder, newApp, placeholderCode, policiesFolder, release, settings } from "../../scripts/synthesized-stacks.ts";

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

test("what puts policies in force is told by its own bundle whether a second person is asked for", () => {
  const told = (functionName: string, secondPerson: boolean) =>
    inTemporaryFolder((folder) => {
      functionBundles(project, folder).of(functionName, { SECOND_PERSON: secondPerson });
      return readFileSync(join(folder, functionName, "index.mjs"), "utf8");
    });
  for (const name of ["release-policy", "close-books"]) {
    const [one, two] = [told(name, false), told(name, true)];
    expect([one.includes("SECOND_PERSON"), two.includes("SECOND_PERSON"), one === two]).toEqual([false, false, false]);
  }
});

test("the stacks tell both of them, and a stage that says nothing asks for nobody", () => {
  const constants = (changes: Partial<Settings>) =>
    inTemporaryFolder((folder) => {
      const told = new Map<string, unknown>();
      const placeholder = placeholderCode(folder);
      const code: FunctionCode = {
        ...placeholder,
        of: (name, given = {}) => {
          if (Object.hasOwn(given, "SECOND_PERSON")) told.set(name, given.SECOND_PERSON);
          return placeholder.of(name);
        },
      };
      const approved = { ...release, approvedBy: "B. Auditor" };
      buildApp(newApp(join(folder, "cdk.out")), { settings: { ...settings, ...changes }, policiesFolder, code, release: approved });
      return Object.fromEntries(told);
    });
  const asked = constants({ secondPerson: true });
  expect([asked["release-policy"], asked["close-books"]]).toEqual([true, true]);
  const plain = constants({});
  expect([plain["release-policy"], plain["close-books"]]).toEqual([false, false]);
});
