import type { Duration } from "aws-cdk-lib";
import { type IMetric, MathExpression, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { Names } from "../names.ts";

/**
 * AWS's own metrics of queues, functions and machines, by the names that the stacks give them. Not by reference: an export per queue would tie
 * what watches to what runs, and an output is one of 200.
 */
export interface NamedMetrics {
  /** `queue`, `functionName` and `machine` without the stage. */
  queue(queue: string, metricName: QueueMetric, statistic: string): IMetric;
  function(functionName: string, metricName: FunctionMetric, statistic: string): IMetric;
  machine(machine: string, metricName: MachineMetric): IMetric;
  /** A metric of the functions, over no dimensions. */
  own(metricName: string, statistic: string, dimensions?: Readonly<Record<string, string>>, period?: Duration): IMetric;
  /** A line for each combination of these dimensions that was recorded; `times` brings it to what people read, such as 1/60000 for minutes. */
  search(
    metricName: string,
    dimensions: readonly string[],
    statistic: string,
    options?: { readonly period?: Duration; readonly times?: string; readonly label?: string },
  ): IMetric;
  /** The text of a search, to be used within an expression. */
  searchText(metricName: string, dimensions: readonly string[], statistic: string, period?: Duration): string;
}

export type QueueMetric = "ApproximateNumberOfMessagesVisible" | "ApproximateAgeOfOldestMessage" | "NumberOfMessagesDeleted";
export type FunctionMetric = "IteratorAge" | "Invocations" | "Errors" | "Throttles";
export type MachineMetric = "ExecutionsFailed" | "ExecutionsTimedOut" | "ExecutionThrottled";

/** `labelled`: as graphs show them; an alarm on a metric with a label would be one on an expression. */
export function namedMetrics(names: Names, period: Duration, { labelled = false } = {}): NamedMetrics {
  const { prefix, metricsNamespace: namespace, machineArnPrefix } = names;
  const called = (label: string) => (labelled ? { label } : {});
  const searchText: NamedMetrics["searchText"] = (metricName, dimensions, statistic, over = period) => {
    // Quoted: a name with a hyphen would be read as two words.
    const schema = [namespace, ...dimensions].map((each) => `"${each}"`).join(",");
    return `SEARCH('{${schema}} MetricName="${metricName}"', '${statistic}', ${over.toSeconds()})`;
  };
  return {
    queue: (queue, metricName, statistic) =>
      new Metric({
        namespace: "AWS/SQS",
        metricName,
        dimensionsMap: { QueueName: `${prefix}${queue}` },
        statistic,
        period,
        ...called(queue),
      }),
    function: (name, metricName, statistic) =>
      new Metric({
        namespace: "AWS/Lambda",
        metricName,
        dimensionsMap: { FunctionName: `${prefix}${name}` },
        statistic,
        period,
        ...called(name),
      }),
    machine: (machine, metricName) =>
      new Metric({
        namespace: "AWS/States",
        metricName,
        dimensionsMap: { StateMachineArn: `${machineArnPrefix}${machine}` },
        statistic: Stats.SUM,
        period,
        ...called(`${machine} ${metricName}`),
      }),
    own: (metricName, statistic, dimensionsMap = {}, over = period) =>
      new Metric({ namespace, metricName, dimensionsMap, statistic, period: over }),
    searchText,
    search: (metricName, dimensions, statistic, { period: over = period, times = "", label = "" } = {}) =>
      new MathExpression({
        expression: `${searchText(metricName, dimensions, statistic, over)}${times}`,
        usingMetrics: {},
        period: over,
        label,
      }),
  };
}
