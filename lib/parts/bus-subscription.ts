import { Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { Construct } from "constructs";
import { Invalid } from "#domain/failures";
import type { SubscriptionWiring } from "#wiring";
import type { Platform } from "../platform.ts";
import type { QueueWithDeadLetters } from "./queue-with-dead-letters.ts";

/** What adapters/aws puts on the bus. */
export const busSource = "throughline";
/** Of EventBridge, for a pattern as JSON. */
const patternCharactersMax = 2048;

/** A subscription of wiring/: bus entries of these names, for one ERP connection those that concern it, go to a queue without the envelope. */
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
      readonly connection: string | undefined;
      readonly target: QueueWithDeadLetters;
    },
  ) {
    super(scope, id);
    const concerned = connection === undefined ? {} : { detail: { connections: [connection] } };
    const eventPattern = { source: [busSource], detailType: [...wiring.names], ...concerned };
    const characters = JSON.stringify(eventPattern).length;
    if (characters > patternCharactersMax)
      throw new Invalid(
        `the pattern of the subscription ${wiring.name} has ${characters} characters, EventBridge takes ${patternCharactersMax}: split its names over two subscriptions in wiring/flows.ts`,
      );
    new Rule(this, "Rule", {
      description: connection === undefined ? `Subscription ${wiring.name}` : `Subscription ${wiring.name} for ${connection}`,
      eventBus: platform.reach.bus,
      eventPattern,
      targets: [
        new SqsQueue(target.queue, {
          message: RuleTargetInput.fromEventPath("$.detail"),
          // A fair queue: a shop with a backlog does not hold up the others.
          messageGroupId: "$.detail.group",
          deadLetterQueue: platform.undeliveredByRules,
        }),
      ],
    });
  }
}
