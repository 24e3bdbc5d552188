import { apiVersion } from "./admin-source.ts";
import { complianceTopics } from "./privacy.ts";
import { handledTopics } from "./webhook.ts";

/**
 * The webhooks of an app as its configuration file (shopify.app.toml) has them: every topic that is handled, of the version of the API that bodies are read in,
 * delivered to `address`; always JSON, and signed with the app's client secret. Those of the law stand in a subscription of their own, as Shopify asks for it.
 */
export function webhookSubscriptions(address: string): string {
  const others = handledTopics.filter((topic) => !complianceTopics.includes(topic));
  return [
    "[webhooks]",
    `api_version = "${apiVersion}"`,
    "",
    ...subscription("topics", others, address),
    "",
    ...subscription("compliance_topics", complianceTopics, address),
    "",
  ].join("\n");
}

function subscription(key: string, topics: readonly string[], address: string): string[] {
  return ["[[webhooks.subscriptions]]", `uri = "${address}"`, `${key} = [`, ...topics.map((topic) => `  "${topic}",`), "]"];
}
