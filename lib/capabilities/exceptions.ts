import { Construct } from "constructs";
import { ThroughlineFunction } from "../parts/throughline-function.ts";
import type { Platform } from "../platform.ts";

/** Brings what went wrong to the desk, with class, owner and due time. */
export class Exceptions extends Construct {
  readonly recordException: ThroughlineFunction;

  constructor(scope: Construct, id: string, { platform }: { readonly platform: Platform }) {
    super(scope, id);
    this.recordException = new ThroughlineFunction(this, "RecordException", { platform, name: "record-exception" });
  }
}
