import { Construct } from "constructs";
import { connectionQueue, type QueueWiring, subscriptions } from "#wiring";
import type { Platform } from "../platform.ts";
import type { ConnectionSettings } from "../settings.ts";
import { BusSubscription } from "./bus-subscription.ts";
import { QueueSource } from "./queue-source.ts";
import { QueueWithDeadLetters } from "./queue-with-dead-letters.ts";
import type { ThroughlineFunction } from "./throughline-function.ts";

export interface WiredQueueProps {
  readonly platform: Platform;
  readonly wiring: QueueWiring;
  /** Of a queue that there is once per ERP connection. */
  readonly connection?: string | undefined;
}

/** Of a queue that waits for no ERP. */
const batchesAtOnce = 5;

/** A queue of wiring/, or one ERP connection's share of it, and the subscriptions that fill it. */
export class WiredQueue extends Construct {
  readonly queue: QueueWithDeadLetters;
  readonly name: string;
  /** Its connection is paused: nothing takes from it. */
  readonly paused: boolean;
  readonly waitsFor: QueueWiring["waitsFor"];
  readonly connection: string | undefined;
  readonly #props: WiredQueueProps;

  private constructor(scope: Construct, props: WiredQueueProps) {
    const { platform, wiring, connection } = props;
    const name = connection === undefined ? wiring.name : connectionQueue(wiring.name, connection);
    super(scope, `Queue-${name}`);
    this.name = name;
    this.waitsFor = wiring.waitsFor;
    this.connection = connection;
    this.paused = this.#settings(props)?.paused === true;
    this.#props = props;
    this.queue = new QueueWithDeadLetters(this, "Queue", { queueName: `${platform.names.prefix}${name}`, wiring });
    for (const subscription of subscriptions.filter(({ queue }) => queue === wiring.name))
      new BusSubscription(this, `Subscription-${subscription.name}`, { platform, wiring: subscription, connection, target: this.queue });
  }

  /** One queue, or one per ERP connection; from here on functions may be let at it. */
  static all(scope: Construct, platform: Platform, wiring: QueueWiring): readonly WiredQueue[] {
    const connections = wiring.perConnection ? [...platform.connections.keys()] : [undefined];
    const built = connections.map((connection) => new WiredQueue(scope, { platform, wiring, connection }));
    platform.reach.queues.set(
      wiring.name,
      built.map(({ queue }) => queue.queue),
    );
    return built;
  }

  /** Has the wired function take from it, as broadly as the stage's settings say, or not at all while the connection is paused. */
  drainInto(consumer: ThroughlineFunction): void {
    new QueueSource(this, "Source", {
      queue: this.queue,
      consumer,
      batchMessagesMax: this.#props.wiring.windowMessagesMax,
      windowSeconds: this.#props.wiring.windowSeconds,
      batchesAtOnce: this.#settings(this.#props)?.batchesAtOnce ?? batchesAtOnce,
      enabled: !this.paused,
    });
  }

  #settings({ platform, connection }: WiredQueueProps): ConnectionSettings | undefined {
    return connection === undefined ? undefined : platform.connections.get(connection);
  }
}
