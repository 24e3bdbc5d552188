import { Aws, Duration, RemovalPolicy } from "aws-cdk-lib";
import { Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { EventBus, EventField, type IRuleTarget, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { addToDeadLetterQueueResourcePolicy } from "aws-cdk-lib/aws-events-targets";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnDeliveryStream } from "aws-cdk-lib/aws-kinesisfirehose";
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { EventName } from "#domain/events";
import { Invalid } from "#domain/failures";
import { type Names, namesOf } from "../names.ts";
import { acknowledge, acknowledgeWildcard } from "../parts/acknowledge.ts";
import { addAlarm } from "../parts/alarms.ts";
import { busSource } from "../parts/bus-subscription.ts";
import { DeadLetterQueue } from "../parts/dead-letter-queue.ts";
import { namedMetrics } from "../parts/named-metrics.ts";

export interface AnalyticsSubscriberProps {
  /** Of the throughline that it listens to, in the same account and region. */
  readonly stage: string;
  /** What is wanted of the bus; at least one. */
  readonly events: readonly EventName[];
  /** Shop domains and store ids; absent: of all of them. */
  readonly shops?: readonly string[];
  /** Files are deleted after so many days. */
  readonly keptDays: number;
}

const page = "deploy-to-aws.md#subscribe-to-the-business-events";
/** Firehose tries for a day, and then gives up. */
const lateHours = 1;

/**
 * A worked example of a subscriber: business events as lines of JSON in a bucket, a folder per day, for Athena or whatever reads S3. No function
 * runs. It stands in a stack of its own and knows throughline by its stage alone, so that neither deploy waits for the other. A line says that
 * something happened to these transactions, and no more; it may come twice. Throws Invalid without an event to listen to.
 */
export class AnalyticsSubscriber extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { stage, events, shops, keptDays }: AnalyticsSubscriberProps) {
    super(scope, id);
    if (events.length === 0 || shops?.length === 0)
      throw new Invalid(
        `the subscriber ${id} would hear nothing: name at least one event of docs/events.md, and leave shops out for all of them`,
      );
    const names = namesOf({ stage });
    this.bucket = this.#bucket(keptDays);
    const stream = this.#stream();
    const undelivered = new DeadLetterQueue(this, "Undelivered", { queueName: `${names.prefix}analytics-undelivered`, behind: "hop" });
    const putRecords = new PolicyStatement({ actions: ["firehose:PutRecord", "firehose:PutRecordBatch"], resources: [stream.attrArn] });
    const role = new Role(this, "RuleRole", {
      assumedBy: new ServicePrincipal("events.amazonaws.com"),
      inlinePolicies: { PutRecords: new PolicyDocument({ statements: [putRecords] }) },
    });
    const target: IRuleTarget = {
      bind: (rule) => {
        addToDeadLetterQueueResourcePolicy(rule, undelivered.queue);
        return { arn: stream.attrArn, role, deadLetterConfig: { arn: undelivered.queue.queueArn }, input: line };
      },
    };
    new Rule(this, "Rule", {
      description: "Business events for analytics",
      eventBus: EventBus.fromEventBusName(this, "Bus", names.eventBus),
      eventPattern: { source: [busSource], detailType: [...events], ...(shops === undefined ? {} : { detail: { shop: [...shops] } }) },
      targets: [target],
    });
    this.#alarms(names, undelivered, stream);
  }

  #bucket(keptDays: number): Bucket {
    const bucket = new Bucket(this, "Bucket", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [{ expiration: Duration.days(keptDays), abortIncompleteMultipartUploadAfter: Duration.days(7) }],
    });
    acknowledge(
      bucket,
      "AwsSolutions-S1",
      "Lines name transactions and hold nothing of a customer; who reads them is the analysts' own concern.",
    );
    return bucket;
  }

  #stream(): CfnDeliveryStream {
    const { bucket } = this;
    const objects = bucket.arnForObjects("*");
    const role = new Role(this, "StreamRole", {
      assumedBy: new ServicePrincipal("firehose.amazonaws.com", { conditions: { StringEquals: { "sts:ExternalId": Aws.ACCOUNT_ID } } }),
      inlinePolicies: {
        // As AWS lists them for a delivery to S3.
        WriteFiles: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
              resources: [bucket.bucketArn],
            }),
            new PolicyStatement({ actions: ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"], resources: [objects] }),
          ],
        }),
      },
    });
    acknowledgeWildcard(role, objects, "Firehose names its files by time and by chance, so their keys are not known before.");
    return new CfnDeliveryStream(this, "Stream", {
      deliveryStreamEncryptionConfigurationInput: { keyType: "AWS_OWNED_CMK" },
      extendedS3DestinationConfiguration: {
        bucketArn: bucket.bucketArn,
        roleArn: role.roleArn,
        prefix: "events/day=!{timestamp:yyyy-MM-dd}/",
        errorOutputPrefix: "failed/!{firehose:error-output-type}/day=!{timestamp:yyyy-MM-dd}/",
        fileExtension: ".jsonl.gz",
        compressionFormat: "GZIP",
        bufferingHints: { intervalInSeconds: 300, sizeInMBs: 5 },
        processingConfiguration: { enabled: true, processors: [{ type: "AppendDelimiterToRecord" }] },
      },
    });
  }

  /** At the topic of the stage. */
  #alarms(names: Names, undelivered: DeadLetterQueue, stream: CfnDeliveryStream): void {
    const topic = Topic.fromTopicArn(this, "Alarms", `arn:${Aws.PARTITION}:sns:${Aws.REGION}:${Aws.ACCOUNT_ID}:${names.alarmTopic}`);
    const period = Duration.minutes(5);
    const queue = undelivered.queueName.slice(names.prefix.length);
    addAlarm(this, "UndeliveredAlarm", topic, {
      metric: namedMetrics(names, period).queue(queue, "ApproximateNumberOfMessagesVisible", Stats.MAXIMUM),
      when: { from: 1 },
      what: `Events did not reach analytics, and lie in ${queue} with the error as an attribute: mend it, then replay their hours from the bus's archive.`,
      page,
    });
    addAlarm(this, "LateAlarm", topic, {
      metric: new Metric({
        namespace: "AWS/Firehose",
        metricName: "DeliveryToS3.DataFreshness",
        dimensionsMap: { DeliveryStreamName: stream.ref },
        statistic: Stats.MAXIMUM,
        period,
      }),
      when: { from: lateHours * 3_600 },
      what: `Events for analytics have waited for ${lateHours} hour to be written; after a day they are dropped: look at the bucket's policy and at the role of the stream.`,
      page,
    });
  }
}

/** One event as the analysts get it. */
const line = RuleTargetInput.fromObject({
  id: EventField.fromPath("$.id"),
  name: EventField.fromPath("$.detail-type"),
  announcedAt: EventField.fromPath("$.time"),
  shop: EventField.fromPath("$.detail.shop"),
  transactions: EventField.fromPath("$.detail.transactions"),
});
