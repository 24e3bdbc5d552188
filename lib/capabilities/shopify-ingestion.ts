import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { type CfnStage, HttpApi, HttpMethod, HttpNoneAuthorizer } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { EventBus } from "aws-cdk-lib/aws-events";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { accessLog, doors, pascalCase, queues, routes } from "#wiring";
import { acknowledge } from "../parts/acknowledge.ts";
import { Door } from "../parts/door.ts";
import { ThroughlineFunction } from "../parts/throughline-function.ts";
import { WiredQueue } from "../parts/wired-queue.ts";
import type { Platform } from "../platform.ts";

/** The doors that Shopify's deliveries come through. */
export class ShopifyIngestion extends Construct {
  readonly api: HttpApi;
  readonly stage: CfnStage;

  constructor(scope: Construct, id: string, { platform }: { readonly platform: Platform }) {
    super(scope, id);
    this.api = new HttpApi(this, "Api", {
      apiName: `${platform.names.prefix}webhooks`,
      description: "Takes webhooks; each is verified by its signature and recorded before it is answered",
      createDefaultStage: false,
    });
    for (const { method, path, function: name } of routes.filter(({ caller }) => caller === "channel")) {
      const receiver = new ThroughlineFunction(this, pascalCase(name), { platform, name });
      const added = this.api.addRoutes({
        path,
        methods: [HttpMethod[method]],
        integration: new HttpLambdaIntegration(`${pascalCase(name)}Integration`, receiver.entrance(), {
          // Above what Shopify waits for, so that the function's own time-out speaks first.
          timeout: Duration.seconds(receiver.wiring.timeoutSeconds + 1),
        }),
        authorizer: new HttpNoneAuthorizer(),
      });
      for (const route of added)
        acknowledge(
          route,
          "AwsSolutions-APIG4",
          "Shopify signs each delivery with the shop's secret; the function compares it in constant time before it parses.",
        );
    }
    this.stage = this.#stage(platform);
    this.#fetchBack(platform);
    const { shopifyEventSource } = platform.settings;
    if (shopifyEventSource !== undefined) this.#eventSource(platform, shopifyEventSource);
  }

  /** Queues that wait for a source: what is read there. */
  #fetchBack(platform: Platform): void {
    for (const wiring of queues.filter(({ waitsFor }) => waitsFor === "source")) {
      const [queue] = WiredQueue.all(this, platform, wiring);
      queue?.drainInto(new ThroughlineFunction(this, pascalCase(wiring.function), { platform, name: wiring.function }));
    }
  }

  /** Shopify's partner event source: a bus of its name is associated with it, and everything that it brings is taken. */
  #eventSource(platform: Platform, eventSourceName: string): void {
    const bus = new EventBus(this, "PartnerBus", { eventSourceName, description: "What Shopify's app sends over EventBridge" });
    for (const wiring of doors.filter(({ from }) => from === "shopify-event-source"))
      new Door(this, `Door-${wiring.name}`, {
        platform,
        wiring,
        bus,
        pattern: { source: [eventSourceName] },
        description: "Deliveries of Shopify over its partner event source",
      });
  }

  #stage({ names, profile }: Platform): CfnStage {
    const log = new LogGroup(this, "AccessLog", {
      logGroupName: `/aws/vendedlogs/http-api/${names.prefix}webhooks`,
      retention: profile.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = this.api.addStage("Stage", {
      stageName: "$default",
      autoDeploy: true,
      throttle: { rateLimit: profile.requestsPerSecondMax, burstLimit: profile.requestBurstMax },
    });
    const resource = stage.node.defaultChild as CfnStage;
    resource.accessLogSettings = { destinationArn: log.logGroupArn, format: JSON.stringify(accessLog) };
    return resource;
  }
}
