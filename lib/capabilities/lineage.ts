import { Duration } from "aws-cdk-lib";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { EventSourceMapping, FilterCriteria, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { pascalCase, streamDeadLetters, streamFilters, streams } from "#wiring";
import { DeadLetterQueue } from "../parts/dead-letter-queue.ts";
import { ThroughlineFunction } from "../parts/throughline-function.ts";
import type { Platform } from "../platform.ts";

/** A record that fails is tried alone (batches are halved), this often; the stream keeps it for 24 hours at most. */
const attemptsMax = 20;
const recordAgeHoursMax = 12;

/** Announces from the record: what is inserted into the lineage table goes to the functions that wiring/ names. */
export class Lineage extends Construct {
  constructor(scope: Construct, id: string, { platform, table }: { readonly platform: Platform; readonly table: TableV2 }) {
    super(scope, id);
    for (const stream of streams) {
      const { name, function: announcer, batchItemsMax, windowSeconds } = stream;
      const announces = new ThroughlineFunction(this, pascalCase(announcer), { platform, name: announcer });
      const deadLetters = new DeadLetterQueue(this, `${pascalCase(name)}DeadLetters`, {
        queueName: `${platform.names.prefix}${streamDeadLetters(name)}`,
        behind: "hop",
      });
      announces.allow({
        actions: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
        resources: [table.tableStreamArn as string],
      });
      // Streams are listed by account; Resource * is there already, for X-Ray.
      announces.allow({ actions: ["dynamodb:ListStreams"], resources: ["*"] });
      announces.allow({ actions: ["sqs:SendMessage"], resources: [deadLetters.queue.queueArn] });
      new EventSourceMapping(this, `${pascalCase(name)}Stream`, {
        target: announces.lambda,
        eventSourceArn: table.tableStreamArn as string,
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: batchItemsMax,
        maxBatchingWindow: Duration.seconds(windowSeconds),
        parallelizationFactor: platform.profile.streamBatchesAtOncePerShard,
        filters: streamFilters(stream).map((filter) => FilterCriteria.filter({ ...filter })),
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        retryAttempts: attemptsMax,
        maxRecordAge: Duration.hours(recordAgeHoursMax),
        // Not by SqsDlq, which grants more than sending.
        onFailure: { bind: () => ({ destination: deadLetters.queue.queueArn }) },
      });
    }
  }
}
