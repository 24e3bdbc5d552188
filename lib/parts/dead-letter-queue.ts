import { Duration } from "aws-cdk-lib";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
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

  constructor(scope: Construct, id: string, { queueName, behind }: DeadLetterQueueProps) {
    super(scope, id);
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
}
