import { Duration } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Stats,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct, type IConstruct } from "constructs";
import { metrics } from "#wiring";
import { DeadLetterQueue } from "../parts/dead-letter-queue.ts";
import { Machine } from "../parts/machine.ts";
import type { ThroughlineFunction } from "../parts/throughline-function.ts";
import type { WiredQueue } from "../parts/wired-queue.ts";
import type { Platform } from "../platform.ts";

const period = Duration.minutes(5);
const streamAgeMinutesMax = 5;
const backlogMinutesMax = 15;
const serverErrorsMax = 5;
/** An Express run that fails is tried again with its batch; so many in a row are no accident. */
const expressFailuresMax = 3;

export interface ObservabilityProps {
  readonly platform: Platform;
  /** Everything below it is watched: dead-letter queues and machines are found, none is listed. */
  readonly watched: IConstruct;
  readonly api: HttpApi;
  readonly announcers: readonly ThroughlineFunction[];
  readonly postingQueues: readonly WiredQueue[];
}

interface AlarmSpec {
  readonly metric: IMetric;
  /** The alarm goes off at this value or above. */
  readonly from: number;
  readonly what: string;
}

/** Alarms for what needs a person, and one dashboard that tells how the day goes. */
export class Observability extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const { platform, watched } = props;
    this.topic = new Topic(this, "Alarms", { topicName: `${platform.names.prefix}alarms`, enforceSSL: true });
    const { alarmEmail } = platform.settings;
    if (alarmEmail !== undefined) {
      const undelivered = new DeadLetterQueue(this, "AlarmsDeadLetters", {
        queueName: `${platform.names.prefix}alarms-dead-letters`,
        behind: "hop",
      });
      this.topic.addSubscription(new EmailSubscription(alarmEmail, { deadLetterQueue: undelivered.queue }));
    }
    const found = watched.node.findAll();
    const deadLetters = found.filter((each) => each instanceof DeadLetterQueue);
    const machines = found.filter((each) => each instanceof Machine);
    for (const each of deadLetters) this.#alarm(`DeadLetters-${pathBelow(watched, each)}`, deadLetterAlarm(each));
    for (const each of machines) this.#alarm(`Failed-${each.wiring.name}`, machineAlarm(each));
    for (const each of props.announcers) this.#alarm(`Age-${each.wiring.name}`, streamAlarm(each));
    for (const {
      name,
      paused,
      queue: { queue },
    } of props.postingQueues) {
      if (paused) continue;
      this.#alarm(`Backlog-${name}`, {
        metric: queue.metricApproximateAgeOfOldestMessage({ period }),
        from: backlogMinutesMax * 60,
        what: `Something has waited in ${name} for ${backlogMinutesMax} minutes: look at the health of its ERP, then at the dispatcher's log.`,
      });
    }
    this.#alarm("ServerErrors", {
      metric: props.api.metricServerError({ period, statistic: Stats.SUM }),
      from: serverErrorsMax,
      what: "Webhooks were answered with 5xx: nothing is lost while Shopify delivers again (48 hours); look at the receiver's log.",
    });
    this.#dashboard(props, deadLetters, machines);
  }

  #alarm(id: string, { metric, from, what }: AlarmSpec): void {
    const alarm = new Alarm(this, id, {
      metric,
      threshold: from,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: what,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    alarm.addOkAction(new SnsAction(this.topic));
  }

  #dashboard(
    { platform, api, announcers, postingQueues }: ObservabilityProps,
    deadLetters: readonly DeadLetterQueue[],
    machines: readonly Machine[],
  ): void {
    const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 8, height: 6 });
    const dashboard = new Dashboard(this, "Dashboard", { dashboardName: `${platform.names.prefix}operations` });
    dashboard.addWidgets(...metrics.map(({ name, dimensions, title }) => graph(title, [everyValueOf(platform, name, dimensions)])));
    dashboard.addWidgets(
      graph(
        "Oldest message per ERP connection",
        postingQueues.map(({ queue: { queue } }) => queue.metricApproximateAgeOfOldestMessage({ period })),
      ),
      graph(
        "Messages waiting per ERP connection",
        postingQueues.map(({ queue: { queue } }) => queue.metricApproximateNumberOfMessagesVisible({ period })),
      ),
      graph(
        "Dead letters",
        deadLetters.map(({ queue }) => queue.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM })),
      ),
    );
    dashboard.addWidgets(
      graph("Webhooks: requests and 5xx", [
        api.metricCount({ period, statistic: Stats.SUM }),
        api.metricServerError({ period, statistic: Stats.SUM }),
      ]),
      graph("Webhooks: answered within, 99 of 100", [api.metricLatency({ period, statistic: Stats.percentile(99) })]),
      graph(
        "Failed executions",
        machines.flatMap((each) => [failed(each), timedOut(each)]),
      ),
    );
    dashboard.addWidgets(graph("Age of the oldest record that is not announced", announcers.map(iteratorAge)));
  }
}

function deadLetterAlarm({ queue, node }: DeadLetterQueue): AlarmSpec {
  return {
    metric: queue.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM }),
    from: 1,
    what: `There are dead letters at ${node.path}: docs/deploy-to-aws.md says how to look at them and how to send them again.`,
  };
}

/** One alarm for both ends that a person looks at: a stack takes 500 resources. */
function machineAlarm(machine: Machine): AlarmSpec {
  const express = machine.wiring.type === "EXPRESS";
  return {
    // A metric without a value in the period would leave the sum without one.
    metric: new MathExpression({
      expression: "FILL(failed, 0) + FILL(timedOut, 0)",
      usingMetrics: { failed: failed(machine), timedOut: timedOut(machine) },
      period,
    }),
    from: express ? expressFailuresMax : 1,
    what: express
      ? `Runs of ${machine.wiring.name} fail or run out of time: their batches come again and end as dead letters; its log names the state and the error.`
      : `Executions of ${machine.wiring.name} fail or run out of time: the history names the state and the error; starting it again is harmless.`,
  };
}

function streamAlarm(announcer: ThroughlineFunction): AlarmSpec {
  return {
    metric: iteratorAge(announcer),
    from: streamAgeMinutesMax * 60_000,
    what: `${announcer.wiring.name} is ${streamAgeMinutesMax} minutes behind the lineage: what was accepted is not announced; look at its log.`,
  };
}

function iteratorAge({ lambda }: ThroughlineFunction): IMetric {
  return lambda.metric("IteratorAge", { period, statistic: Stats.MAXIMUM });
}

function failed({ machine }: Machine): IMetric {
  return machine.metricFailed({ period, statistic: Stats.SUM });
}

function timedOut({ machine }: Machine): IMetric {
  return machine.metricTimedOut({ period, statistic: Stats.SUM });
}

/** A line per combination of dimensions that was recorded. */
function everyValueOf({ names }: Platform, name: string, dimensions: readonly string[]): IMetric {
  // Quoted: a name with a hyphen would be read as two words.
  const schema = [names.metricsNamespace, ...dimensions].map((each) => `"${each}"`).join(",");
  return new MathExpression({
    expression: `SEARCH('{${schema}} MetricName="${name}"', 'Sum', ${period.toSeconds()})`,
    usingMetrics: {},
    period,
    label: "",
  });
}

function pathBelow(scope: IConstruct, construct: IConstruct): string {
  return construct.node.path.slice(scope.node.path.length + 1).replaceAll("/", "-");
}
