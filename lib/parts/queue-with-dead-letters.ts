import { Duration } from "aws-cdk-lib";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { Invalid } from "#domain/failures";
import type { QueueWiring } from "#wiring";
import { DeadLetterQueue, deadLetterRetention } from "./dead-letter-queue.ts";

const nameCharactersMax = 80;

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
    const deadLettersName = `${props.queueName}-dead-letters`;
    if (deadLettersName.length > nameCharactersMax)
      throw new Invalid(
        `the queue ${deadLettersName} has a name of ${deadLettersName.length} characters, SQS takes ${nameCharactersMax}: give the stage or the ERP connection a shorter name`,
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
