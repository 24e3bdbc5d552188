import { Duration } from "aws-cdk-lib";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";

/** As long as SQS keeps anything: nothing is lost over a fortnight's holiday. */
export const deadLetterRetention = Duration.days(14);

/** Where a hop puts what it could not hand on. An alarm watches every one of them. */
export class DeadLetterQueue extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, props: { readonly queueName: string }) {
    super(scope, id);
    this.queue = new Queue(this, "Queue", {
      queueName: props.queueName,
      retentionPeriod: deadLetterRetention,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    const reason = "It is a dead-letter queue itself: what arrives stays until a person has looked, and an alarm says so.";
    acknowledge(this.queue, "AwsSolutions-SQS3", reason);
    acknowledge(this.queue, "Serverless-SQSRedrivePolicy", reason);
  }
}
