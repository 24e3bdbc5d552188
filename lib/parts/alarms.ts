import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";

export interface AlarmSpec {
  readonly metric: IMetric;
  /** It goes off at this value or above, or below it. */
  readonly when: { readonly from: number } | { readonly below: number };
  /** Periods of the metric in a row; absent: one. */
  readonly times?: number;
  /** What it means and what to do. */
  readonly what: string;
  /** Page and heading below docs/, where it is told at length. */
  readonly page: string;
}

/** An alarm that tells whoever is called what to do, and where that is written. Without data there is nothing to call anybody for. */
export function addAlarm(scope: Construct, id: string, topic: ITopic, { metric, when, times = 1, what, page }: AlarmSpec): void {
  const alarm = new Alarm(scope, id, {
    metric,
    threshold: "from" in when ? when.from : when.below,
    evaluationPeriods: times,
    comparisonOperator: "from" in when ? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD : ComparisonOperator.LESS_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    alarmDescription: `${what} See docs/${page}`,
  });
  alarm.addAlarmAction(new SnsAction(topic));
  alarm.addOkAction(new SnsAction(topic));
}
