import { isDay } from "#domain/calendar";
import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { Http, HttpResponse } from "#ports/http";
import type { Secrets } from "#ports/secrets";
import type { SettlementFeed, SettlementPageAnswer, SettlementPageRequest } from "#ports/settlement-feed";

export interface PaymentsFeedOptions {
  readonly http: Http;
  readonly secrets: Secrets;
  /** Where the Admin API of a shop is; its own domain when absent. */
  readonly origin?: (shop: string) => string;
  /** 20,000 when absent. */
  readonly timeoutMilliseconds?: number;
  /** 8,000,000 when absent. */
  readonly bodyBytesMax?: number;
}

/** The version whose shapes api-objects.ts holds. */
const apiVersion = "2026-07";
/** When the source names no time to wait, and the most that a queue can wait. */
const waitSeconds = { unstated: 5, most: 900 };
const payoutPattern = /^\d{1,20}$/;
const shopPattern = /^[a-z0-9][a-z0-9-]{0,62}\.myshopify\.com$/;

const money = "{ amount currencyCode }";

const payoutFields = `id legacyResourceId status issuedAt transactionType externalTraceId
        net ${money}
        summary {
          adjustmentsFee ${money} adjustmentsGross ${money} chargesFee ${money} chargesGross ${money}
          refundsFee ${money} refundsFeeGross ${money} reservedFundsFee ${money} reservedFundsGross ${money}
          retriedPayoutsFee ${money} retriedPayoutsGross ${money}
        }`;

/** Rows first, then payouts: a payout whose rows were read before it is complete when it comes. 100 and 50 keep within the query's cost. */
const lists = {
  transactions: {
    field: "balanceTransactions",
    next: "payouts",
    query: `query ThroughlineBalanceTransactions($after: String, $filter: String) {
  shopifyPaymentsAccount {
    balanceTransactions(first: 100, after: $after, query: $filter, sortKey: PROCESSED_AT) {
      nodes {
        id type test transactionDate sourceId sourceType sourceOrderTransactionId adjustmentReason
        amount ${money} fee ${money} net ${money}
        associatedOrder { id name }
        associatedPayout { id status }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}`,
    filter: (since: string) => `processed_at:>=${since}`,
  },
  payouts: {
    field: "payouts",
    next: undefined,
    query: `query ThroughlinePayouts($after: String, $filter: String) {
  shopifyPaymentsAccount {
    payouts(first: 50, after: $after, query: $filter) {
      nodes {
        ${payoutFields}
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}`,
    filter: (since: string) => `issued_at:>=${since}`,
  },
} as const;
/** One payout by its id: no list of them can be asked for one. */
const payoutQuery = `query ThroughlinePayout($id: ID!) {
  node(id: $id) {
    ... on ShopifyPaymentsPayout {
        ${payoutFields}
    }
  }
}`;
type ListName = keyof typeof lists;

/**
 * Shopify Payments through the Admin API (GraphQL), read only: balance transactions, then payouts. A page is a file of
 * `shopify-payments-json`. The token goes to the shop's own domain alone: a redirect is not followed.
 */
export function createShopifyPaymentsFeed(options: PaymentsFeedOptions): SettlementFeed {
  const { http, secrets } = options;
  const origin = options.origin ?? ((shop: string) => `https://${shop}`);
  const { timeoutMilliseconds = 20_000, bodyBytesMax = 8_000_000 } = options;
  return {
    source: "shopify-payments",
    format: "shopify-payments-json",
    async fetchPage(request) {
      const { shop } = request;
      if (!shopPattern.test(shop)) return { kind: "refused", reason: "the shop is no domain of Shopify's: no token is sent to it" };
      const { list, question } = questionOf(request);
      const token = await secrets.accessToken(shop);
      if (token === undefined) return { kind: "refused", reason: `no access token is configured for ${shop}` };
      const response = await send(shop, token, JSON.stringify(question));
      return answerOf(request, list, response);
    },
  };

  async function send(shop: string, token: string, body: string): Promise<HttpResponse> {
    const headers = { accept: "application/json", "content-type": "application/json", "x-shopify-access-token": token };
    const url = `${origin(shop)}/admin/api/${apiVersion}/graphql.json`;
    try {
      return await http.send({ method: "POST", url, headers, body, timeoutMilliseconds, answerAs: "bytes" });
    } catch (error) {
      // Reading has no effect: an answer that got lost is no answer. The cause is left out: it may hold what was sent.
      if (error instanceof UnknownOutcome || error instanceof Unavailable) throw new Unavailable(`payments of ${shop}: ${error.message}`);
      throw error;
    }
  }

  function answerOf(request: SettlementPageRequest, list: ListName, { status, headers, bytes }: HttpResponse): SettlementPageAnswer {
    const { shop } = request;
    if (status === 429) return { kind: "wait", seconds: bounded(Number(headers["retry-after"] ?? Number.NaN)) };
    if (status === 401) return { kind: "refused", reason: `Shopify does not accept the access token of ${shop} (401)` };
    if (status === 403) return { kind: "refused", reason: missingScope(shop, "403") };
    if (status !== 200) throw new Unavailable(`payments of ${shop}: Shopify answered ${status}`);
    const received = bytes ?? new Uint8Array();
    if (received.byteLength > bodyBytesMax) return { kind: "too-large", bytes: received.byteLength };
    const answer = jsonOf(shop, received);
    const trouble = troubleOf(shop, answer);
    if (trouble !== undefined) return trouble;
    if ("payout" in request && list === "payouts") return payoutPage(shop, answer);
    const { field, next: following } = lists[list];
    const connection = at(answer, "data", "shopifyPaymentsAccount", field);
    if (at(answer, "data", "shopifyPaymentsAccount") === null) {
      return { kind: "refused", reason: `${shop} has no Shopify Payments account, or its token may not read it` };
    }
    if (!Array.isArray(at(connection, "nodes"))) throw new Unavailable(`payments of ${shop}: the answer is about something else`);
    const body = withoutExtensions(answer);
    const endCursor = at(connection, "pageInfo", "endCursor");
    if (at(connection, "pageInfo", "hasNextPage") === true) {
      if (typeof endCursor !== "string" || endCursor === "")
        throw new Unavailable(`payments of ${shop}: there is a next page and no way to it`);
      return { kind: "page", body, next: `${list} ${endCursor}` };
    }
    return { kind: "page", body, ...(following === undefined ? {} : { next: following }) };
  }
}

