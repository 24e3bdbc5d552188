import { Construct } from "constructs";
import { pascalCase } from "#wiring";
import { Machine } from "../parts/machine.ts";
import { ThroughlineFunction } from "../parts/throughline-function.ts";
import { machineWiring, type Platform } from "../platform.ts";

/** Follows each payout, until it agrees with its rows, the ledger and the bank. */
export class Reconciliation extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { platform, recordException }: { readonly platform: Platform; readonly recordException: ThroughlineFunction },
  ) {
    super(scope, id);
    const name = "reconcile-payout";
    const functions = machineWiring(name).functions.map((step) =>
      step === recordException.wiring.name ? recordException : new ThroughlineFunction(this, pascalCase(step), { platform, name: step }),
    );
    new Machine(this, pascalCase(name), { platform, name, functions });
  }
}
