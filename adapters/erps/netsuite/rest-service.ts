import * as z from "zod/mini";
import { Throttled, Unavailable, UnknownOutcome } from "#domain/failures";
import type { Clock } from "#ports/clock";
import type { Http, HttpResponse } from "#ports/http";
import { type NetSuiteCredentials, tokenAuthorization, tokenRequest } from "./authorization.ts";

export interface NetSuiteAddress {
  readonly http: Http;
  readonly clock: Clock;
  /** Such as https://1234567.suitetalk.api.netsuite.com, without a slash at the end. */
  readonly url: string;
  /** The account id as NetSuite shows it, such as 1234567 or 1234567_SB1. */
  readonly account: string;
  /** Undefined when none is configured. */
  readonly credentials: () => Promise<NetSuiteCredentials | undefined>;
}

/** NetSuite refused the request for a reason of its own, and applied nothing of it. */
export class NetSuiteRefusal extends Error {
  override readonly name = "NetSuiteRefusal";

  get saysThatItExists(): boolean {
    return /already exist|DUP_RCRD/i.test(this.message);
  }
}

export interface NetSuiteService {
  /**
   * The rows of a SuiteQL query, which must order them unambiguously: all, or the first `rows` (at most 1,000). Throws Unavailable. `within` is in
   * milliseconds.
   */
  query<T>(suiteql: string, row: z.ZodMiniType<T>, within: number, rows?: number): Promise<T[]>;
  /** Creates a record. Throws NetSuiteRefusal, Unavailable when nothing was applied, UnknownOutcome when that cannot be known. */
  create(record: "journalEntry" | "inventoryAdjustment" | "purchaseOrder", body: string, within: number): Promise<void>;
}

/** Rows of one page, and of one query in all: NetSuite gives no more. */
const rowsPerPage = 1_000;
const rowsMax = 100_000;
/** After credentials were refused NetSuite is asked again only after this: wrong tries lock the user. */
const refusedLoginPauseSeconds = 60;
/** An access token is renewed this long before it ends. */
const renewalSeconds = 60;
const spentMilliseconds = 20;

const errorBody = z.object({
  title: z.optional(z.string()),
  "o:errorDetails": z.array(z.object({ detail: z.optional(z.string()), "o:errorCode": z.optional(z.string()) })),
});
const tokenAnswer = z.object({ access_token: z.string().check(z.maxLength(10_000)), expires_in: z.union([z.string(), z.number()]) });

