import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { ChannelSource, SourceAnswer, SourceRequest } from "#ports/channel-source";
import type { Http, HttpRequest, HttpResponse } from "#ports/http";
import type { Secrets } from "#ports/secrets";
import { parseBody } from "./body.ts";
import { isShop } from "./document.ts";
import { parseResource } from "./fetched.ts";
import { nativeIdOf } from "./gid.ts";
import { graphqlQueries } from "./graphql-queries.ts";
import { isNativeId } from "./schemas.ts";
import { valueAt } from "./shape.ts";

export interface ShopifySourceOptions {
  readonly http: Http;
  readonly secrets: Secrets;
  /** Where the Admin API of a shop is; its own domain when absent. */
  readonly origin?: (shop: string) => string;
  /** 10,000 when absent. */
  readonly timeoutMilliseconds?: number;
  /** 8,000,000 when absent: the largest order that Shopify documents is far below; more was not made by it. */
  readonly bodyBytesMax?: number;
}

/** The version whose shapes schemas.ts and graphql-queries.ts hold. */
export const apiVersion = "2026-07";
/** When the source names no time to wait, and the most that a queue can wait. */
const waitSeconds = { unstated: 5, most: 900 };

/**
 * Shopify's Admin API, read only. An order comes over REST, whose order is the body of the order's webhook: one parser reads both. What
 * REST does not know comes over GraphQL. The token goes to the shop's own domain alone: a redirect is not followed.
 */
export function createShopifySource(options: ShopifySourceOptions): ChannelSource {
  const { http, secrets } = options;
  const origin = options.origin ?? ((shop: string) => `https://${shop}`);
  const { timeoutMilliseconds = 10_000, bodyBytesMax = 8_000_000 } = options;
  return {
    name: "shopify",
    parseResource,
    async fetchResource(request) {
      const { shop, resource, id } = request;
      if (!isShop(shop)) return { kind: "refused", reason: "the shop is no domain: no token is sent to it" };
      if (!isNativeId(id) || !isReadable(resource)) return { kind: "refused", reason: `${resource} ${id} cannot be read from Shopify` };
      const token = await secrets.accessToken(shop);
      if (token === undefined) return { kind: "refused", reason: `no access token is configured for ${shop}` };
      const response = await send(`${origin(shop)}/admin/api/${apiVersion}`, request, token);
      return answerOf(request, response, bodyBytesMax);
    },
  };

  async function send(base: string, { resource, id }: SourceRequest, token: string): Promise<HttpResponse> {
    const headers = { accept: "application/json", "x-shopify-access-token": token };
    const query = graphqlQueries[resource as keyof typeof graphqlQueries];
    const sent: HttpRequest =
      query === undefined
        ? { method: "GET", url: `${base}/orders/${id}.json`, headers, timeoutMilliseconds, answerAs: "bytes" }
        : {
            method: "POST",
            url: `${base}/graphql.json`,
            headers: { ...headers, "content-type": "application/json" },
            body: JSON.stringify({ query: query.query, variables: { id: `gid://shopify/${query.type}/${id}` } }),
            timeoutMilliseconds,
            answerAs: "bytes",
          };
    try {
      return await http.send(sent);
    } catch (error) {
      // Reading has no effect: an answer that got lost is no answer. The cause is left out: it may hold what was sent.
      if (error instanceof UnknownOutcome || error instanceof Unavailable) throw new Unavailable(`${resource} ${id}: ${error.message}`);
      throw error;
    }
  }
}

function isReadable(resource: string): boolean {
  return resource === "order" || Object.hasOwn(graphqlQueries, resource);
}

function answerOf(request: SourceRequest, response: HttpResponse, bodyBytesMax: number): SourceAnswer {
  const { resource, id, shop } = request;
  const { status } = response;
  if (status === 429) return { kind: "wait", seconds: secondsOf(response.headers["retry-after"]) };
  if (status === 401) return { kind: "refused", reason: `Shopify does not accept the access token of ${shop} (401)` };
  if (status === 403) return { kind: "refused", reason: `the access token of ${shop} may not read ${resource} (403): add the scope` };
  if (status === 404) return { kind: "absent" };
  if (status !== 200) throw new Unavailable(`${resource} ${id}: Shopify answered ${status}`);
  const body = response.bytes ?? new Uint8Array();
  if (body.byteLength > bodyBytesMax) return { kind: "too-large", bytes: body.byteLength };
  const json = jsonOf(request, body);
  if (resource === "order") {
    const found = valueAt(json, ["order", "id"]);
    if (String(found) !== id) throw new Unavailable(`order ${id}: the answer is about another object`);
    return { kind: "found", body };
  }
  return graphqlAnswer(request, json, body);
}

function graphqlAnswer({ resource, id, shop }: SourceRequest, json: unknown, body: Uint8Array): SourceAnswer {
  const errors = valueAt(json, ["errors"]);
  if (Array.isArray(errors) && errors.length > 0) {
    const codes = errors.map((error) => valueAt(error, ["extensions", "code"]));
    if (codes.includes("THROTTLED")) return { kind: "wait", seconds: costSeconds(json) };
    if (codes.includes("ACCESS_DENIED")) {
      return { kind: "refused", reason: `the access token of ${shop} may not read ${resource} (ACCESS_DENIED): add the scope` };
    }
    const named = codes.find((code) => typeof code === "string" && /^[A-Z_]{1,60}$/.test(code));
    throw new Unavailable(`${resource} ${id}: Shopify answered with an error of GraphQL${named === undefined ? "" : ` (${named})`}`);
  }
  const { field } = graphqlQueries[resource as keyof typeof graphqlQueries];
  const found = valueAt(json, ["data", field]);
  if (found === null) return { kind: "absent" };
  if (nativeIdOf(valueAt(found, ["id"])) !== id) throw new Unavailable(`${resource} ${id}: the answer is about another object`);
  return { kind: "found", body };
}

/** Half of an answer is no answer. */
function jsonOf({ resource, id }: SourceRequest, body: Uint8Array): unknown {
  try {
    return parseBody(body);
  } catch {
    throw new Unavailable(`${resource} ${id}: the answer is no whole JSON object`);
  }
}

/** Retry-After is seconds, perhaps with a fraction: "2.0". */
export function secondsOf(header: string | undefined): number {
  const seconds = Math.ceil(Number(header));
  return header === undefined || !Number.isFinite(seconds) ? waitSeconds.unstated : Math.min(Math.max(seconds, 1), waitSeconds.most);
}

/** How long until the bucket holds the cost of the query. */
export function costSeconds(json: unknown): number {
  const at = (...path: string[]) => Number(valueAt(json, ["extensions", "cost", ...path]));
  const missing = at("requestedQueryCost") - at("throttleStatus", "currentlyAvailable");
  const seconds = Math.ceil(missing / at("throttleStatus", "restoreRate"));
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 1), waitSeconds.most) : waitSeconds.unstated;
}
