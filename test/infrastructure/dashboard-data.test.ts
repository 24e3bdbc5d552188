import { beforeAll, expect, test } from "vitest";
import { kpis, metricsOf } from "#domain/kpi";
import { metrics as functionMetrics } from "#wiring";
import { type Json, ofType, referenceText } from "../../scripts/stack-templates.ts";
import { prefix, type Synthesized, synthesize } from "../../scripts/synthesized-stacks.ts";
import { eventfulDay, type PublishedSeries } from "./eventful-day.ts";

/** A metric as a graph or an alarm asks for it. */
interface Asked {
  /** Title of the graph, or what the alarm is on. */
  readonly by: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string | undefined>>;
}

const namespace = "throughline-test";
const isOwn = (asked: Asked) => asked.namespace === namespace;

let synthesized: Synthesized;
let published: readonly PublishedSeries[];
beforeAll(async () => {
  synthesized = synthesize();
  published = await eventfulDay();
}, 120_000);

const keysOf = (dimensions: object) => Object.keys(dimensions).sort().join();
const seriesOf = ({ name, dimensions }: Pick<Asked, "name" | "dimensions">) =>
  published.filter((series) => series.name === name && keysOf(series.dimensions) === keysOf(dimensions));
const withoutData = (asked: readonly Asked[]) =>
  asked
    .filter((each) => seriesOf(each).length === 0)
    .map(({ by, name, dimensions }) => `${by}: nobody published ${name} by ${keysOf(dimensions) || "nothing"}`);

/** The searches of an expression; what they find is a line per combination of these dimensions. */
function searches(by: string, expression: string): Asked[] {
  const found = [...expression.matchAll(/SEARCH\('\{([^}]+)\} MetricName="([^"]+)"', '[^']+', \d+\)/g)];
  // A search that this cannot read would be one that is not looked after.
  expect(found.length, expression).toBe(expression.split("SEARCH").length - 1);
  return found.map(([, schema = "", name = ""]) => {
    const [space = "", ...dimensions] = JSON.parse(`[${schema}]`) as string[];
    return { by, namespace: space, name, dimensions: Object.fromEntries(dimensions.map((each) => [each, undefined])) };
  });
}

function askedByGraphs(): Asked[] {
  const bodies = ofType(synthesized.observability, "AWS::CloudWatch::Dashboard").map(({ properties }) =>
    JSON.parse(referenceText(properties.DashboardBody, synthesized.stacks)),
  );
  const graphs = bodies.flatMap(({ widgets }: Json) => widgets).filter(({ type }: Json) => type === "metric");
  return graphs.flatMap(({ properties: { title, metrics } }: Json) =>
    metrics.flatMap((line: Json[]): Asked[] => {
      if (typeof line[0] !== "string") return searches(title, line[0].expression);
      const [space = "", name = "", ...rest]: string[] = line.filter((each) => typeof each === "string");
      const dimensions = Object.fromEntries(rest.flatMap((each, index) => (index % 2 === 0 ? [[each, rest[index + 1]]] : [])));
      return [{ by: title, namespace: space, name, dimensions }];
    }),
  );
}

function askedByAlarms(): Asked[] {
  const asked = (by: string, { Namespace, MetricName, Dimensions = [] }: Json): Asked => ({
    by,
    namespace: Namespace,
    name: MetricName,
    dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }: Json) => [Name, Value])),
  });
  return ofType(synthesized.observability, "AWS::CloudWatch::Alarm").flatMap(({ id, properties }) => [
    ...(properties.MetricName === undefined ? [] : [asked(id, properties)]),
    ...(properties.Metrics ?? []).flatMap(({ MetricStat }: Json) => (MetricStat === undefined ? [] : [asked(id, MetricStat.Metric)])),
  ]);
}

test("every graph of both dashboards has data behind it after an eventful day", () => {
  const own = askedByGraphs().filter(isOwn);
  expect(own.length).toBeGreaterThan(40);
  expect(withoutData(own)).toEqual([]);
});

test("every alarm on a metric of the functions is on one that they publish", () => {
  const own = askedByAlarms().filter(isOwn);
  expect(own.length).toBeGreaterThan(4);
  expect(withoutData(own)).toEqual([]);
});

test("a metric under another name or by other dimensions is one that nobody published", () => {
  expect(withoutData(searches("Lag", `SEARCH('{"${namespace}","channel"} MetricName="OrderToPostings"', 'p95', 300)/60000`))).toEqual([
    "Lag: nobody published OrderToPostings by channel",
  ]);
  expect(withoutData(searches("Lag", `SEARCH('{"${namespace}","store"} MetricName="OrderToPosting"', 'p95', 300)`))).toEqual([
    "Lag: nobody published OrderToPosting by store",
  ]);
});

test("a share is of something, so that its graph shows a percentage", () => {
  const wholes = kpis.flatMap(({ dimensions, figure }) => (figure.kind === "share" ? [{ name: figure.whole, dimensions }] : []));
  const sums = wholes.map(({ name, dimensions }) => {
    const series = seriesOf({ name, dimensions: Object.fromEntries(dimensions.map((each) => [each, undefined])) });
    return [name, series.reduce((total, { sum }) => total + sum, 0) > 0];
  });
  expect(sums).toEqual([
    ["PostingsAnswered", true],
    ["StockLinesCounted", true],
    ["PromotionsUsed", true],
    ["TransactionsRecorded", true],
  ]);
});

test("every metric of the KPIs and of the functions is on a dashboard, but for those that the embedded hub alone has", () => {
  const shown = new Set(askedByGraphs().map(({ name }) => name));
  const known = [...kpis.flatMap(metricsOf), ...functionMetrics].map(({ name }) => name);
  expect(known.filter((name) => !shown.has(name))).toEqual(["RequestFaults"]);
});

test("the functions publish under the namespace that the graphs search", () => {
  const namespaces = ofType(synthesized.integration, "AWS::Lambda::Function").flatMap(
    ({ properties }) => properties.Environment?.Variables?.METRICS_NAMESPACE ?? [],
  );
  expect(namespaces.length).toBeGreaterThan(10);
  expect([...new Set(namespaces)]).toEqual([namespace]);
});

test("AWS's own metrics are asked of queues, functions and machines that the stacks make", () => {
  const named = (type: string, property: string) =>
    synthesized.stacks.flatMap((stack) => ofType(stack, type)).map(({ properties }) => properties[property]);
  const there = new Set([
    ...named("AWS::SQS::Queue", "QueueName"),
    ...named("AWS::Lambda::Function", "FunctionName"),
    ...named("AWS::StepFunctions::StateMachine", "StateMachineName"),
  ]);
  const asked = askedByGraphs().filter(({ namespace: space }) => ["AWS/SQS", "AWS/Lambda", "AWS/States"].includes(space));
  const names = asked.flatMap(({ dimensions }) => Object.values(dimensions).map((value = "") => value.split(":").at(-1) ?? ""));
  expect(names.length).toBeGreaterThan(40);
  expect(names.filter((name) => !name.startsWith(prefix) || !there.has(name))).toEqual([]);
});
