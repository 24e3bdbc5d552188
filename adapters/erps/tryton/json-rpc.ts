import * as z from "zod/mini";
import { Throttled, Unavailable, UnknownOutcome } from "#domain/failures";
import type { Clock } from "#ports/clock";
import type { Http, HttpResponse } from "#ports/http";

export interface TrytonAddress {
  readonly http: Http;
  readonly clock: Clock;
  /** Such as https://erp.example.com, without a slash at the end. */
  readonly url: string;
  /** Name of the database: a Tryton server keeps one company group in each. */
  readonly database: string;
  /** Undefined when none is configured. */
  readonly credentials: () => Promise<{ readonly user: string; readonly password: string } | undefined>;
}

/** Tryton refused the request for a reason of its own, and took back whatever it had done for it. */
export class TrytonRefusal extends Error {
  override readonly name = "TrytonRefusal";
}

/** A question that Tryton refuses is one that cannot be answered now: mostly its user lacks a permission. */
export function refusedQuestion(error: unknown): unknown {
  if (!(error instanceof TrytonRefusal)) return error;
  const message = `the ERP refused the question: ${error.message}; see which groups its user needs in docs/erp-adapters.md`;
  return new Unavailable(message, { cause: error });
}

export interface TrytonService {
  /**
   * Asks for something that changes nothing. Throws Unavailable whatever became of it, TrytonRefusal when Tryton says no.
   * `within` is in milliseconds.
   */
  ask<T>(method: string, parameters: readonly unknown[], schema: z.ZodMiniType<T>, within: number): Promise<T>;
  /** Changes something. Throws Unavailable when nothing was applied, UnknownOutcome when that cannot be known, TrytonRefusal. */
  change<T>(method: string, parameters: readonly unknown[], schema: z.ZodMiniType<T>, within: number): Promise<T>;
}

const envelope = z.object({ result: z.optional(z.unknown()), error: z.optional(z.array(z.unknown())) });
/** After credentials were refused Tryton is asked again only after this: each wrong try makes its own log-in slower, for people too. */
const refusedLoginPauseSeconds = 60;
const spentMilliseconds = 20;

/** Tryton's JSON-RPC. It signs in on first use and again when the session has expired, once per request and never in a loop. */
export function createTrytonService(address: TrytonAddress): TrytonService {
  const { http, clock, url, database } = address;
  let session: string | undefined;
  let refusedUntil: string | undefined;
  let refusal = "";

  async function post(method: string, parameters: readonly unknown[], within: number, authorization?: string): Promise<HttpResponse> {
    if (within < spentMilliseconds)
      throw new Unavailable("not sent: the time for this call was used up by the ones before it; send it again");
    return await http.send({
      method: "POST",
      url: `${url}/${encodeURIComponent(database)}/rpc/`,
      headers: {
        "content-type": "application/json",
        ...(authorization === undefined ? {} : { authorization: `Session ${authorization}` }),
      },
      body: JSON.stringify({ id: 1, method, params: parameters }),
      timeoutMilliseconds: within,
    });
  }

  async function signIn(within: number): Promise<string> {
    if (refusedUntil !== undefined && clock.now() < refusedUntil) throw new Unavailable(refusal);
    const credentials = await address.credentials();
    if (credentials === undefined) {
      throw new Unavailable("no user and password are configured for this ERP: put them into the secrets of the connection");
    }
    const { user, password } = credentials;
    let response: HttpResponse;
    try {
      response = await post("common.db.login", [user, { password }, "en"], within);
    } catch (error) {
      if (!(error instanceof UnknownOutcome)) throw error;
      throw new Unavailable(`the ERP did not answer the sign-in: ${error.message}; it is tried again later`, { cause: error });
    }
    const answer = response.status === 200 ? read(response.body) : undefined;
    const given = answer?.result;
    if (response.status === 200 && Array.isArray(given) && typeof given[0] === "number" && typeof given[1] === "string") {
      session = base64(`${user}:${given[0]}:${given[1]}`);
      return session;
    }
    if (response.status === 401 || (response.status === 200 && answer !== undefined)) {
      refusal = `the ERP refused user ${user} of database ${database}: mend user and password in the secrets of the connection, or unlock the user`;
      refusedUntil = new Date(Date.parse(clock.now()) + refusedLoginPauseSeconds * 1_000).toISOString();
      throw new Unavailable(refusal);
    }
    throw turnedAway(response);
  }

  function turnedAway(response: HttpResponse): Unavailable {
    const { status, headers } = response;
    if (status === 429) return new Throttled("throttled by the ERP: it is asked again later", headers["retry-after"]);
    if (status === 404) {
      return new Unavailable(`the ERP has no database ${database} at ${url}: mend url and database of the connection in the policies`);
    }
    if (status === 403) return new Unavailable("the ERP forbids this call: its user needs the groups that docs/erp-adapters.md names");
    if (status === 401) return new Unavailable("the ERP ended the session at once: look at the session settings of its configuration");
    if (status === 200) return new Unavailable(`${url} answered with a page, not as Tryton's API does: check the url of the connection`);
    return new Unavailable(`the ERP answered HTTP ${status}: look whether ${url} is Tryton's address and runs`);
  }

  async function call(method: string, parameters: readonly unknown[], within: number): Promise<HttpResponse> {
    const until = Date.parse(clock.now()) + within;
    const left = () => until - Date.parse(clock.now());
    const known = session;
    const first = await post(method, parameters, left(), known ?? (await signIn(left())));
    // A session that expired was turned away before anything was done.
    if (first.status !== 401 || known === undefined) return first;
    session = undefined;
    return await post(method, parameters, left(), await signIn(left()));
  }

  function result<T>(method: string, response: HttpResponse, schema: z.ZodMiniType<T>): T {
    const answer = response.status === 200 ? read(response.body) : undefined;
    if (answer === undefined) {
      // 408 and above 500 come from a server, or from a proxy that lost patience: what was passed on is not known.
      if (response.status === 408 || response.status >= 500)
        throw new UnknownOutcome(`the ERP failed ${method} with HTTP ${response.status}`);
      if (response.status !== 200) throw turnedAway(response);
      throw new UnknownOutcome(`the answer to ${method} is a page, not as Tryton's API answers: check the url of the connection`);
    }
    if (answer.error !== undefined) {
      const [name, detail] = answer.error;
      const message = Array.isArray(detail) ? detail[name === "UserWarning" ? 1 : 0] : undefined;
      if ((name === "UserError" || name === "UserWarning") && typeof message === "string") throw new TrytonRefusal(message.slice(0, 400));
      throw new UnknownOutcome(`the ERP failed ${method} (${String(name).slice(0, 200)}): see its log`);
    }
    const parsed = schema.safeParse(answer.result ?? null);
    if (!parsed.success) throw new UnknownOutcome(`the answer to ${method} is not as Tryton 8.0 gives it: check the ERP's version`);
    return parsed.data;
  }

  return {
    async ask(method, parameters, schema, within) {
      try {
        return result(method, await call(method, parameters, within), schema);
      } catch (error) {
        if (!(error instanceof UnknownOutcome)) throw error;
        throw new Unavailable(`the ERP did not answer ${method}: ${error.message}; ask again later`, { cause: error });
      }
    },
    change: async (method, parameters, schema, within) => result(method, await call(method, parameters, within), schema),
  };
}

/** An answer of the API; undefined for anything else. */
function read(body: string): z.infer<typeof envelope> | undefined {
  try {
    const parsed = envelope.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
