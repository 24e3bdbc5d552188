import { Construct } from "constructs";
import { onPolicyRelease, pascalCase } from "#wiring";
import { ThroughlineFunction } from "../parts/throughline-function.ts";
import type { Platform } from "../platform.ts";

/** What a policy release sets going. */
export class Policies extends Construct {
  constructor(scope: Construct, id: string, { platform }: { readonly platform: Platform }) {
    super(scope, id);
    const { function: name } = onPolicyRelease;
    new ThroughlineFunction(this, pascalCase(name), { platform, name });
  }
}
