import * as z from "zod/mini";
import { Throttled, Unavailable, UnknownOutcome } from "#domain/failures";
import type { Clock } from "#ports/clock";
import type { Http, HttpRequest, HttpResponse } from "#ports/http";

/** An application of Microsoft Entra ID that Business Central knows. */
export interface BusinessCentralCredentials {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where it signs in, when that is not Microsoft's own address (a national cloud). */
  readonly loginUrl?: string;
}

export interface BusinessCentralAddress {
  readonly http: Http;
  readonly clock: Clock;
  /** Such as https://api.businesscentral.dynamics.com/v2.0/<tenant>/<environment>, without a slash at the end. */
  readonly url: string;
  /** Undefined when none is configured. */
  readonly credentials: () => Promise<BusinessCentralCredentials | undefined>;
}

/** Business Central refused the request for a reason of its own, and took back whatever it had done for it. */
export class BusinessCentralRefusal extends Error {
  override readonly name = "BusinessCentralRefusal";
}

/** A request within a batch, below the API's address. */
export interface InnerRequest {
  readonly method: "POST" | "DELETE";
  readonly url: string;
  readonly body?: object;
}

export interface BusinessCentralService {
  /** The records of a collection: all, or the first `rows`. Throws Unavailable. `within` is in milliseconds. */
  list<T>(path: string, record: z.ZodMiniType<T>, within: number, rows?: number): Promise<T[]>;
  /**
   * Does all requests or none ("Using OData transactional $batch requests"). Throws BusinessCentralRefusal, Unavailable when nothing was applied,
   * UnknownOutcome when that cannot be known.
   */
  change(requests: readonly InnerRequest[], within: number): Promise<void>;
}

/** Operations of one batch, records of one page ("Operational limits"), and of one question in all. */
export const requestsPerBatchMax = 100;
const recordsPerPage = 20_000;
const recordsMax = 2_000_000;
const scope = "https://api.businesscentral.dynamics.com/.default";
/** After credentials were refused they are tried again only after this. */
const refusedLoginPauseSeconds = 60;
/** An access token is renewed this long before it ends. */
const renewalSeconds = 60;
const spentMilliseconds = 20;

const errorBody = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const tokenAnswer = z.object({ access_token: z.string().check(z.maxLength(20_000)), expires_in: z.number() });
const batchAnswer = z.object({
  responses: z
    .array(
      z.object({
        status: z.int(),
        headers: z.optional(z.nullable(z.record(z.string(), z.string()))),
        body: z.optional(z.unknown()),
      }),
    )
    .check(z.maxLength(requestsPerBatchMax)),
});

