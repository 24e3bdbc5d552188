import { Stack } from "aws-cdk-lib";
import { CfnSamplingRule } from "aws-cdk-lib/aws-xray";
import type { Construct } from "constructs";
import { Alarms } from "../capabilities/alarms.ts";
import { Dashboards } from "../capabilities/dashboards.ts";
import { LineMetricFilters } from "../capabilities/line-metrics.ts";
import { namesOf } from "../names.ts";
import { profileOf } from "../profile.ts";
import type { Settings } from "../settings.ts";
import type { IntegrationStack } from "./integration-stack.ts";

/** What watches: dashboards, alarms, what is counted in log lines, and how many requests are traced. It can be deleted and deployed again at any time. */
export class ObservabilityStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { settings, integration }: { readonly settings: Settings; readonly integration: IntegrationStack },
  ) {
    super(scope, id, {
      description: "throughline: dashboards and alarms",
      tags: { "throughline:stage": settings.stage },
    });
    const names = namesOf(settings);
    const { watched } = integration;
    new Alarms(this, "Observability", { settings, names, watched });
    new Dashboards(this, "Dashboards", { names, watched });
    new LineMetricFilters(this, "LineMetrics", { names });
    const { tracedShare } = profileOf(settings);
    if (tracedShare !== undefined)
      new CfnSamplingRule(this, "Traces", {
        samplingRule: {
          ruleName: `${names.prefix}traces`.slice(0, 32),
          priority: 1000,
          // One request a second whatever comes, and this share of the others.
          reservoirSize: 1,
          fixedRate: tracedShare,
          serviceName: `${names.prefix}*`,
          // Lambda traces by a rule that nobody can change: one a second, and 1 in 20 of the others.
          serviceType: "AWS::StepFunctions::StateMachine",
          host: "*",
          httpMethod: "*",
          urlPath: "*",
          resourceArn: "*",
          version: 1,
        },
      });
  }
}
