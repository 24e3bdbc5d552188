import { Invalid, Unavailable, UnknownOutcome } from "#domain/failures";
import type { WebhookChannel } from "#ports/channel";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import type { Metrics } from "#ports/metrics";
import type { Secrets } from "#ports/secrets";
import { type Acceptance, acceptDocument } from "./accept-document.ts";
import { shopifyHeaders } from "./shopify-headers.ts";

/** Shopify sends at most this; a larger body was not made by it. */
export const webhookBytesMax = 1_000_000;

export interface WebhookRequest {
  /** Names in any casing. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The raw bytes as they came: the signature is over them. */
  readonly body: Uint8Array;
}

export interface WebhookReply {
  readonly status: 200 | 400 | 401 | 404 | 413 | 503;
  /** A sentence in plain text: what, which and what next. */
  readonly body: string;
  /** The lineage item that holds the document now; only with status 200. */
  readonly accepted?: { readonly transaction: string; readonly key: string; readonly answer: "accepted" | "duplicate" };
}

export interface Dependencies {
  readonly channel: WebhookChannel;
  readonly secrets: Secrets;
  readonly documents: DocumentStore;
  readonly lineage: LineageStore;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

type Outcome = "accepted" | "duplicate" | "too-large" | "unauthorized" | "unhandled-topic" | "unreadable" | "unavailable";

/** Protocol step 1: verify, parse, insert if absent; only then reply. The sender delivers again after any status but 200. */
export function createHandler(dependencies: Dependencies): (request: WebhookRequest) => Promise<WebhookReply> {
  const { channel, secrets, documents, lineage, clock, metrics } = dependencies;
  return async ({ headers, body }) => {
    const { outcome, reply } = await receive(headers, body);
    metrics.record("WebhooksReceived", 1, "count", { channel: channel.name, outcome });
    return reply;
  };

  async function receive(headers: WebhookRequest["headers"], body: Uint8Array): Promise<Decision> {
    if (body.byteLength > webhookBytesMax) return tooLarge(body.byteLength);
    const { shop, topic, signature, ...change } = shopifyHeaders(headers);
    try {
      const known = shop === undefined ? [] : await secrets.webhookSecrets(shop);
      if (shop === undefined || !channel.verifySignature(body, signature, known)) return unauthorized;
      if (topic === undefined || !channel.handledTopics.includes(topic)) return unhandledTopic(topic, channel.handledTopics);
      const receivedAt = clock.now();
      const parsed = channel.parseWebhook({ topic, shop, body, receivedAt, ...change });
      return decisionOn(await acceptDocument({ documents, lineage }, parsed, body, receivedAt));
    } catch (error) {
      return decisionOnFailure(error);
    }
  }
}

interface Decision {
  readonly outcome: Outcome;
  readonly reply: WebhookReply;
}

function decisionOn(acceptance: Acceptance): Decision {
  switch (acceptance.answer) {
    case "accepted":
    case "duplicate":
      return { outcome: acceptance.answer, reply: { status: 200, body: acceptance.answer, accepted: acceptance } };
    case "unavailable":
      return unavailable;
  }
}

/** A body that nobody can read is the sender's to mend; a store that cannot answer is asked again by the next delivery. */
function decisionOnFailure(error: unknown): Decision {
  if (error instanceof Invalid) return { outcome: "unreadable", reply: { status: 400, body: error.message } };
  if (error instanceof Unavailable || error instanceof UnknownOutcome) return unavailable;
  throw error;
}

const unavailable: Decision = {
  outcome: "unavailable",
  reply: { status: 503, body: "the webhook could not be recorded: deliver it again" },
};

/** The same words for an unknown shop and a bad signature: a stranger learns nothing. */
const unauthorized: Decision = {
  outcome: "unauthorized",
  reply: { status: 401, body: "the signature is not that of a known shop's secret over this body" },
};

function tooLarge(bytes: number): Decision {
  return { outcome: "too-large", reply: { status: 413, body: `the body has ${bytes} bytes: at most ${webhookBytesMax} are accepted` } };
}

function unhandledTopic(topic: string | undefined, handled: readonly string[]): Decision {
  const named = topic === undefined ? "no topic is named" : `topic ${JSON.stringify(topic.slice(0, 80))} is not handled`;
  return { outcome: "unhandled-topic", reply: { status: 404, body: `${named}: subscribe to ${handled.join(", ")}` } };
}
