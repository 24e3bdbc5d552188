import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Json, ofType, referenceText, referredId, type StackTemplate } from "../../scripts/stack-templates.ts";
import { type Synthesized, synthesize } from "../../scripts/synthesized-stacks.ts";
import { headingAnchors } from "../docs/markdown.ts";
import { wildcardActions } from "./template-rules.ts";

let peak: Synthesized;
let stack: StackTemplate;
beforeAll(() => {
  peak = synthesize({ profile: "peak" });
  stack = peak.integration;
});

const answering = [
  "authorize-return",
  "cancel-return-authorization",
  "place-purchase-order",
  "receive-events",
  "receive-shopify-webhook",
  "show-transaction",
];

const idOfFunction = (name: string) =>
  ofType(stack, "AWS::Lambda::Function").find(({ properties }) => properties.FunctionName === `throughline-test-${name}`)?.id;
const aliasOf = (name: string) =>
  ofType(stack, "AWS::Lambda::Alias").find(({ properties }) => properties.FunctionName.Ref === idOfFunction(name));
const versionOf = (name: string): string => aliasOf(name)?.properties.FunctionVersion["Fn::GetAtt"][0];

describe("new code of what answers the outside takes over by degrees in peak", () => {
  test("each of the six functions behind the API has an alias, and nothing else has one", () => {
    expect(ofType(stack, "AWS::Lambda::Alias")).toHaveLength(6);
    for (const name of answering) expect(aliasOf(name)?.properties.Name).toBe("live");
  });

  test("every route leads to an alias, and the API may call that alias alone", () => {
    const aliases = ofType(stack, "AWS::Lambda::Alias")
      .map(({ id }) => id)
      .sort();
    const targets = ofType(stack, "AWS::ApiGatewayV2::Integration").map(({ properties }) => referredId(properties.IntegrationUri, [stack]));
    expect(targets.sort()).toEqual(aliases);
    const allowed = ofType(stack, "AWS::Lambda::Permission").filter(
      ({ properties }) => properties.Principal === "apigateway.amazonaws.com",
    );
    expect(allowed.map(({ properties }) => referredId(properties.FunctionName, [stack])).sort()).toEqual(aliases);
  });

  test("the alias points to a version, which CodeDeploy moves: a tenth of the requests for five minutes, then all of them", () => {
    for (const name of answering) {
      const alias = aliasOf(name);
      expect(stack.resources[versionOf(name)]).toMatchObject({
        Type: "AWS::Lambda::Version",
        Properties: { FunctionName: { Ref: idOfFunction(name) } },
      });
      const { CodeDeployLambdaAliasUpdate: update } = (stack.resources[alias?.id ?? ""] as Json).UpdatePolicy;
      expect(stack.resources[update.ApplicationName.Ref]?.Properties).toEqual({
        ApplicationName: "throughline-test-doors",
        ComputePlatform: "Lambda",
      });
      expect(stack.resources[update.DeploymentGroupName.Ref]).toMatchObject({
        Type: "AWS::CodeDeploy::DeploymentGroup",
        Properties: {
          DeploymentGroupName: `throughline-test-${name}`,
          DeploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
          DeploymentStyle: { DeploymentOption: "WITH_TRAFFIC_CONTROL", DeploymentType: "BLUE_GREEN" },
        },
      });
    }
    const groups = ofType(stack, "AWS::Lambda::Alias").map(
      ({ id }) => (stack.resources[id] as Json).UpdatePolicy.CodeDeployLambdaAliasUpdate.DeploymentGroupName.Ref,
    );
    // One deployment at a time runs in a group.
    expect(new Set(groups).size).toBe(6);
  });

  test("three failed requests of the new version within five minutes give all of them back to the version before", () => {
    for (const name of answering) {
      const [group] = ofType(stack, "AWS::CodeDeploy::DeploymentGroup").filter(
        ({ properties }) => properties.DeploymentGroupName === `throughline-test-${name}`,
      );
      expect(group?.properties.AutoRollbackConfiguration).toEqual({
        Enabled: true,
        Events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST", "DEPLOYMENT_STOP_ON_ALARM"],
      });
      const alarms = group?.properties.AlarmConfiguration.Alarms.map(({ Name }: Json) => stack.resources[Name.Ref]?.Properties);
      const version = { "Fn::GetAtt": [versionOf(name), "Version"] };
      const often = {
        Statistic: "Sum",
        Period: 300,
        EvaluationPeriods: 1,
        Threshold: 3,
        ComparisonOperator: "GreaterThanOrEqualToThreshold",
        TreatMissingData: "notBreaching",
      };
      expect(alarms).toMatchObject([
        {
          AlarmName: `throughline-test-${name}-canary-errors`,
          Namespace: "AWS/Lambda",
          MetricName: "Errors",
          Dimensions: [
            { Name: "ExecutedVersion", Value: version },
            { Name: "FunctionName", Value: `throughline-test-${name}` },
            { Name: "Resource", Value: `throughline-test-${name}:live` },
          ],
          ...often,
        },
        {
          AlarmName: `throughline-test-${name}-canary-replies`,
          Namespace: "throughline-test",
          MetricName: "FailedReplies",
          Dimensions: [
            { Name: "function", Value: name },
            { Name: "version", Value: version },
          ],
          ...often,
        },
      ]);
    }
  });

  test("an answer of 5xx counts for its version, out of the function's own line", () => {
    const filters = ofType(stack, "AWS::Logs::MetricFilter").map(({ properties }) => properties);
    expect(filters).toHaveLength(6);
    for (const filter of filters)
      expect(filter).toMatchObject({
        FilterPattern: '{ ($.status >= 500) && ($.version = "*") }',
        MetricTransformations: [
          {
            MetricNamespace: "throughline-test",
            MetricName: "FailedReplies",
            MetricValue: "1",
            Dimensions: [
              { Key: "function", Value: "$.function" },
              { Key: "version", Value: "$.version" },
            ],
          },
        ],
      });
    const logs = filters.map(({ LogGroupName }) => (stack.resources[LogGroupName.Ref] as Json).Properties.LogGroupName);
    expect(logs.sort()).toEqual(answering.map((name) => `/aws/lambda/throughline-test-${name}`));
  });

  test("what moves requests may move those of the six alone, before the first group is there", () => {
    const [role] = new Set(
      ofType(stack, "AWS::CodeDeploy::DeploymentGroup").map(({ properties }) => referredId(properties.ServiceRoleArn, [stack])),
    );
    expect((stack.resources[role ?? ""] as Json).Properties.ManagedPolicyArns).toBeUndefined();
    const [policy] = ofType(stack, "AWS::IAM::Policy").filter(({ properties }) => properties.Roles[0].Ref === role);
    const [watching, moving]: Json[] = policy?.properties.PolicyDocument.Statement ?? [];
    expect(watching).toEqual({ Effect: "Allow", Action: "cloudwatch:DescribeAlarms", Resource: "*" });
    expect(moving.Action).toEqual(["lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"]);
    const reached = moving.Resource.map((each: Json) => referenceText(each, peak.stacks));
    expect(reached).toHaveLength(12);
    for (const each of reached) expect(each).toMatch(/^(ClientApi|ShopifyIngestion)[A-Za-z]+Function\.Arn(:live)?$/);
    expect(wildcardActions(stack)).toEqual([]);
    for (const { id } of ofType(stack, "AWS::CodeDeploy::DeploymentGroup"))
      expect((stack.resources[id] as Json).DependsOn).toContain(policy?.id);
  });

  test("the alarms name a heading that is there", () => {
    const headings = headingAnchors(readFileSync(resolve(import.meta.dirname, "../../docs/deploy-to-aws.md"), "utf8"));
    expect(headings).toContain("new-code-takes-over-by-degrees");
    for (const { properties } of ofType(stack, "AWS::CloudWatch::Alarm"))
      expect(properties.AlarmDescription).toMatch(/ See docs\/deploy-to-aws\.md#new-code-takes-over-by-degrees$/);
  });
});

test("in lite new code takes over at once, and nothing of all this is there to be paid for", () => {
  const lite = synthesize().integration;
  for (const type of [
    "AWS::Lambda::Alias",
    "AWS::Lambda::Version",
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::CloudWatch::Alarm",
    "AWS::Logs::MetricFilter",
  ])
    expect(ofType(lite, type)).toEqual([]);
});
