import { Duration } from "aws-cdk-lib";
import { Archive, EventBus } from "aws-cdk-lib/aws-events";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { undeliveredQueue } from "#wiring";
import type { Names } from "../names.ts";
import { DeadLetterQueue } from "../parts/dead-letter-queue.ts";
import type { Profile } from "../profile.ts";

/** The bus that events are announced on, its archive for replay, and where rules of any bus put what they could not deliver. */
export class EventBackbone extends Construct {
  readonly bus: EventBus;
  readonly undelivered: DeadLetterQueue;
  /** The same, for rules. */
  readonly undeliveredByRules: IQueue;

  constructor(scope: Construct, id: string, { names, profile }: { readonly names: Names; readonly profile: Profile }) {
    super(scope, id);
    this.bus = new EventBus(this, "Bus", {
      eventBusName: names.eventBus,
      description: "Events of the lineage: entries point at transactions, no body travels",
    });
    new Archive(this, "Archive", {
      sourceEventBus: this.bus,
      description: "Replaying is harmless: every consumer only looks at the transactions named",
      // Everything but what a replay puts on the bus again.
      eventPattern: { source: ["throughline"] },
      retention: Duration.days(profile.busArchiveDays),
    });
    this.undelivered = new DeadLetterQueue(this, "Undelivered", { queueName: `${names.prefix}${undeliveredQueue}`, behind: "hop" });
    this.undeliveredByRules = this.undelivered.ofRules();
  }
}
