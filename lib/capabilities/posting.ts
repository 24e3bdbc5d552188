import { Construct } from "constructs";
import { pascalCase, queues } from "#wiring";
import { Machine } from "../parts/machine.ts";
import { ThroughlineFunction } from "../parts/throughline-function.ts";
import { WiredQueue } from "../parts/wired-queue.ts";
import { machineWiring, type Platform } from "../platform.ts";

/**
 * Posts to the ERPs: a queue per ERP connection, filled from the bus, and drained at the pace and to the breadth that its ERP takes. One
 * ERP's outage, or a connection that was paused, leaves the others alone.
 */
export class Posting extends Construct {
  readonly queues: readonly WiredQueue[];

  constructor(scope: Construct, id: string, { platform }: { readonly platform: Platform }) {
    super(scope, id);
    const wired = queues.filter(({ perConnection }) => perConnection);
    const built = wired.map((wiring) => ({ wiring, shares: WiredQueue.all(this, platform, wiring) }));
    this.queues = built.flatMap(({ shares }) => shares);
    const steps = machineWiring("post-transactions").functions.map(
      (name) => new ThroughlineFunction(this, pascalCase(name), { platform, name }),
    );
    new Machine(this, "PostTransactions", { platform, name: "post-transactions", functions: steps });
    for (const { wiring, shares } of built) {
      const consumer = new ThroughlineFunction(this, pascalCase(wiring.function), { platform, name: wiring.function });
      for (const share of shares) share.drainInto(consumer);
    }
  }
}
