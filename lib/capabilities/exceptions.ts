import { Construct } from "constructs";
import { unreadableQueue } from "#wiring";
import { DeadLetterQueue } from "../parts/dead-letter-queue.ts";
import { ThroughlineFunction } from "../parts/throughline-function.ts";
import type { Platform } from "../platform.ts";

/**
 * Brings what went wrong to the desk, with class, owner and due time; and keeps what nobody can read, so that its neighbours go on. The
 * dead-letter queues stand beside the hop that fills them.
 */
export class Exceptions extends Construct {
  readonly recordException: ThroughlineFunction;

  constructor(scope: Construct, id: string, { platform }: { readonly platform: Platform }) {
    super(scope, id);
    const unreadable = new DeadLetterQueue(this, "Unreadable", { queueName: `${platform.names.prefix}${unreadableQueue}`, behind: "hop" });
    platform.reach.queues.set(unreadableQueue, [unreadable.queue]);
    this.recordException = new ThroughlineFunction(this, "RecordException", { platform, name: "record-exception" });
  }
}