/** API v2.0 of Business Central. Signs in on first use and once more when its token has ended, never in a loop. */
export function createBusinessCentralService(address: BusinessCentralAddress): BusinessCentralService {
  const { http, clock, url } = address;
  const api = `${url}/api/v2.0`;
  let access: { readonly token: string; readonly until: string } | undefined;
  let refusedUntil: string | undefined;
  let refusal = "";

  const later = (seconds: number) => new Date(Date.parse(clock.now()) + seconds * 1_000).toISOString();

  function refuseSignIn(message: string): Unavailable {
    refusal = message;
    refusedUntil = later(refusedLoginPauseSeconds);
    return new Unavailable(message);
  }

  async function accessToken(within: number): Promise<string> {
    if (refusedUntil !== undefined && clock.now() < refusedUntil) throw new Unavailable(refusal);
    if (access !== undefined && clock.now() < access.until) return access.token;
    const stored = await address.credentials();
    if (stored === undefined) {
      throw new Unavailable("no credentials are configured for this Business Central: put them into the secrets of the connection");
    }
    const { tenantId, clientId, clientSecret, loginUrl = "https://login.microsoftonline.com" } = stored;
    let response: HttpResponse;
    try {
      response = await http.send({
        method: "POST",
        url: `${loginUrl}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`,
        headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
        body: new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret, scope }).toString(),
        timeoutMilliseconds: within,
      });
    } catch (error) {
      if (!(error instanceof UnknownOutcome)) throw error;
      throw new Unavailable(`Microsoft's sign-in did not answer: ${error.message}; it is tried again later`, { cause: error });
    }
    if (response.status === 400 || response.status === 401) {
      throw refuseSignIn(
        `Microsoft refused application ${clientId} of tenant ${tenantId}: mend tenantId, clientId and clientSecret in the secrets, or renew the secret`,
      );
    }
    const answer = response.status === 200 ? read(tokenAnswer, response.body) : undefined;
    if (answer === undefined) throw turnedAway(response);
    access = { token: answer.access_token, until: later(Math.max(answer.expires_in - renewalSeconds, 0)) };
    return access.token;
  }

  function turnedAway(response: HttpResponse): Unavailable {
    const { status, headers } = response;
    const said = complaint(response.body);
    if (status === 429) return new Throttled("throttled by Business Central: it is asked again later", headers["retry-after"]);
    if (status === 401) {
      return refuseSignIn(
        `Business Central does not let the application in${said}: enter its client id under Microsoft Entra Applications there, and enable it`,
      );
    }
    if (status === 403) {
      return new Unavailable(
        `Business Central forbids this call${said}: give the application the permission sets that docs/erp-adapters.md names`,
      );
    }
    if (status === 404) {
      return new Unavailable(`there is no such environment or company at ${url}${said}: mend url and erpCompany in the policies`);
    }
    if (status >= 300 && status < 400) return new Unavailable(`${url} sends elsewhere: mend the url of the connection in the policies`);
    if (status < 300)
      return new Unavailable(`${url} answered with a page, not as Business Central's API does: check the url of the connection`);
    return new Unavailable(`Business Central answered HTTP ${status}${said}: see whether ${url} is its address and whether it is up`);
  }

  async function send(request: Pick<HttpRequest, "method" | "url" | "headers" | "body">, within: number): Promise<HttpResponse> {
    const until = Date.parse(clock.now()) + within;
    const left = () => until - Date.parse(clock.now());
    const known = access;
    const sendOnce = async (): Promise<HttpResponse> => {
      const token = await accessToken(left());
      if (left() < spentMilliseconds)
        throw new Unavailable("not sent: the time for this call was used up by the ones before it; send it again");
      return await http.send({
        ...request,
        // The language of its messages, which say which dimension is missing.
        headers: { accept: "application/json", "accept-language": "en-US", ...request.headers, authorization: `Bearer ${token}` },
        timeoutMilliseconds: left(),
      });
    };
    const first = await sendOnce();
    // A token that has ended was turned away before anything was done.
    if (first.status !== 401 || known === undefined || access !== known) return first;
    access = undefined;
    return await sendOnce();
  }

  return {
    async list(path, record, within, rows) {
      const until = Date.parse(clock.now()) + within;
      const schema = z.object({
        value: z.array(record).check(z.maxLength(recordsPerPage)),
        "@odata.nextLink": z.optional(z.string()),
      });
      const found = [];
      let next: string | undefined = `${api}/${path}`;
      while (next !== undefined) {
        let response: HttpResponse;
        try {
          response = await send({ method: "GET", url: next, headers: {} }, until - Date.parse(clock.now()));
        } catch (error) {
          if (!(error instanceof UnknownOutcome)) throw error;
          throw new Unavailable(`Business Central did not answer a question: ${error.message}; ask again later`, { cause: error });
        }
        if (response.status !== 200) throw turnedAway(response);
        const answer = read(schema, response.body);
        if (answer === undefined) {
          throw new Unavailable(
            "an answer is not as Business Central's API v2.0 gives it: check the url of the connection and its version",
          );
        }
        found.push(...answer.value);
        const link: string | undefined = answer["@odata.nextLink"];
        if (link === undefined || (rows !== undefined && found.length >= rows)) return found.slice(0, rows);
        // The token goes nowhere but to the address that the policies name.
        if (!link.startsWith(`${new URL(api).origin}/`))
          throw new Unavailable(`${url} links to another address for its next page: check the url of the connection`);
        if (found.length >= recordsMax) break;
        next = link;
      }
      throw new Unavailable(`more than ${recordsMax} records answer one question: ask for a shorter span of days`);
    },

    async change(requests, within) {
      const body = JSON.stringify({
        requests: requests.map(({ method, url: path, body: content }, index) => ({
          id: String(index + 1),
          method,
          url: path,
          headers: { "Content-Type": "application/json", ...(method === "DELETE" ? { "If-Match": "*" } : {}) },
          ...(content === undefined ? {} : { body: content }),
        })),
      });
      const headers = { "content-type": "application/json", isolation: "snapshot" };
      const response = await send({ method: "POST", url: `${api}/$batch`, headers, body }, within);
      const { status } = response;
      const answer = status === 200 ? read(batchAnswer, response.body) : undefined;
      if (answer === undefined) {
        // 408 and above 500 come from a server, or from a proxy that lost patience: what was passed on is not known. So is a page in HTML.
        if (status === 408 || status >= 500) throw new UnknownOutcome(`Business Central failed the batch with HTTP ${status}`);
        if (status < 300)
          throw new UnknownOutcome(
            "the answer to the batch is a page, not as Business Central's API answers: check the url of the connection",
          );
        throw turnedAway(response);
      }
      const failed = answer.responses.find((inner) => inner.status >= 300);
      if (failed === undefined) {
        if (answer.responses.length === requests.length) return;
        throw new UnknownOutcome(`Business Central answered ${answer.responses.length} of ${requests.length} requests of a batch`);
      }
      const inner = { status: failed.status, headers: failed.headers ?? {}, body: JSON.stringify(failed.body ?? null) };
      if (failed.status === 408 || failed.status >= 500) {
        throw new UnknownOutcome(`Business Central failed within the batch with HTTP ${failed.status}${complaint(inner.body)}`);
      }
      if (failed.status === 401 || failed.status === 403 || failed.status === 429 || failed.status < 400) throw turnedAway(inner);
      throw new BusinessCentralRefusal(`Business Central refused the document${complaint(inner.body)}`.slice(0, 500));
    },
  };
}

/** " (Code): message" of an error of Business Central's; "" for anything else. */
function complaint(body: string): string {
  const error = read(errorBody, body)?.error;
  return error === undefined ? "" : ` (${error.code.slice(0, 60)}): ${error.message.slice(0, 300)}`;
}

function read<T>(schema: z.ZodMiniType<T>, body: string): T | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
