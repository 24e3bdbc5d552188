import { type EventBus, type EventPattern, Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { Construct } from "constructs";
import { type DoorWiring, pascalCase } from "#wiring";
import type { Platform } from "../platform.ts";
import { QueueSource } from "./queue-source.ts";
import { QueueWithDeadLetters } from "./queue-with-dead-letters.ts";
import { ThroughlineFunction } from "./throughline-function.ts";

export interface DoorProps {
  readonly platform: Platform;
  readonly wiring: DoorWiring;
  /** Absent: the account's default bus, where AWS's own events come. */
  readonly bus?: EventBus;
  readonly pattern: EventPattern;
  readonly description: string;
}

/** Batches taken at once; what comes in waits for nobody's ERP. */
const batchesAtOnce = 10;

/** A door of wiring/ that only AWS has: events of a bus wait in a queue of the door's name until its function has taken them. */
export class Door extends Construct {
  /** That of its queue, without the stage. */
  readonly name: string;
  readonly function: ThroughlineFunction;
  readonly queue: QueueWithDeadLetters;

  constructor(scope: Construct, id: string, { platform, wiring, bus, pattern, description }: DoorProps) {
    super(scope, id);
    this.name = wiring.name;
    this.queue = new QueueWithDeadLetters(this, "Queue", { queueName: `${platform.names.prefix}${wiring.name}`, wiring });
    this.function = new ThroughlineFunction(this, pascalCase(wiring.function), { platform, name: wiring.function });
    new Rule(this, "Rule", {
      description,
      ...(bus === undefined ? {} : { eventBus: bus }),
      eventPattern: pattern,
      targets: [new SqsQueue(this.queue.queue, { deadLetterQueue: platform.undeliveredByRules })],
    });
    new QueueSource(this, "Source", {
      queue: this.queue,
      consumer: this.function,
      batchMessagesMax: wiring.batchMessagesMax,
      windowSeconds: 0,
      batchesAtOnce,
      enabled: true,
    });
  }
}
