import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RemovalPolicy } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { Invalid } from "#domain/failures";
import { type MachineWiring, pascalCase, placeholderOf } from "#wiring";
import { machineWiring, type Platform } from "../platform.ts";
import { acknowledge } from "./acknowledge.ts";
import { ThroughlineFunction } from "./throughline-function.ts";

const folder = join(import.meta.dirname, "../../state-machines");
const placeholder = /\$\{([A-Za-z0-9]+)\}/g;

/**
 * A state machine of wiring/, from the same file that the embedded hub runs; the template shows the file as it is. It may invoke the
 * functions that its file names and nothing else.
 */
export class Machine extends Construct {
  readonly wiring: MachineWiring;
  readonly machine: StateMachine;

  /** The machine and the functions that nobody else calls, beside each other in `scope`; what it cannot do goes to `recordException`. */
  static withFunctions(
    scope: Construct,
    name: string,
    { platform, recordException }: { readonly platform: Platform; readonly recordException: ThroughlineFunction },
  ): Machine {
    const functions = machineWiring(name).functions.map((step) =>
      step === recordException.wiring.name ? recordException : new ThroughlineFunction(scope, pascalCase(step), { platform, name: step }),
    );
    return new Machine(scope, pascalCase(name), { platform, name, functions });
  }

  constructor(
    scope: Construct,
    id: string,
    {
      platform,
      name,
      functions,
    }: { readonly platform: Platform; readonly name: string; readonly functions: readonly ThroughlineFunction[] },
  ) {
    super(scope, id);
    this.wiring = machineWiring(name);
    const express = this.wiring.type === "EXPRESS";
    const machineName = `${platform.names.prefix}${name}`;
    const definition = readFileSync(join(folder, `${name}.asl.json`), "utf8");
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("states.amazonaws.com"), description: `What ${name} may do` });
    this.machine = new StateMachine(this, "Machine", {
      stateMachineName: machineName,
      stateMachineType: express ? StateMachineType.EXPRESS : StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(definition),
      definitionSubstitutions: functionSubstitutions(this.wiring, definition, functions),
      role,
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, "Log", {
          // Step Functions writes to log groups of this prefix without a policy per group, of which an account has ten.
          logGroupName: `/aws/vendedlogs/states/${machineName}`,
          retention: platform.profile.logRetention,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: express ? LogLevel.ERROR : LogLevel.ALL,
        // Orders travel as pointers, but a cause may quote what it choked on.
        includeExecutionData: false,
      },
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: functions.map(({ lambda }) => lambda.functionArn) }),
    );
    platform.reach.machines.set(name, { type: this.wiring.type, machine: this.machine });
    acknowledge(
      this,
      "AwsSolutions-IAM5[Resource::*]",
      "X-Ray and the delivery of vended logs have no resources to name: AWS documents both with *.",
    );
    if (express)
      acknowledge(
        this.machine,
        "AwsSolutions-SF1",
        "A run per batch on the hot path: failures are logged with their state, and what a run did stands in the lineage. Every event of every run would cost more than the run.",
      );
  }
}

/** Placeholder → ARN. Throws Invalid when the file names a function that is not wired to the machine, or the other way round. */
function functionSubstitutions(
  { name, functions: listed }: MachineWiring,
  definition: string,
  functions: readonly ThroughlineFunction[],
): Record<string, string> {
  const built = new Map(functions.map((each) => [placeholderOf(each.wiring.name), each.lambda.functionArn]));
  const named = new Set([...definition.matchAll(placeholder)].map((match) => match[1] as string));
  const file = `state-machines/${name}.asl.json`;
  for (const each of named)
    if (!built.has(each))
      throw new Invalid(
        `${file}: \${${each}} stands for no function of ${name}: set its functions in wiring/flows.ts (now ${listed.join(", ")})`,
      );
  for (const each of listed)
    if (!named.has(placeholderOf(each)))
      throw new Invalid(`${file} never calls ${each}: write \${${placeholderOf(each)}} there, or take it from ${name} in wiring/flows.ts`);
  return Object.fromEntries(built);
}
