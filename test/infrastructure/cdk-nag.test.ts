import { join } from "node:path";
import { type App, Stack, Validations } from "aws-cdk-lib";
import { Effect, ManagedPolicy, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { describe, expect, test } from "vitest";
import { buildApp, type Settings } from "#lib";
import { inTemporaryFolder, newApp, placeholderCode, policiesFolder, release, settings } from "../../scripts/synthesized-stacks.ts";

/** Builds the app, lets `spoil` add to it, synthesizes it with everything that buildApp has registered, and hands it on. */
function synthesizing<Value>(changes: Partial<Settings>, use: (app: App) => Value, spoil: (stack: Stack) => void = () => {}): Value {
  return inTemporaryFolder((folder) => {
    const app = newApp(join(folder, "cdk.out"));
    const { integration } = buildApp(app, {
      settings: { ...settings, ...changes },
      policiesFolder,
      code: placeholderCode(folder),
      release,
    });
    spoil(integration);
    app.synth();
    return use(app);
  });
}

/** Every finding of both packs, acknowledged or not: rule → the constructs below which it was found. */
function allFindings(app: App): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const pack of [new AwsSolutionsChecks(app), new ServerlessChecks(app)]) {
    Object.defineProperty(pack, "isAcknowledged", { value: () => false });
    for (const { ruleName, violatingResources } of pack.validateScope(app).violations)
      found.set(ruleName, [...(found.get(ruleName) ?? []), ...violatingResources.map(({ constructPath = "" }) => constructPath)]);
  }
  return found;
}

interface Acknowledged {
  readonly path: string;
  readonly rule: string;
  readonly reason: string;
}

function acknowledgements(app: App): Acknowledged[] {
  return app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([rule, reason]) => ({ path: node.path, rule: rule.replace(/^annotation::/i, ""), reason })),
  );
}

describe("cdk-nag's AwsSolutions and Serverless packs", () => {
  test.each(["lite", "peak"] as const)("find nothing in the profile %s that is not acknowledged", (profile) => {
    // A finding would end the synthesis.
    expect(synthesizing({ profile }, () => "synthesized")).toBe("synthesized");
  });

  test("end the synthesis of a stack with an open bucket, a queue without dead letters and a role that may everything", () => {
    const open = (stack: Stack) => {
      new Bucket(stack, "Open");
      new Queue(stack, "Lossy");
      new ManagedPolicy(stack, "Mighty", {
        statements: [new PolicyStatement({ effect: Effect.ALLOW, actions: ["s3:*"], resources: ["*"] })],
      });
    };
    expect(() => synthesizing({}, () => "synthesized", open)).toThrow("AwsSolutions-IAM5[Action::s3:*]");
    const found = inTemporaryFolder((folder) => {
      const app = newApp(join(folder, "cdk.out"));
      open(new Stack(app, "Canary"));
      return allFindings(app);
    });
    expect([...found.keys()]).toEqual(
      expect.arrayContaining([
        "AwsSolutions-S1",
        "AwsSolutions-S10",
        "AwsSolutions-SQS3",
        "AwsSolutions-IAM5[Action::s3:*]",
        "AwsSolutions-IAM5[Resource::*]",
        "Serverless-SQSRedrivePolicy",
      ]),
    );
  });

  test("each acknowledgement gives its reason, and is for something that is found", () => {
    const { given, found } = synthesizing({ profile: "peak" }, (app) => ({ given: acknowledgements(app), found: allFindings(app) }));
    expect(given.length).toBeGreaterThan(20);
    expect(given.filter(({ reason }) => reason.length < 40)).toEqual([]);
    const idle = given.filter(({ path, rule }) => !(found.get(rule) ?? []).some((each) => each === path || each.startsWith(`${path}/`)));
    expect(idle).toEqual([]);
  });

  test("what is accepted is this, and no more", () => {
    const rules = synthesizing({ profile: "peak" }, (app) => [...allFindings(app).keys()]);
    // Resources as cdk-nag quotes them differ by hash; what they are says the rest.
    expect([...new Set(rules.map((rule) => rule.replace(/\[Resource::.+\/\*\]$/, "[objects of a bucket]")))].sort()).toEqual([
      "AwsSolutions-APIG4",
      "AwsSolutions-IAM5[Resource::*]",
      "AwsSolutions-IAM5[objects of a bucket]",
      "AwsSolutions-SF1",
      "AwsSolutions-SQS3",
      "Serverless-LambdaDLQ",
      "Serverless-LambdaEventSourceMappingDestination",
      "Serverless-SQSRedrivePolicy",
    ]);
  });
});
