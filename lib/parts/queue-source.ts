import { Duration } from "aws-cdk-lib";
import { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import type { QueueWithDeadLetters } from "./queue-with-dead-letters.ts";
import type { ThroughlineFunction } from "./throughline-function.ts";

export interface QueueSourceProps {
  readonly queue: QueueWithDeadLetters;
  readonly consumer: ThroughlineFunction;
  readonly batchMessagesMax: number;
  /** Waiting this long gathers a batch. */
  readonly windowSeconds: number;
  /** 2 to 1000. */
  readonly batchesAtOnce: number;
  /** False: the queue keeps what comes. */
  readonly enabled: boolean;
}

/** Has a function take from a queue; only the messages that it names as failed come again. */
export class QueueSource extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { queue: { queue }, consumer, batchMessagesMax, windowSeconds, batchesAtOnce, enabled }: QueueSourceProps,
  ) {
    super(scope, id);
    consumer.allow({ actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], resources: [queue.queueArn] });
    new EventSourceMapping(this, "Mapping", {
      target: consumer.lambda,
      eventSourceArn: queue.queueArn,
      batchSize: batchMessagesMax,
      maxBatchingWindow: Duration.seconds(windowSeconds),
      maxConcurrency: batchesAtOnce,
      enabled,
      reportBatchItemFailures: true,
    });
    acknowledge(
      this,
      "Serverless-LambdaEventSourceMappingDestination",
      "Of a queue, what fails for good goes to the queue's own dead-letter queue; a destination is for streams.",
    );
  }
}
