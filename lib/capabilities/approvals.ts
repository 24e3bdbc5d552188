import { Construct } from "constructs";
import { pascalCase } from "#wiring";
import { Machine } from "../parts/machine.ts";
import { ThroughlineFunction } from "../parts/throughline-function.ts";
import { machineWiring, type Platform } from "../platform.ts";

/** Waits for a second person's decision on what needs one, and for the day when nobody decided. */
export class Approvals extends Construct {
  constructor(scope: Construct, id: string, { platform }: { readonly platform: Platform }) {
    super(scope, id);
    const name = "approve-posting";
    const functions = machineWiring(name).functions.map(
      (step) => new ThroughlineFunction(this, pascalCase(step), { platform, name: step }),
    );
    new Machine(this, pascalCase(name), { platform, name, functions });
  }
}
