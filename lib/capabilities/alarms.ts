import { Duration } from "aws-cdk-lib";
import { type IMetric, MathExpression, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import { kpis } from "#domain/kpi";
import { announced, schedules, streamDeadLetters, streams } from "#wiring";
import type { Names } from "../names.ts";
import { type AlarmSpec, addAlarm } from "../parts/alarms.ts";
import { DeadLetterQueue } from "../parts/dead-letter-queue.ts";
import type { Machine } from "../parts/machine.ts";
import { type NamedMetrics, namedMetrics } from "../parts/named-metrics.ts";
import type { OrdersExpected, Settings } from "../settings.ts";
import type { Watched } from "./watched.ts";

const period = Duration.minutes(5);
const streamAgeMinutesMax = 5;
const backlogMinutesMax = 15;
/** A source outside may be silent for longer than an ERP. */
const sourceMinutesMax = 60;
const serverErrorsMax = 5;
/** An Express run that fails is tried again with its batch; so many in a row are no accident. */
const expressFailuresMax = 3;
const throttlesMax = 10;

export interface AlarmsProps {
  readonly settings: Settings;
  readonly names: Names;
  readonly watched: Watched;
}

/** Alarms for what needs a person: each says what it means, what to do, and where that is written. */
export class Alarms extends Construct {
  readonly topic: Topic;
  readonly #metrics: NamedMetrics;

  constructor(scope: Construct, id: string, { settings, names, watched }: AlarmsProps) {
    super(scope, id);
    this.#metrics = namedMetrics(names, period);
    this.topic = new Topic(this, "Alarms", { topicName: names.alarmTopic, enforceSSL: true });
    const own = this.#mail(settings, names);
    for (const queueName of [...watched.deadLetters, ...own])
      this.#add(`DeadLetters-${queueName}`, deadLetterAlarm(this.#metrics, queueName));
    for (const machine of watched.machines) this.#machine(machine);
    for (const { function: reader, name } of streams) this.#add(`Age-${reader}`, streamAlarm(this.#metrics, reader, name));
    for (const queue of watched.queues) if (!queue.paused) this.#add(`Backlog-${queue.name}`, backlogAlarm(this.#metrics, queue));
    for (const connection of watched.connections) this.#add(`Breaker-${connection}`, breakerAlarm(this.#metrics, connection));
    this.#add("Throttled-functions", throttleAlarm());
    this.#add("ServerErrors", {
      metric: watched.api.metricServerError({ period, statistic: Stats.SUM }),
      when: { from: serverErrorsMax },
      what: "Webhooks were answered with 5xx. Nothing is lost while Shopify delivers again (48 hours): look at the receiver's log.",
      page: "operations.md#webhooks-fail",
    });
    if (settings.ordersExpected !== undefined) this.#add("Silence", silenceAlarm(this.#metrics, settings.ordersExpected));
    for (const kpi of kpis) {
      if (kpi.alarm === undefined || kpi.figure.kind !== "duration") continue;
      const { statistic, above, minutes, times, what, page } = kpi.alarm;
      const metric = this.#metrics.own(kpi.figure.metric, statistic, {}, Duration.minutes(minutes));
      this.#add(`Kpi-${kpi.id}`, { metric, when: { from: above }, times, what, page });
    }
  }

  #add(id: string, spec: AlarmSpec): void {
    addAlarm(this, id, this.topic, spec);
  }

  /** Answers the dead-letter queue of its own. */
  #mail({ alarmEmail }: Settings, { prefix }: Names): readonly string[] {
    if (alarmEmail === undefined) return [];
    const queueName = "alarms-dead-letters";
    const undelivered = new DeadLetterQueue(this, "AlarmsDeadLetters", { queueName: `${prefix}${queueName}`, behind: "hop" });
    this.topic.addSubscription(new EmailSubscription(alarmEmail, { deadLetterQueue: undelivered.queue }));
    return [queueName];
  }

  #machine({ wiring: { name, type } }: Machine): void {
    const express = type === "EXPRESS";
    const what = (how: string) =>
      express
        ? `Runs of ${name} ${how}: their batches come again and end as dead letters; its log names the state and the error.`
        : `Executions of ${name} ${how}: the history names the state and the error; starting it again is harmless.`;
    const when = { from: express ? expressFailuresMax : 1 };
    const page = "operations.md#executions-fail";
    this.#add(`Failed-${name}`, { metric: this.#metrics.machine(name, "ExecutionsFailed"), when, what: what("fail"), page });
    this.#add(`TimedOut-${name}`, { metric: this.#metrics.machine(name, "ExecutionsTimedOut"), when, what: what("run out of time"), page });
    this.#add(`Throttled-${name}`, {
      metric: this.#metrics.machine(name, "ExecutionThrottled"),
      when: { from: throttlesMax },
      what: `Step Functions holds ${name} back: the account is at its limit. Nothing is lost; ask AWS for a higher quota if it stays.`,
      page: "operations.md#throttled",
    });
  }
}

