import { Construct } from "constructs";
import { pascalCase, queues } from "#wiring";
import { Machine } from "../parts/machine.ts";
import { ThroughlineFunction } from "../parts/throughline-function.ts";
import { WiredQueue } from "../parts/wired-queue.ts";
import type { Platform } from "../platform.ts";

/**
 * Finds the other side of settlement rows and bank lines, and releases rows of unlisted types at the end of their period. Their files come
 * by the drop folders, and what is found posts like any fact.
 */
export class Settlement extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { platform, recordException }: { readonly platform: Platform; readonly recordException: ThroughlineFunction },
  ) {
    super(scope, id);
    for (const wiring of queues.filter(({ waitsFor }) => waitsFor === "record")) {
      const [queue] = WiredQueue.all(this, platform, wiring);
      queue?.drainInto(new ThroughlineFunction(this, pascalCase(wiring.function), { platform, name: wiring.function }));
    }
    Machine.withFunctions(this, "settlement-row-to-suspense", { platform, recordException });
  }
}
