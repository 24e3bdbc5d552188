import { Duration } from "aws-cdk-lib";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { Invalid } from "#domain/failures";
import { deadLettersOf, type QueueWiring } from "#wiring";
import { DeadLetterQueue, deadLetterRetention } from "./dead-letter-queue.ts";

const queueName = /^[A-Za-z0-9_-]{1,80}$/;

/** A standard queue of wiring/ and its dead letters, which can be moved back with SQS's own redrive. */
export class QueueWithDeadLetters extends Construct {
  readonly queue: Queue;
  readonly deadLetters: DeadLetterQueue;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly queueName: string; readonly wiring: Pick<QueueWiring, "visibilitySeconds" | "receivesMax"> },
  ) {
    super(scope, id);
    const deadLettersName = deadLettersOf(props.queueName);
    if (!queueName.test(deadLettersName))
      throw new Invalid(
        `the queue ${deadLettersName} has a name that SQS does not take, which is at most 80 letters, digits, - and _: give the stage or the ERP connection another one`,
      );
    this.deadLetters = new DeadLetterQueue(this, "DeadLetters", { queueName: deadLettersName, behind: "queue" });
    this.queue = new Queue(this, "Queue", {
      queueName: props.queueName,
      visibilityTimeout: Duration.seconds(props.wiring.visibilitySeconds),
      // A paused connection's messages wait as long as SQS keeps anything.
      retentionPeriod: deadLetterRetention,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: this.deadLetters.queue, maxReceiveCount: props.wiring.receivesMax },
    });
  }
}
