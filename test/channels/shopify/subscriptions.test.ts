import { expect, test } from "vitest";
import { handledTopics, webhookSubscriptions } from "#adapters/channels/shopify";

const text = webhookSubscriptions("https://hub.example.com/webhooks/shopify");

/** The topics below a key of the file. */
function topicsOf(key: string): string[] {
  const [, list = ""] = new RegExp(`^${key} = \\[\n((?: {2}"[^"]+",\n)+)\\]$`, "m").exec(text) ?? [];
  return [...list.matchAll(/"([^"]+)"/g)].map(([, topic]) => topic as string);
}

test("the app subscribes to every topic that is read, once, and to those of the law apart", () => {
  expect(topicsOf("compliance_topics")).toEqual(["customers/data_request", "customers/redact", "shop/redact"]);
  expect(topicsOf("topics").slice(0, 3)).toEqual(["orders/create", "orders/updated", "orders/paid"]);
  expect([...topicsOf("topics"), ...topicsOf("compliance_topics")].sort()).toEqual([...handledTopics].sort());
});

test("both lists go to the same address, in the version of the API that bodies are read in", () => {
  expect(text.split("\n").filter((line) => line.startsWith("uri"))).toEqual([
    'uri = "https://hub.example.com/webhooks/shopify"',
    'uri = "https://hub.example.com/webhooks/shopify"',
  ]);
  expect(text).toContain('[webhooks]\napi_version = "2026-07"\n');
});
