import { Unit } from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern, LogGroup, MetricFilter } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { metrics } from "#wiring";
import type { Names } from "../names.ts";

/**
 * Metrics that CloudWatch counts in the lines that functions write of their invocations: what is filtered is free, and what a function logs for the
 * sake of a metric is paid for with every order. The log groups are those of the integration stack, by name.
 */
export class LineMetricFilters extends Construct {
  constructor(scope: Construct, id: string, { names }: { readonly names: Names }) {
    super(scope, id);
    for (const { name, dimensions, countedInLineOf } of metrics) {
      if (countedInLineOf === undefined) continue;
      const logGroup = LogGroup.fromLogGroupName(this, `${name}Log`, `/aws/lambda/${names.prefix}${countedInLineOf}`);
      new MetricFilter(this, name, {
        logGroup,
        filterPattern: FilterPattern.all(...dimensions.map((dimension) => FilterPattern.exists(`$.counted.${dimension}`))),
        metricNamespace: names.metricsNamespace,
        metricName: name,
        metricValue: `$.counted.${name}`,
        dimensions: Object.fromEntries(dimensions.map((dimension) => [dimension, `$.counted.${dimension}`])),
        unit: Unit.COUNT,
      });
    }
  }
}
