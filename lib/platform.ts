import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Invalid } from "#domain/failures";
import { type FunctionWiring, functions, type MachineWiring, machines } from "#wiring";
import type { Names } from "./names.ts";
import type { Canaries } from "./parts/canaries.ts";
import type { DeadLetterQueue } from "./parts/dead-letter-queue.ts";
import type { FunctionCode } from "./parts/function-bundles.ts";
import type { Reach } from "./parts/grants.ts";
import type { Profile } from "./profile.ts";
import type { ConnectionSettings, Settings } from "./settings.ts";

/** What every capability is built on. */
export interface Platform {
  readonly settings: Settings;
  readonly profile: Profile;
  readonly names: Names;
  /** The ERP connections of the policies, with how this stage runs them. */
  readonly connections: ReadonlyMap<string, ConnectionSettings>;
  readonly code: FunctionCode;
  readonly reach: Reach;
  /** Where rules put what they could not deliver; its messages say by which rule, to which target and why. */
  readonly undelivered: DeadLetterQueue;
  readonly undeliveredByRules: IQueue;
  /** How new code of what answers the outside takes over; absent: at once. */
  readonly canaries?: Canaries | undefined;
}

/** Throws Invalid for a name that wiring/ does not have. */
export function functionWiring(name: string): FunctionWiring {
  return wired(functions, name, "function");
}

/** Throws Invalid for a name that wiring/ does not have. */
export function machineWiring(name: string): MachineWiring {
  return wired(machines, name, "machine");
}

function wired<Wiring extends { readonly name: string }>(all: readonly Wiring[], name: string, what: string): Wiring {
  const found = all.find((each) => each.name === name);
  if (found === undefined) throw new Invalid(`wiring/ has no ${what} ${name}: known are ${all.map((each) => each.name).join(", ")}`);
  return found;
}
