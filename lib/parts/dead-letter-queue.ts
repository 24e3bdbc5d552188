import { Aws, Duration } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type IQueue, Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";

/** As long as SQS keeps anything: nothing is lost over a fortnight's holiday. */
export const deadLetterRetention = Duration.days(14);

export interface DeadLetterQueueProps {
  readonly queueName: string;
  /** Filled by SQS itself from a queue, or by another service from a hop. */
  readonly behind: "queue" | "hop";
}

/** Where a hop puts what it could not hand on. An alarm watches every one of them. */
export class DeadLetterQueue extends Construct {
  readonly queue: Queue;
  readonly queueName: string;

  constructor(scope: Construct, id: string, { queueName, behind }: DeadLetterQueueProps) {
    super(scope, id);
    this.queueName = queueName;
    this.queue = new Queue(this, "Queue", {
      queueName,
      retentionPeriod: deadLetterRetention,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    const reason = "It is a dead-letter queue itself: what arrives stays until a person has looked, and an alarm says so.";
    // The pack itself sees what is behind a queue.
    if (behind === "hop") acknowledge(this.queue, "AwsSolutions-SQS3", reason);
    acknowledge(this.queue, "Serverless-SQSRedrivePolicy", reason);
  }
  /**
   * The queue as the dead-letter queue of any number of rules: one statement lets every rule of this account send. The CDK would add one
   * per rule, and a queue's policy takes twenty.
   */
  ofRules(): IQueue {
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        sid: "RulesOfThisAccount",
        principals: [new ServicePrincipal("events.amazonaws.com")],
        actions: ["sqs:SendMessage"],
        resources: [this.queue.queueArn],
        conditions: {
          ArnLike: { "aws:SourceArn": `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/*` },
          StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID },
        },
      }),
    );
    // By its ARN: to a queue that it does not own the CDK adds nothing.
    return Queue.fromQueueArn(this, "OfRules", this.queue.queueArn);
  }
}