function questionOf(request: SettlementPageRequest): { readonly list: ListName; readonly question: unknown } {
  const { list, after } = placeOf(request.cursor);
  const { query, filter } = lists[list];
  const behind = after === undefined ? {} : { after };
  if ("since" in request) {
    const { since } = request;
    if (!isDay(since)) throw new RangeError(`${JSON.stringify(since.slice(0, 20))} is not a day such as 2026-11-05`);
    return { list, question: { query, variables: { filter: filter(since), ...behind } } };
  }
  const { payout } = request;
  if (!payoutPattern.test(payout)) throw new RangeError(`${JSON.stringify(payout.slice(0, 40))} is no id of a payout at Shopify`);
  if (list === "payouts")
    return { list, question: { query: payoutQuery, variables: { id: `gid://shopify/ShopifyPaymentsPayout/${payout}` } } };
  return { list, question: { query, variables: { filter: `payments_transfer_id:${payout}`, ...behind } } };
}

/** The page that a list of this one payout would be; an empty one where Shopify has no such payout. */
function payoutPage(shop: string, answer: unknown): SettlementPageAnswer {
  const node = at(answer, "data", "node");
  if (node !== null && at(node, "id") === undefined) throw new Unavailable(`payments of ${shop}: the answer is about something else`);
  const payouts = { nodes: node === null ? [] : [node], pageInfo: { hasNextPage: false, endCursor: null } };
  return { kind: "page", body: new TextEncoder().encode(JSON.stringify({ data: { shopifyPaymentsAccount: { payouts } } })) };
}

/** What the query cost and what is left differs with each answer: without it, a page that was read before is the same document. The fields asked for hold no number that could lose digits. */
function withoutExtensions(answer: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ data: at(answer, "data") }));
}

/** "transactions", "transactions <cursor>", "payouts", …: the list that is read, and after which of its objects. */
function placeOf(cursor: string | undefined): { readonly list: ListName; readonly after: string | undefined } {
  const [list = "transactions", after] = cursor?.split(" ") ?? [];
  if (!Object.hasOwn(lists, list)) throw new RangeError(`${JSON.stringify(list.slice(0, 20))} is no cursor of this feed`);
  return { list: list as ListName, after };
}

function troubleOf(shop: string, answer: unknown): SettlementPageAnswer | undefined {
  const errors = at(answer, "errors");
  if (!Array.isArray(errors) || errors.length === 0) return undefined;
  const codes = errors.map((error) => at(error, "extensions", "code"));
  if (codes.includes("THROTTLED")) {
    const cost = (...path: string[]) => Number(at(answer, "extensions", "cost", ...path));
    const missing = cost("requestedQueryCost") - cost("throttleStatus", "currentlyAvailable");
    return { kind: "wait", seconds: bounded(missing / cost("throttleStatus", "restoreRate")) };
  }
  if (codes.includes("ACCESS_DENIED")) return { kind: "refused", reason: missingScope(shop, "ACCESS_DENIED") };
  const named = codes.find((code) => typeof code === "string" && /^[A-Z_]{1,60}$/.test(code));
  throw new Unavailable(`payments of ${shop}: Shopify answered with an error of GraphQL${named === undefined ? "" : ` (${named})`}`);
}

function missingScope(shop: string, code: string): string {
  return `the access token of ${shop} may not read payments (${code}): add the scopes read_shopify_payments_payouts and read_shopify_payments_accounts`;
}

/** Half of an answer is no answer. */
function jsonOf(shop: string, body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    // The parser's message would quote the answer.
    throw new Unavailable(`payments of ${shop}: the answer is no whole JSON`);
  }
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return found;
}

function bounded(seconds: number): number {
  const whole = Math.ceil(seconds);
  return Number.isFinite(whole) ? Math.min(Math.max(whole, 1), waitSeconds.most) : waitSeconds.unstated;
}
