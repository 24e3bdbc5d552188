import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { ChangedObject, ChangesAnswer, ChannelChanges } from "#ports/channel-changes";
import type { HttpResponse } from "#ports/http";
import { apiVersion, costSeconds, type ShopifySourceOptions, secondsOf } from "./admin-source.ts";
import { parseBody } from "./body.ts";
import { isShop } from "./document.ts";
import { nativeIdOf } from "./gid.ts";
import { toInstant } from "./instant.ts";
import { valueAt } from "./shape.ts";

const query = `query ThroughlineChangedOrders($query: String!, $after: String) {
  orders(first: 100, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { id updatedAt }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** The orders of a shop by when they changed, over Shopify's Admin API: their ids and no more, so that no personal data is asked for. */
export function createShopifyChanges(options: ShopifySourceOptions): ChannelChanges {
  const { http, secrets, timeoutMilliseconds = 10_000 } = options;
  const origin = options.origin ?? ((shop: string) => `https://${shop}`);
  return {
    name: "shopify",
    resource: "order",
    async listChanged({ shop, from, to, cursor }) {
      if (!isShop(shop)) return { kind: "refused", reason: "the shop is no domain: no token is sent to it" };
      const token = await secrets.accessToken(shop);
      if (token === undefined) return { kind: "refused", reason: `no access token is configured for ${shop}` };
      const variables = { query: `updated_at:>='${from}' AND updated_at:<'${to}'`, ...(cursor === undefined ? {} : { after: cursor }) };
      try {
        const response = await http.send({
          method: "POST",
          url: `${origin(shop)}/admin/api/${apiVersion}/graphql.json`,
          headers: { accept: "application/json", "content-type": "application/json", "x-shopify-access-token": token },
          body: JSON.stringify({ query, variables }),
          timeoutMilliseconds,
          answerAs: "bytes",
        });
        return answerOf(shop, response);
      } catch (error) {
        // Reading has no effect: an answer that got lost is no answer. The cause is left out: it may hold what was sent.
        if (error instanceof UnknownOutcome || error instanceof Unavailable)
          throw new Unavailable(`the orders of ${shop}: ${error.message}`);
        throw error;
      }
    },
  };
}

function answerOf(shop: string, { status, headers, bytes = new Uint8Array() }: HttpResponse): ChangesAnswer {
  if (status === 429) return { kind: "wait", seconds: secondsOf(headers["retry-after"]) };
  if (status === 401) return { kind: "refused", reason: `Shopify does not accept the access token of ${shop} (401)` };
  if (status === 403) return { kind: "refused", reason: `the access token of ${shop} may not read orders (403): add the scope` };
  if (status !== 200) throw new Unavailable(`Shopify answered ${status}`);
  const json = jsonOf(bytes);
  const errors = valueAt(json, ["errors"]);
  if (Array.isArray(errors) && errors.length > 0) {
    const codes = errors.map((error) => valueAt(error, ["extensions", "code"]));
    if (codes.includes("THROTTLED")) return { kind: "wait", seconds: costSeconds(json) };
    if (codes.includes("ACCESS_DENIED"))
      return { kind: "refused", reason: `the access token of ${shop} may not read orders (ACCESS_DENIED): add the scope` };
    throw new Unavailable("Shopify answered with an error of GraphQL");
  }
  const nodes = valueAt(json, ["data", "orders", "nodes"]);
  if (!Array.isArray(nodes)) throw new Unavailable("the answer lists no orders");
  const more = valueAt(json, ["data", "orders", "pageInfo", "hasNextPage"]);
  const next = valueAt(json, ["data", "orders", "pageInfo", "endCursor"]);
  if (typeof more !== "boolean" || (more && typeof next !== "string")) throw new Unavailable("the answer does not say whether it is all");
  return { kind: "page", objects: nodes.map(changed), ...(more ? { next: next as string } : {}) };
}

function changed(node: unknown): ChangedObject {
  const id = nativeIdOf(valueAt(node, ["id"]));
  const stated = valueAt(node, ["updatedAt"]);
  const changedAt = typeof stated === "string" ? toInstant(stated) : undefined;
  if (id === undefined || changedAt === undefined) throw new Unavailable("the answer lists an order without its id or time");
  return { id, changedAt };
}

/** Half of an answer is no answer. */
function jsonOf(body: Uint8Array): unknown {
  try {
    return parseBody(body);
  } catch {
    throw new Unavailable("the answer is no whole JSON object");
  }
}
