import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type LintFinding, lintTemplates } from "../../scripts/cfn-lint.ts";
import { writeTemplates } from "../../scripts/synthesized-stacks.ts";
import { skipReason } from "../skip.ts";

/** Accepted, each with why. */
const accepted: readonly { readonly rule: string; readonly message?: RegExp; readonly why: string }[] = [
  { rule: "W3005", why: "The CDK names a dependency that a reference implies already; both are true." },
  {
    rule: "E3601",
    message: /^'\{% .* %\}' is not of type 'number' at 'States\/\w+\/TimeoutSeconds'$/,
    why: "In JSONata a time-out may be an expression, which cfn-lint's schema does not know.",
  },
];

const isAccepted = ({ rule, message }: LintFinding) => accepted.some((each) => each.rule === rule && (each.message?.test(message) ?? true));

const folder = mkdtempSync(join(tmpdir(), "throughline-cfn-lint-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const broken = join(folder, "broken.template.json");
writeFileSync(
  broken,
  JSON.stringify({
    Resources: { Queue: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: "soon", Colour: "red" } } },
    Outputs: { Address: { Value: { Ref: "Nowhere" } } },
  }),
);
const files = (["lite", "peak"] as const).flatMap((profile) => writeTemplates(join(folder, profile), { profile }));
const linted = await lintTemplates([...files, broken]);

if ("skipped" in linted) {
  skipReason("cfn-lint", linted.skipped);
  describe.skip(`the templates under cfn-lint (${linted.skipped})`, () => {
    test("needs Python and the package", () => {});
  });
} else {
  const found = (wanted: (file: string) => boolean) => linted.findings.filter(({ file }) => wanted(file));

  describe("cfn-lint", () => {
    test("finds nothing in the templates of both profiles that is not accepted with a reason", () => {
      expect(files).toHaveLength(8);
      expect(found((file) => file !== broken).filter((finding) => !isAccepted(finding))).toEqual([]);
    });

    test("each acceptance is for something that is found", () => {
      for (const { rule, why } of accepted) {
        expect(linted.findings.some((finding) => finding.rule === rule)).toBe(true);
        expect(why.length).toBeGreaterThan(20);
      }
    });

    test("reports a property that there is not, a value of another type, and a reference to nothing", () => {
      expect(new Set(found((file) => file === broken).map(({ rule }) => rule))).toEqual(new Set(["E3002", "E3012", "E6101"]));
    });
  });
}
