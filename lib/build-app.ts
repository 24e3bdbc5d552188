import { Annotations, type App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { loadPolicy } from "#adapters/policy-files";
import type { PolicyToRelease } from "./capabilities/policies.ts";
import type { FunctionCode } from "./parts/function-bundles.ts";
import type { Settings } from "./settings.ts";
import { DataStack } from "./stacks/data-stack.ts";
import { IntegrationStack } from "./stacks/integration-stack.ts";

export interface Stacks {
  readonly data: DataStack;
  readonly integration: IntegrationStack;
}

export interface AppProps {
  readonly settings: Settings;
  readonly policiesFolder: string;
  readonly code: FunctionCode;
  /** Who puts the policies in force, and why. */
  readonly release: Pick<PolicyToRelease, "actor" | "reason">;
}

/**
 * Builds the stacks of one stage into `app`, and has cdk-nag look at them when the app is synthesized: a finding that is not acknowledged
 * with a reason ends the synthesis. Throws Invalid for settings, policies or wiring that cannot be deployed, with what to set.
 */
export function buildApp(app: App, { settings, policiesFolder, code, release }: AppProps): Stacks {
  const { content: policy, version } = loadPolicy(policiesFolder);
  const data = new DataStack(app, `throughline-${settings.stage}-data`, { settings });
  const integration = new IntegrationStack(app, `throughline-${settings.stage}-integration`, {
    settings,
    data,
    connections: Object.keys(policy.connections).sort(),
    code,
    release: { policy, version, ...release },
  });
  for (const [connection, { url }] of Object.entries(policy.connections))
    if (url === undefined)
      Annotations.of(integration).addWarningV2(
        `throughline:erp-without-url:${connection}`,
        `nothing can be posted to ${connection}: set connections.${connection}.url in the policies; the hub's own sandbox ERP is not on AWS`,
      );
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return { data, integration };
}
