import { Construct } from "constructs";
import { pascalCase } from "#wiring";
import { Machine } from "../parts/machine.ts";
import { ThroughlineFunction } from "../parts/throughline-function.ts";
import { machineWiring, type Platform } from "../platform.ts";

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
      const functions = machineWiring(name).functions.map((step) =>
        step === recordException.wiring.name ? recordException : new ThroughlineFunction(this, pascalCase(step), { platform, name: step }),
      );
      new Machine(this, pascalCase(name), { platform, name, functions });
    }
  }
}
