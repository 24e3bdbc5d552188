import { CfnOutput, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { webhookSubscriptions } from "#adapters/channels/shopify";
import { routes } from "#wiring";
import { Approvals } from "../capabilities/approvals.ts";
import { ClientApi } from "../capabilities/client-api.ts";
import { EventBackbone } from "../capabilities/event-backbone.ts";
import { Exceptions } from "../capabilities/exceptions.ts";
import { Lineage } from "../capabilities/lineage.ts";
import { Policies, type PolicyToRelease } from "../capabilities/policies.ts";
import { PosIngestion } from "../capabilities/pos-ingestion.ts";
import { Posting } from "../capabilities/posting.ts";
import { PostingWindows } from "../capabilities/posting-windows.ts";
import { Reconciliation } from "../capabilities/reconciliation.ts";
import { Returns } from "../capabilities/returns.ts";
import { Schedules } from "../capabilities/schedules.ts";
import { Settlement } from "../capabilities/settlement.ts";
import { ShopifyIngestion } from "../capabilities/shopify-ingestion.ts";
import type { Watched } from "../capabilities/watched.ts";
import { type Names, namesOf } from "../names.ts";
import { Canaries } from "../parts/canaries.ts";
import { DeadLetterQueue } from "../parts/dead-letter-queue.ts";
import { Door } from "../parts/door.ts";
import type { FunctionCode } from "../parts/function-bundles.ts";
import { Machine } from "../parts/machine.ts";
import { WiredQueue } from "../parts/wired-queue.ts";
import type { Platform } from "../platform.ts";
import { profileOf } from "../profile.ts";
import { connectionSettings, type Settings } from "../settings.ts";
import type { DataStack } from "./data-stack.ts";

export interface IntegrationStackProps {
  readonly settings: Settings;
  readonly data: DataStack;
  /** ERP connections of the policies. */
  readonly connections: readonly string[];
  readonly code: FunctionCode;
  readonly release: PolicyToRelease;
}

/** Everything that runs, one construct per capability; it can be deleted and deployed again without losing a fact. */
export class IntegrationStack extends Stack {
  /** For the stack that watches this one: found below it, and not listed. */
  readonly watched: Watched;

  constructor(scope: Construct, id: string, { settings, data, connections, code, release }: IntegrationStackProps) {
    super(scope, id, {
      description: "throughline: ingestion, events and posting",
      tags: { "throughline:stage": settings.stage },
    });
    const profile = profileOf(settings);
    const names = namesOf(settings);
    const backbone = new EventBackbone(this, "EventBackbone", { names, profile });
    const platform: Platform = {
      settings,
      profile,
      names,
      connections: connectionSettings(settings, connections),
      code,
      undelivered: backbone.undelivered,
      undeliveredByRules: backbone.undeliveredByRules,
      canaries: profile.canaries ? new Canaries(this, "Canaries", { names }) : undefined,
      reach: {
        table: data.table,
        documents: data.documents,
        drops: data.drops,
        bus: backbone.bus,
        queues: new Map(),
        machines: new Map(),
        queueArnPrefix: names.queueArnPrefix,
        machineArnPrefix: names.machineArnPrefix,
        secretsPath: names.secretsPath,
        connections,
      },
    };
    const exceptions = new Exceptions(this, "Exceptions", { platform });
    new Approvals(this, "Approvals", { platform });
    new PostingWindows(this, "PostingWindows", { platform, recordException: exceptions.recordException });
    new Reconciliation(this, "Reconciliation", { platform, recordException: exceptions.recordException });
    new Returns(this, "Returns", { platform, recordException: exceptions.recordException });
    new Settlement(this, "Settlement", { platform, recordException: exceptions.recordException });
    new Lineage(this, "Lineage", { platform, table: data.table });
    const posting = new Posting(this, "Posting", { platform });
    const shopify = new ShopifyIngestion(this, "ShopifyIngestion", { platform });
    const clientApi = new ClientApi(this, "ClientApi", { platform, api: shopify.api, stage: shopify.stage });
    new PosIngestion(this, "PosIngestion", { platform, recordException: exceptions.recordException });
    // After the doors, too: a canary that fails takes the deploy back before its policies are in force.
    new Policies(this, "Policies", { platform, release, after: [backbone, posting, shopify, clientApi] });
    new Schedules(this, "Schedules", { platform });
    this.watched = watchedBelow(this, shopify.api, platform);
    this.#tellWhatShopifyNeeds(shopify.api.apiEndpoint, names);
  }

  /** What the operator sets up in Shopify when the deploy is done; the topics are those that the receiver reads. */
  #tellWhatShopifyNeeds(endpoint: string, { secretsPath }: Names): void {
    const [receiver] = routes.filter(({ caller }) => caller === "channel");
    const address = `${endpoint}${receiver?.path ?? ""}`;
    new CfnOutput(this, "ShopifyWebhookAddress", { description: "Where Shopify delivers every webhook, in JSON", value: address });
    new CfnOutput(this, "ShopifyWebhooks", {
      description: "Paste it into the app's shopify.app.toml, then run: shopify app deploy",
      value: webhookSubscriptions(address),
    });
    new CfnOutput(this, "ShopifyWebhookSecret", {
      description: "Put the client secret of the app (its Settings in Shopify's Dev Dashboard) there, once per shop",
      value: `aws ssm put-parameter --type SecureString --name ${secretsPath}/shops/<shop>.myshopify.com/webhook-secrets --value '["<client secret>"]'`,
    });
  }
}

function watchedBelow(stack: Stack, api: Watched["api"], { names, connections }: Platform): Watched {
  const found = stack.node.findAll();
  const short = (name: string) => name.slice(names.prefix.length);
  return {
    api,
    connections: [...connections.keys()],
    machines: found.filter((each) => each instanceof Machine),
    deadLetters: found.filter((each) => each instanceof DeadLetterQueue).map(({ queueName }) => short(queueName)),
    queues: [
      ...found
        .filter((each) => each instanceof WiredQueue)
        .map(({ name, waitsFor, paused, connection }) => ({ name, waitsFor, paused, connection })),
      ...found.filter((each) => each instanceof Door).map(({ name }) => ({ name, waitsFor: "record" as const, paused: false })),
    ],
  };
}
