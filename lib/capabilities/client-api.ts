import { Duration } from "aws-cdk-lib";
import { type CfnStage, type HttpApi, HttpMethod, HttpNoneAuthorizer } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Construct } from "constructs";
import { pascalCase, routes } from "#wiring";
import { acknowledge } from "../parts/acknowledge.ts";
import { ThroughlineFunction } from "../parts/throughline-function.ts";
import type { Platform } from "../platform.ts";

/** The hub's own API for tills, customer service and other channels, on the HTTP API that webhooks come by; each route has its own throttle. */
export class ClientApi extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { platform, api, stage }: { readonly platform: Platform; readonly api: HttpApi; readonly stage: CfnStage },
  ) {
    super(scope, id);
    const throttle = {
      ThrottlingRateLimit: platform.profile.clientRequestsPerSecondMax,
      ThrottlingBurstLimit: platform.profile.clientRequestBurstMax,
    };
    const settings: Record<string, typeof throttle> = {};
    for (const { method, path, function: name } of routes.filter(({ caller }) => caller === "client")) {
      const operation = new ThroughlineFunction(this, pascalCase(name), { platform, name });
      const added = api.addRoutes({
        path,
        methods: [HttpMethod[method]],
        integration: new HttpLambdaIntegration(`${pascalCase(name)}Integration`, operation.entrance(), {
          timeout: Duration.seconds(operation.wiring.timeoutSeconds + 1),
        }),
        authorizer: new HttpNoneAuthorizer(),
      });
      settings[`${method} ${path}`] = throttle;
      for (const route of added) {
        // A stage cannot throttle a route that is not there yet.
        stage.node.addDependency(route);
        acknowledge(
          route,
          "AwsSolutions-APIG4",
          "Each client sends a secret of its own; the function compares its hash in constant time before it reads the body.",
        );
      }
    }
    stage.routeSettings = settings;
  }
}