function deadLetterAlarm(metrics: NamedMetrics, queueName: string): AlarmSpec {
  const measuring = streams.filter((each) => !announced().includes(each)).map(({ name }) => streamDeadLetters(name));
  return {
    metric: metrics.queue(queueName, "ApproximateNumberOfMessagesVisible", Stats.MAXIMUM),
    when: { from: 1 },
    what: measuring.includes(queueName)
      ? `Some of the KPIs' measurements are lost, and nothing else: look at the log of the function that measures, then purge ${queueName}.`
      : `There are dead letters in ${queueName}: look at them, mend the cause, and send them again.`,
    page: "deploy-to-aws.md#dead-letters",
  };
}

function streamAlarm(metrics: NamedMetrics, reader: string, stream: string): AlarmSpec {
  const measures = !announced().some(({ name }) => name === stream);
  return {
    metric: metrics.function(reader, "IteratorAge", Stats.MAXIMUM),
    when: { from: streamAgeMinutesMax * 60_000 },
    what: `${reader} is ${streamAgeMinutesMax} minutes behind the lineage: what was accepted is not ${measures ? "measured" : "announced"}; look at its log.`,
    page: "operations.md#the-stream-is-behind",
  };
}

function backlogAlarm(metrics: NamedMetrics, { name, waitsFor }: Watched["queues"][number]): AlarmSpec {
  const minutes = waitsFor === "source" ? sourceMinutesMax : backlogMinutesMax;
  const look = { erp: "the health of its ERP", source: "the source's answers", record: "its function's log" }[waitsFor];
  return {
    metric: metrics.queue(name, "ApproximateAgeOfOldestMessage", Stats.MAXIMUM),
    when: { from: minutes * 60 },
    what: `Something has waited in ${name} for ${minutes} minutes: look at ${look}, then at the dashboard "operations".`,
    page: "operations.md#postings-lag",
  };
}

function breakerAlarm(metrics: NamedMetrics, connection: string): AlarmSpec {
  return {
    metric: metrics.own("BreakerOpen", Stats.SUM, { connection }),
    when: { from: 1 },
    what: `The breaker of ${connection} is open, as the ERP failed several times in a row: postings wait and resume by themselves. Find out what the ERP has.`,
    page: "operations.md#the-breaker-is-open",
  };
}

/** Over all functions of the account and region: they share what is throttled. */
function throttleAlarm(): AlarmSpec {
  return {
    metric: new Metric({ namespace: "AWS/Lambda", metricName: "Throttles", statistic: Stats.SUM, period }),
    when: { from: throttlesMax },
    what: "Lambda holds functions of this account back: its concurrency is used up, perhaps by others. What was not run comes again; ask AWS for a higher quota.",
    page: "operations.md#throttled",
  };
}

/**
 * No order in hours in which there should be some. The hour is read off a metric that is always there, as one without data has no hour: the
 * invocations of whatever is scheduled most often.
 */
function silenceAlarm(metrics: NamedMetrics, { fromHour, toHour, withinMinutes }: OrdersExpected): AlarmSpec {
  const [often] = [...schedules].sort((a, b) => a.everyMinutes - b.everyMinutes);
  const over = Duration.minutes(withinMinutes);
  const between = fromHour < toHour ? "AND" : "OR";
  const usingMetrics: Record<string, IMetric> = {
    clock: metrics.function(often?.function ?? "", "Invocations", Stats.SUM),
    webhooks: metrics.own("WebhooksReceived", Stats.SUM, { channel: "shopify", outcome: "accepted" }),
    events: metrics.own("EventsReceived", Stats.SUM, { channel: "shopify", outcome: "accepted" }),
  };
  return {
    metric: new MathExpression({
      expression: `IF(HOUR(clock) >= ${fromHour} ${between} HOUR(clock) < ${toHour}, FILL(webhooks, 0) + FILL(events, 0), 1)`,
      usingMetrics,
      period: over,
      label: "deliveries accepted",
    }),
    when: { below: 1 },
    what: `No delivery of Shopify was accepted for ${withinMinutes} minutes, at an hour at which orders are expected: see whether the shop sells, then whether its webhooks are still subscribed; fetch what is missing.`,
    page: "operations.md#silence",
  };
}
