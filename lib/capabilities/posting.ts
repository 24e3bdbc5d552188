import { Construct } from "constructs";
import { connectionQueue, pascalCase, type QueueWiring, queues, subscriptions } from "#wiring";
import { BusSubscription } from "../parts/bus-subscription.ts";
import { Machine } from "../parts/machine.ts";
import { QueueSource } from "../parts/queue-source.ts";
import { QueueWithDeadLetters } from "../parts/queue-with-dead-letters.ts";
import { ThroughlineFunction } from "../parts/throughline-function.ts";
import { machineWiring, type Platform } from "../platform.ts";
import type { ConnectionSettings } from "../settings.ts";

/** Waiting this long lets one run post many transactions. */
const dispatchWindowSeconds = 10;

/**
 * Posts to the ERPs: a queue per ERP connection, filled from the bus, and drained at the pace and to the breadth that its ERP takes. One
 * ERP's outage, or a connection that was paused, leaves the others alone.
 */
export class Posting extends Construct {
  /** By name of the queue. */
  readonly queues: ReadonlyMap<string, QueueWithDeadLetters>;

  constructor(scope: Construct, id: string, { platform }: { readonly platform: Platform }) {
    super(scope, id);
    const wired = queues.filter(({ perConnection }) => perConnection);
    this.queues = new Map(wired.flatMap((wiring) => this.#queuesOf(wiring, platform)));
    const steps = machineWiring("post-transactions").functions.map(
      (name) => new ThroughlineFunction(this, pascalCase(name), { platform, name }),
    );
    new Machine(this, "PostTransactions", { platform, name: "post-transactions", functions: steps });
    for (const wiring of wired) {
      const dispatcher = new ThroughlineFunction(this, pascalCase(wiring.function), { platform, name: wiring.function });
      for (const [connection, settings] of platform.connections) this.#drain(wiring, connection, settings, dispatcher);
    }
    this.#subscribe(platform);
  }

  #queuesOf(wiring: QueueWiring, platform: Platform): (readonly [string, QueueWithDeadLetters])[] {
    const built = [...platform.connections.keys()].map((connection) => {
      const name = connectionQueue(wiring.name, connection);
      const queue = new QueueWithDeadLetters(this, `Queue-${name}`, { queueName: `${platform.names.prefix}${name}`, wiring });
      return [name, queue] as const;
    });
    platform.reach.queues.set(
      wiring.name,
      built.map(([, { queue }]) => queue),
    );
    return built;
  }

  #drain(wiring: QueueWiring, connection: string, { paused, batchesAtOnce }: ConnectionSettings, dispatcher: ThroughlineFunction): void {
    const name = connectionQueue(wiring.name, connection);
    new QueueSource(this, `Source-${name}`, {
      queue: this.#queue(name),
      consumer: dispatcher,
      batchMessagesMax: wiring.batchMessagesMax,
      windowSeconds: dispatchWindowSeconds,
      batchesAtOnce,
      enabled: !paused,
    });
  }

  #subscribe(platform: Platform): void {
    for (const wiring of subscriptions) {
      for (const connection of platform.connections.keys()) {
        const target = this.#queue(connectionQueue(wiring.queue, connection));
        new BusSubscription(this, `Subscription-${wiring.name}-${connection}`, { platform, wiring, connection, target });
      }
    }
  }

  #queue(name: string): QueueWithDeadLetters {
    const found = this.queues.get(name);
    if (found === undefined) throw new RangeError(`no queue ${name} was built: known are ${[...this.queues.keys()].join(", ")}`);
    return found;
  }
}
