import { Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { Construct } from "constructs";
import { Invalid } from "#domain/failures";
import type { SubscriptionWiring } from "#wiring";
import type { Platform } from "../platform.ts";
import type { QueueWithDeadLetters } from "./queue-with-dead-letters.ts";

/** What adapters/aws puts on the bus. */
const busSource = "throughline";
/** Of EventBridge, for a pattern as JSON. */
const patternCharactersMax = 2048;

/** A subscription of wiring/ for one ERP connection: bus entries of these names that concern it go to its queue, without the envelope. */
export class BusSubscription extends Construct {
  constructor(
    scope: Construct,
    id: string,
    {
      platform,
      wiring,
      connection,
      target,
    }: {
      readonly platform: Platform;
      readonly wiring: SubscriptionWiring;
      readonly connection: string;
      readonly target: QueueWithDeadLetters;
    },
  ) {
    super(scope, id);
    const eventPattern = { source: [busSource], detailType: [...wiring.names], detail: { connections: [connection] } };
    const characters = JSON.stringify(eventPattern).length;
    if (characters > patternCharactersMax)
      throw new Invalid(
        `the pattern of the subscription ${wiring.name} has ${characters} characters, EventBridge takes ${patternCharactersMax}: split its names over two subscriptions in wiring/flows.ts`,
      );
    new Rule(this, "Rule", {
      description: `What the subscription ${wiring.name} names and ${connection} is concerned by`,
      eventBus: platform.reach.bus,
      eventPattern,
      targets: [
        new SqsQueue(target.queue, {
          message: RuleTargetInput.fromEventPath("$.detail"),
          // A fair queue: a shop with a backlog does not hold up the others.
          messageGroupId: "$.detail.shop",
          deadLetterQueue: platform.undelivered.queue,
        }),
      ],
    });
  }
}
