import { Annotations, type App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { loadPolicy, readPolicyFiles } from "#adapters/policy-files";
import { Invalid } from "#domain/failures";
import type { PolicyContent } from "#domain/policy";
import type { PolicyToRelease } from "./capabilities/policies.ts";
import type { FunctionCode } from "./parts/function-bundles.ts";
import { functionWiring } from "./platform.ts";
import { type NeededSecret, neededSecrets } from "./secrets/needed-secrets.ts";
import type { Settings } from "./settings.ts";
import { DataStack } from "./stacks/data-stack.ts";
import { IntegrationStack } from "./stacks/integration-stack.ts";
import { ObservabilityStack } from "./stacks/observability-stack.ts";

export interface Stacks {
  readonly data: DataStack;
  readonly integration: IntegrationStack;
  readonly observability: ObservabilityStack;
  /** What somebody puts by hand before the stacks are of use. */
  readonly needed: readonly NeededSecret[];
}

export interface AppProps {
  readonly settings: Settings;
  readonly policiesFolder: string;
  readonly code: FunctionCode;
  /** Who puts the policies in force, and why. */
  readonly release: Pick<PolicyToRelease, "actor" | "reason" | "approvedBy" | "seen" | "activeFrom">;
}

/**
 * Builds the stacks of one stage into `app`, and has cdk-nag look at them when the app is synthesized: a finding that is not acknowledged
 * with a reason ends the synthesis. Throws Invalid for settings, policies or wiring that cannot be deployed, with what to set.
 */
export function buildApp(app: App, { settings, policiesFolder, code, release }: AppProps): Stacks {
  const { content: policy, version } = loadPolicy(policiesFolder);
  refuseLeasesBeyondTheFunction(policy);
  if (settings.secondPerson === true && release.approvedBy === undefined)
    throw new Invalid(
      `stages/${settings.stage}.json asks for a second person: name who approved these policies with -c approvedBy="…", and who releases them with -c actor="…"`,
    );
  const data = new DataStack(app, `throughline-${settings.stage}-data`, { settings });
  const integration = new IntegrationStack(app, `throughline-${settings.stage}-integration`, {
    settings,
    data,
    connections: Object.keys(policy.connections).sort(),
    code,
    release: { policy, version, files: readPolicyFiles(policiesFolder), ...release },
  });
  const observability = new ObservabilityStack(app, `throughline-${settings.stage}-observability`, { settings, integration });
  observability.addStackDependency(integration);
  for (const [connection, { url }] of Object.entries(policy.connections))
    if (url === undefined)
      Annotations.of(integration).addWarningV2(
        `throughline:erp-without-url:${connection}`,
        `nothing can be posted to ${connection}: set connections.${connection}.url in the policies; the hub's own sandbox ERP is not on AWS`,
      );
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return { data, integration, observability, needed: neededSecrets(policy, settings) };
}

/** Of the sending function's time, to read the plans before and to record the outcomes after the last answer. */
const aroundSendingSeconds = 5;

/**
 * A request may be waited for until its lease is out but for the ERP's own run and the clock skew. A function that Lambda ends before that
 * records nothing, and whoever takes over does the same again.
 */
function refuseLeasesBeyondTheFunction({ connections }: PolicyContent): void {
  const sendingSecondsMax = functionWiring("execute-postings").timeoutSeconds - aroundSendingSeconds;
  for (const [id, { leaseSeconds, serverRunSeconds, clockSkewSeconds }] of Object.entries(connections)) {
    const leaseSecondsMax = sendingSecondsMax + serverRunSeconds + clockSkewSeconds;
    if (leaseSeconds > leaseSecondsMax)
      throw new Invalid(
        `connections.${id}.leaseSeconds ${leaseSeconds} lets requests be waited for longer than execute-postings runs on AWS: set it to ${leaseSecondsMax} or less, or raise the function's time-out in wiring/functions.ts and those around it`,
      );
  }
}
