import { Construct } from "constructs";
import { Machine } from "../parts/machine.ts";
import type { ThroughlineFunction } from "../parts/throughline-function.ts";
import type { Platform } from "../platform.ts";

/**
 * Closes the hours whose journals are posted as summaries, and keeps the time of store days: those are audited by people, who call their
 * function by name.
 */
export class PostingWindows extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { platform, recordException }: { readonly platform: Platform; readonly recordException: ThroughlineFunction },
  ) {
    super(scope, id);
    for (const name of ["close-window", "close-store-day"]) {
      Machine.withFunctions(this, name, { platform, recordException });
    }
  }
}
