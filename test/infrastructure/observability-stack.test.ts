import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { metrics } from "#wiring";
import { type Json, ofType, referenceText, type StackTemplate } from "../../scripts/stack-templates.ts";
import { prefix, type Synthesized, synthesize } from "../../scripts/synthesized-stacks.ts";
import { headingAnchors } from "../docs/markdown.ts";
import { hopsWithoutDeadLetters, openQueues, unwatchedDeadLetters, wildcardActions } from "./template-rules.ts";

const docs = resolve(import.meta.dirname, "../../docs");

let synthesized: Synthesized;
let stack: StackTemplate;
beforeAll(() => {
  synthesized = synthesize();
  stack = synthesized.observability;
});

const alarms = (template = stack) => ofType(template, "AWS::CloudWatch::Alarm").map(({ properties }) => properties);
const alarmOn = (metric: string, dimension?: string) =>
  alarms().filter(
    ({ MetricName, Dimensions = [] }) =>
      MetricName === metric && (dimension === undefined || JSON.stringify(Dimensions).includes(dimension)),
  );

describe("alarms", () => {
  test("watch every dead-letter queue of every stack", () => {
    const { stacks } = synthesized;
    expect(unwatchedDeadLetters(stacks)).toEqual([]);
    const [first] = ofType(stack, "AWS::CloudWatch::Alarm").filter(
      ({ properties }) => properties.MetricName === "ApproximateNumberOfMessagesVisible",
    );
    const resources = structuredClone(stack.resources) as Record<string, Json>;
    delete resources[first?.id ?? ""];
    expect(unwatchedDeadLetters([...stacks.filter((each) => each !== stack), { ...stack, resources }])).toHaveLength(1);
  });

  test("tell of the oldest message of every queue that something takes from: of a source later, of a paused connection not", () => {
    const oldest = (template: StackTemplate) =>
      alarms(template)
        .filter(({ MetricName }) => MetricName === "ApproximateAgeOfOldestMessage")
        .map(({ Dimensions, Threshold }) => `${Dimensions[0].Value.replace(prefix, "")} ${Threshold}`)
        .sort();
    const rest = ["dropped-files 900", "fetch-back 3600", "matching 900"];
    expect(oldest(stack)).toEqual([...rest, "posting-erp-ca 900", "posting-erp-us 900", "shopify-events 900"]);
    const paused = synthesize({ connections: { "erp-us": { paused: true, batchesAtOnce: 2 } } }).observability;
    expect(oldest(paused)).toEqual([...rest, "posting-erp-ca 900", "shopify-events 900"]);
  });

  test("tell when a reader of the stream is behind, what ever it does with it", () => {
    expect(alarmOn("IteratorAge").map(({ Dimensions, Threshold }) => [Dimensions[0].Value, Threshold])).toEqual([
      [`${prefix}announce-events`, 300_000],
      [`${prefix}measure-lineage`, 300_000],
    ]);
  });

  test("tell of executions that fail, run out of time or are throttled, of every machine", () => {
    const machines = ofType(synthesized.integration, "AWS::StepFunctions::StateMachine")
      .map(({ properties }) => properties.StateMachineName)
      .sort();
    for (const metric of ["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionThrottled"]) {
      const watched = alarmOn(metric).map(
        ({ Dimensions }) => referenceText(Dimensions[0].Value, synthesized.stacks).split(":stateMachine:")[1],
      );
      expect(watched.sort(), metric).toEqual(machines);
    }
  });

  test("tell of functions that are throttled, anywhere in the account", () => {
    expect(alarmOn("Throttles")).toMatchObject([{ Namespace: "AWS/Lambda", Statistic: "Sum", Threshold: 10 }]);
    expect(alarmOn("Throttles")[0]?.Dimensions).toBeUndefined();
  });

  test("tell of a breaker that is open, for each ERP connection", () => {
    const found = alarmOn("BreakerOpen").map(({ Namespace, Dimensions }) => [Namespace, Dimensions]);
    expect(found).toEqual(["erp-ca", "erp-us"].map((Value) => ["throughline-test", [{ Name: "connection", Value }]]));
  });

  test("tell of a KPI that is worse than anybody should wait for", () => {
    expect(alarmOn("OrderToPosting")).toMatchObject([
      { Namespace: "throughline-test", ExtendedStatistic: "p95", Threshold: 1_800_000, Period: 900, EvaluationPeriods: 2 },
    ]);
  });

  test("tell of silence in the hours of the stage, over midnight too, by a clock that is always there; without hours never", () => {
    const silence = (template: StackTemplate) => alarms(template).filter(({ Metrics = [] }) => JSON.stringify(Metrics).includes("HOUR("));
    const [alarm] = silence(stack);
    expect(alarm).toMatchObject({ ComparisonOperator: "LessThanThreshold", Threshold: 1, EvaluationPeriods: 1 });
    const expression = (template: StackTemplate) =>
      silence(template)[0]?.Metrics.find(({ Expression }: Json) => Expression !== undefined).Expression;
    expect(expression(stack)).toBe("IF(HOUR(clock) >= 13 OR HOUR(clock) < 3, FILL(webhooks, 0) + FILL(events, 0), 1)");
    const metrics = Object.fromEntries(
      alarm?.Metrics.filter(({ MetricStat }: Json) => MetricStat !== undefined).map(({ Id, MetricStat }: Json) => [Id, MetricStat]),
    );
    expect(metrics).toMatchObject({
      clock: { Metric: { MetricName: "Invocations", Dimensions: [{ Value: `${prefix}redrive-dead-letters` }] }, Period: 3600 },
      webhooks: { Metric: { Namespace: "throughline-test", MetricName: "WebhooksReceived" }, Stat: "Sum" },
      events: { Metric: { Namespace: "throughline-test", MetricName: "EventsReceived" }, Stat: "Sum" },
    });
    const byDay = synthesize({ ordersExpected: { fromHour: 6, toHour: 22, withinMinutes: 30 } }).observability;
    expect(expression(byDay)).toContain("HOUR(clock) >= 6 AND HOUR(clock) < 22");
    expect(silence(synthesize({ ordersExpected: undefined }).observability)).toEqual([]);
  });

  test("say what to do and name a page that is there, and reach the address of the stage", () => {
    for (const { AlarmDescription, AlarmActions, OKActions } of alarms()) {
      const [, what = "", page = "", heading = ""] = /^(.+[.:;].*) See docs\/([a-z-]+\.md)#([a-z-]+)$/.exec(AlarmDescription) ?? [];
      expect(what.length, AlarmDescription).toBeGreaterThan(40);
      expect(headingAnchors(readFileSync(join(docs, page), "utf8")), AlarmDescription).toContain(heading);
      for (const [action] of [AlarmActions, OKActions]) expect(referenceText(action, synthesized.stacks)).toBe("ObservabilityAlarms");
    }
    expect(ofType(stack, "AWS::SNS::Subscription").map(({ properties }) => properties.Endpoint)).toEqual(["operations@example.com"]);
    expect(ofType(synthesize({ alarmEmail: undefined }).observability, "AWS::SNS::Subscription")).toEqual([]);
  });
});

