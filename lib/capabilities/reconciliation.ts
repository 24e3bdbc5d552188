import { Construct } from "constructs";
import { Machine } from "../parts/machine.ts";
import type { ThroughlineFunction } from "../parts/throughline-function.ts";
import type { Platform } from "../platform.ts";

/** Follows each payout, until it agrees with its rows, the ledger and the bank. */
export class Reconciliation extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { platform, recordException }: { readonly platform: Platform; readonly recordException: ThroughlineFunction },
  ) {
    super(scope, id);
    Machine.withFunctions(this, "reconcile-payout", { platform, recordException });
  }
}