/** SuiteTalk REST web services. Signs in on first use and once more when an access token has ended, never in a loop. */
export function createNetSuiteService(address: NetSuiteAddress): NetSuiteService {
  const { http, clock, url, account } = address;
  let access: { readonly token: string; readonly until: string } | undefined;
  let refusedUntil: string | undefined;
  let refusal = "";

  const later = (seconds: number) => new Date(Date.parse(clock.now()) + seconds * 1_000).toISOString();

  function refuseSignIn(message: string): Unavailable {
    refusal = message;
    refusedUntil = later(refusedLoginPauseSeconds);
    return new Unavailable(message);
  }

  async function credentials(): Promise<NetSuiteCredentials> {
    if (refusedUntil !== undefined && clock.now() < refusedUntil) throw new Unavailable(refusal);
    const stored = await address.credentials();
    if (stored === undefined) {
      throw new Unavailable("no credentials are configured for this NetSuite account: put them into the secrets of the connection");
    }
    return stored;
  }

  async function accessToken(stored: Extract<NetSuiteCredentials, { kind: "certificate" }>, within: number): Promise<string> {
    if (access !== undefined && clock.now() < access.until) return access.token;
    const endpoint = `${url}/services/rest/auth/oauth2/v1/token`;
    const body = tokenRequest(stored, endpoint, clock.now());
    if (body === undefined) {
      throw refuseSignIn("the private key of the NetSuite connection is no RSA or P-256 key in PEM: mend it in the secrets");
    }
    let response: HttpResponse;
    try {
      response = await http.send({
        method: "POST",
        url: endpoint,
        headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
        body,
        timeoutMilliseconds: within,
      });
    } catch (error) {
      if (!(error instanceof UnknownOutcome)) throw error;
      throw new Unavailable(`NetSuite did not answer the sign-in: ${error.message}; it is tried again later`, { cause: error });
    }
    if (response.status === 400 || response.status === 401) {
      throw refuseSignIn(
        `NetSuite refused client ${stored.clientId} of account ${account}: mend client id, certificate id and private key in the secrets, or map the certificate again`,
      );
    }
    const answer = response.status === 200 ? read(tokenAnswer, response.body) : undefined;
    if (answer === undefined) throw turnedAway(response);
    const lifetime = Number(answer.expires_in);
    const seconds = Number.isFinite(lifetime) ? Math.max(lifetime - renewalSeconds, 0) : 0;
    access = { token: answer.access_token, until: later(seconds) };
    return access.token;
  }

  function turnedAway(response: HttpResponse): Unavailable {
    const { status, headers } = response;
    const said = complaint(response);
    if (status === 429)
      return new Throttled(
        "throttled by NetSuite: too many requests at once for the account; it is asked again later",
        headers["retry-after"],
      );
    if (status === 401) {
      return refuseSignIn(
        `NetSuite refused the sign-in to account ${account}${said}: mend the credentials in the secrets of the connection`,
      );
    }
    if (status === 403) {
      return new Unavailable(
        `NetSuite forbids this call${said}: give the role of its token the permissions that docs/erp-adapters.md names`,
      );
    }
    if (status === 404) {
      return new Unavailable(`NetSuite knows no such address at ${url}${said}: mend the url of the connection in the policies`);
    }
    if (status >= 300 && status < 400) {
      return new Unavailable(
        `${url} sends elsewhere: use the account's own address, https://<account>.suitetalk.api.netsuite.com, as its url`,
      );
    }
    if (status < 300) return new Unavailable(`${url} answered with a page, not as NetSuite's API does: check the url of the connection`);
    return new Unavailable(`NetSuite answered HTTP ${status}${said}: see whether ${url} is its address and whether it is up`);
  }

  async function post(path: string, headers: Readonly<Record<string, string>>, body: string, within: number): Promise<HttpResponse> {
    const until = Date.parse(clock.now()) + within;
    const left = () => until - Date.parse(clock.now());
    const target = `${url}${path}`;
    const sendOnce = async (): Promise<HttpResponse> => {
      const stored = await credentials();
      const authorization =
        stored.kind === "token"
          ? tokenAuthorization(stored, account, { method: "POST", url: target }, clock.now())
          : `Bearer ${await accessToken(stored, left())}`;
      if (left() < spentMilliseconds)
        throw new Unavailable("not sent: the time for this call was used up by the ones before it; send it again");
      return await http.send({
        method: "POST",
        url: target,
        headers: { accept: "application/json", "content-type": "application/json", ...headers, authorization },
        body,
        timeoutMilliseconds: left(),
      });
    };
    const known = access;
    const first = await sendOnce();
    // An access token that has ended was turned away before anything was done.
    if (first.status !== 401 || known === undefined || access !== known) return first;
    access = undefined;
    return await sendOnce();
  }

  async function page<T>(suiteql: string, row: z.ZodMiniType<T>, at: { readonly limit: number; readonly offset: number }, within: number) {
    const path = `/services/rest/query/v1/suiteql?limit=${at.limit}&offset=${at.offset}`;
    let response: HttpResponse;
    try {
      response = await post(path, { prefer: "transient" }, JSON.stringify({ q: suiteql }), within);
    } catch (error) {
      if (!(error instanceof UnknownOutcome)) throw error;
      throw new Unavailable(`NetSuite did not answer a query: ${error.message}; ask again later`, { cause: error });
    }
    if (response.status === 400)
      throw new Unavailable(`NetSuite refused a query${complaint(response)}: see docs/erp-adapters.md for what its role needs`);
    if (response.status !== 200) throw turnedAway(response);
    const schema = z.object({ items: z.array(row).check(z.maxLength(rowsPerPage)), hasMore: z.boolean() });
    const answer = read(schema, response.body);
    if (answer === undefined) {
      throw new Unavailable(
        `the answer to a query is not as NetSuite gives it: check the url of the connection and the release of NetSuite`,
      );
    }
    return { items: answer.items, more: answer.hasMore };
  }

  return {
    async query(suiteql, row, within, rows) {
      const until = Date.parse(clock.now()) + within;
      const found = [];
      const limit = Math.min(rows ?? rowsPerPage, rowsPerPage);
      for (let offset = 0; offset < rowsMax; offset += limit) {
        const { items, more } = await page(suiteql, row, { limit, offset }, until - Date.parse(clock.now()));
        found.push(...items);
        if (!more || rows !== undefined) return found;
      }
      throw new Unavailable(`NetSuite gives at most ${rowsMax} rows for a query: ask for a shorter span of days`);
    },

    async create(record, body, within) {
      const response = await post(`/services/rest/record/v1/${record}`, {}, body, within);
      if (response.status === 204) return;
      if (response.status === 400 || response.status === 409) {
        const said = complaint(response);
        if (said === "") throw new UnknownOutcome(`NetSuite refused the ${record} without a reason that can be read: check the url`);
        throw new NetSuiteRefusal(`NetSuite refused the ${record}${said}`.slice(0, 500));
      }
      // 408 and above 500 come from a server, or from a proxy that lost patience: what was passed on is not known. So is a page in HTML.
      if (response.status === 408 || response.status >= 500 || response.status < 300) {
        throw new UnknownOutcome(
          response.status < 300
            ? `the answer to the ${record} is a page, not as NetSuite's API answers: check the url of the connection`
            : `NetSuite failed the ${record} with HTTP ${response.status}`,
        );
      }
      throw turnedAway(response);
    },
  };
}

/** " (CODE): detail" of an error of NetSuite's; "" for anything else. */
function complaint({ body }: HttpResponse): string {
  const [first] = read(errorBody, body)?.["o:errorDetails"] ?? [];
  if (first === undefined) return "";
  return ` (${(first["o:errorCode"] ?? "no code").slice(0, 60)}): ${(first.detail ?? "no detail").slice(0, 300)}`;
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
