import { Construct } from "constructs";
import { Machine } from "../parts/machine.ts";
import type { ThroughlineFunction } from "../parts/throughline-function.ts";
import type { Platform } from "../platform.ts";

/** Follows each return that was authorised, until its goods are refunded or nothing comes of it. */
export class Returns extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { platform, recordException }: { readonly platform: Platform; readonly recordException: ThroughlineFunction },
  ) {
    super(scope, id);
    Machine.withFunctions(this, "return-to-refund", { platform, recordException });
  }
}