describe("what is counted in log lines", () => {
  test("is what the webhook function writes of each request: each of its dimensions, and how many", () => {
    const filters = ofType(stack, "AWS::Logs::MetricFilter").map(({ properties }) => properties);
    expect(filters).toEqual([
      {
        LogGroupName: `/aws/lambda/${prefix}receive-shopify-webhook`,
        FilterPattern: '{ ($.counted.channel = "*") && ($.counted.outcome = "*") }',
        MetricTransformations: [
          {
            MetricNamespace: "throughline-test",
            MetricName: "WebhooksReceived",
            MetricValue: "$.counted.WebhooksReceived",
            Dimensions: [
              { Key: "channel", Value: "$.counted.channel" },
              { Key: "outcome", Value: "$.counted.outcome" },
            ],
            Unit: "Count",
          },
        ],
      },
    ]);
    const groups = ofType(synthesized.integration, "AWS::Logs::LogGroup").map(({ properties }) => properties.LogGroupName);
    expect(groups).toContain(filters[0]?.LogGroupName);
  });

  test("is of a function whose entry writes such lines, and records nothing else", () => {
    for (const { name, countedInLineOf } of metrics) {
      if (countedInLineOf === undefined) continue;
      const entry = readFileSync(`functions/aws/${countedInLineOf}.ts`, "utf8");
      expect([entry.includes("lineMetrics"), /\bmetrics\b(?!:)/.test(entry)], name).toEqual([true, false]);
    }
  });
});

describe("the stack", () => {
  test("has no hop without dead letters, no open queue, no wildcard, and stays below its limits", () => {
    expect([hopsWithoutDeadLetters(stack), openQueues(stack), wildcardActions(stack)]).toEqual([[], [], []]);
    const [subscription] = ofType(stack, "AWS::SNS::Subscription");
    const resources = structuredClone(stack.resources) as Record<string, Json>;
    delete resources[subscription?.id ?? ""].Properties.RedrivePolicy;
    expect(hopsWithoutDeadLetters({ ...stack, resources })).toEqual([subscription?.id]);
  });

  test("takes one thing from what it watches by reference, the API's id, and everything else by its name", () => {
    const imports = new Set([...JSON.stringify(stack.resources).matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(([, name]) => name));
    expect([...imports]).toEqual([expect.stringContaining("ShopifyIngestionApi")]);
  });

  test("traces fewer executions in peak, and leaves X-Ray's own rule alone in lite", () => {
    expect(ofType(stack, "AWS::XRay::SamplingRule")).toEqual([]);
    const [rule] = ofType(synthesize({ profile: "peak" }).observability, "AWS::XRay::SamplingRule");
    expect(rule?.properties.SamplingRule).toMatchObject({
      FixedRate: 0.01,
      ReservoirSize: 1,
      ServiceName: `${prefix}*`,
      ServiceType: "AWS::StepFunctions::StateMachine",
    });
  });
});
