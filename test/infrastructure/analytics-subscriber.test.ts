import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type App, Stack, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { beforeAll, describe, expect, test } from "vitest";
import { AnalyticsSubscriber } from "#lib";
import { type Json, ofType, referenceText, resourceCounts, type StackTemplate, stackTemplate } from "../../scripts/stack-templates.ts";
import { inTemporaryFolder, newApp } from "../../scripts/synthesized-stacks.ts";
import { headingAnchors } from "../docs/markdown.ts";
import { hopsWithoutDeadLetters, openQueues, unwatchedDeadLetters, wildcardActions } from "./template-rules.ts";

type Props = ConstructorParameters<typeof AnalyticsSubscriber>[2];
const props: Props = { stage: "test", events: ["order.placed", "refund.issued"], keptDays: 400 };

/** As a team of its own would deploy it, with cdk-nag: a finding that is not acknowledged ends the synthesis. */
function synthesize(changes: Partial<Props> = {}): StackTemplate {
  return inTemporaryFolder((folder) => {
    const app: App = newApp(join(folder, "cdk.out"));
    const stack = new Stack(app, "retailer-analytics");
    new AnalyticsSubscriber(stack, "Analytics", { ...props, ...changes });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
    return stackTemplate(stack.stackName, app.synth().getStackArtifact(stack.artifactId).template);
  });
}

let stack: StackTemplate;
beforeAll(() => {
  stack = synthesize();
});

const rule = (template = stack) => ofType(template, "AWS::Events::Rule")[0]?.properties as Json;

describe("the example of a subscriber", () => {
  test("is a rule, a stream and a bucket, with dead letters and alarms, and passes cdk-nag", () => {
    expect(Object.fromEntries(resourceCounts(stack))).toEqual({
      "AWS::CloudWatch::Alarm": 2,
      "AWS::Events::Rule": 1,
      "AWS::IAM::Role": 2,
      "AWS::KinesisFirehose::DeliveryStream": 1,
      "AWS::S3::Bucket": 1,
      "AWS::S3::BucketPolicy": 1,
      "AWS::SQS::Queue": 1,
      "AWS::SQS::QueuePolicy": 1,
    });
  });

  test("hears the events that it names on the bus of its stage, and those of some shops alone where it says so", () => {
    expect([rule().EventBusName, rule().EventPattern]).toEqual([
      "throughline-test-events",
      { source: ["throughline"], "detail-type": ["order.placed", "refund.issued"] },
    ]);
    expect(rule(synthesize({ shops: ["0101"] })).EventPattern.detail).toEqual({ shop: ["0101"] });
  });

  test("writes an event as one line of JSON, with what it points at and without how it is routed", () => {
    const { InputPathsMap, InputTemplate } = rule().Targets[0].InputTransformer;
    const event: Json = {
      id: "6f0a",
      time: "2026-11-27T15:04:06Z",
      "detail-type": "order.placed",
      detail: {
        shop: "example.myshopify.com",
        connections: ["erp-us"],
        group: "example",
        transactions: [{ id: "sale:1", connections: ["erp-us"] }],
      },
    };
    const at = (path: string) =>
      JSON.stringify(
        path
          .split(".")
          .slice(1)
          .reduce((value, step) => value[step], event),
      );
    const text = InputTemplate.replace(/<([^>]+)>/g, (_: string, name: string) => at(InputPathsMap[name]));
    expect(JSON.parse(text)).toEqual({
      id: "6f0a",
      name: "order.placed",
      announcedAt: "2026-11-27T15:04:06Z",
      shop: "example.myshopify.com",
      transactions: [{ id: "sale:1", connections: ["erp-us"] }],
    });
    expect(text).not.toContain("\n");
    const [stream] = ofType(stack, "AWS::KinesisFirehose::DeliveryStream");
    const destination = stream?.properties.ExtendedS3DestinationConfiguration;
    expect(destination.ProcessingConfiguration).toEqual({ Enabled: true, Processors: [{ Type: "AppendDelimiterToRecord" }] });
  });

  test("may put records into its stream, write into its bucket, and send to its dead letters, and nothing else", () => {
    const allowed = ofType(stack, "AWS::IAM::Role").flatMap(({ properties }) =>
      properties.Policies.flatMap(({ PolicyDocument }: Json) =>
        PolicyDocument.Statement.map(({ Action, Resource }: Json) => [Action, referenceText(Resource, [stack])]),
      ),
    );
    expect(allowed).toEqual([
      [["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"], "AnalyticsBucket.Arn"],
      [["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"], "AnalyticsBucket.Arn/*"],
      [["firehose:PutRecord", "firehose:PutRecordBatch"], "AnalyticsStream.Arn"],
    ]);
    const [policy] = ofType(stack, "AWS::SQS::QueuePolicy");
    const senders = policy?.properties.PolicyDocument.Statement.filter(({ Effect }: Json) => Effect === "Allow");
    expect(senders).toMatchObject([
      { Action: "sqs:SendMessage", Principal: { Service: "events.amazonaws.com" }, Condition: { ArnEquals: { "aws:SourceArn": {} } } },
    ]);
    expect(wildcardActions(stack)).toEqual([]);
  });

  test("loses nothing in silence: the rule has dead letters, and they and a late delivery have an alarm at the stage's topic", () => {
    expect([hopsWithoutDeadLetters(stack), openQueues(stack), unwatchedDeadLetters([stack])]).toEqual([[], [], []]);
    const alarms = ofType(stack, "AWS::CloudWatch::Alarm").map(({ properties }) => properties);
    expect(alarms.map(({ MetricName, Threshold }) => [MetricName, Threshold])).toEqual([
      ["ApproximateNumberOfMessagesVisible", 1],
      ["DeliveryToS3.DataFreshness", 3_600],
    ]);
    for (const { AlarmActions, AlarmDescription } of alarms) {
      expect(referenceText(AlarmActions[0], [stack])).toBe("arn:<Partition>:sns:<Region>:<AccountId>:throughline-test-alarms");
      const [, page = "", heading = ""] = /See docs\/([a-z-]+\.md)#([a-z-]+)$/.exec(AlarmDescription) ?? [];
      expect(headingAnchors(readFileSync(resolve(import.meta.dirname, "../../docs", page), "utf8"))).toContain(heading);
    }
  });

  test("is refused when it would hear nothing", () => {
    expect(() => synthesize({ events: [] })).toThrow(
      "the subscriber Analytics would hear nothing: name at least one event of docs/events.md",
    );
    expect(() => synthesize({ shops: [] })).toThrow("leave shops out for all of them");
  });
});
