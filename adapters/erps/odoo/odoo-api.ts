import * as z from "zod/mini";
import { Throttled, Unavailable, UnknownOutcome } from "#domain/failures";
import type { Clock } from "#ports/clock";
import type { Http, HttpResponse } from "#ports/http";

export interface OdooAddress {
  readonly http: Http;
  readonly clock: Clock;
  /** Such as https://books.example.com, without a slash at the end. */
  readonly url: string;
  readonly database: string;
  /** `user` only for an Odoo older than 19, whose JSON-RPC wants it. Undefined when none is configured. */
  readonly credentials: () => Promise<{ readonly apiKey: string; readonly user?: string } | undefined>;
}

/** Odoo refused the call for a reason of its own, and took back whatever it had done for it: a call is one transaction. */
export class OdooRefusal extends Error {
  override readonly name = "OdooRefusal";
}

export interface OdooCall {
  readonly model: string;
  readonly method: string;
  /** The records that it is about; absent for a method of the model as such. */
  readonly ids?: readonly number[];
  /** By their names. */
  readonly arguments?: Readonly<Record<string, unknown>>;
}

export interface OdooApi {
  /** Asks for something that changes nothing. Throws Unavailable whatever became of it, OdooRefusal. `within` is in milliseconds. */
  ask<T>(call: OdooCall, schema: z.ZodMiniType<T>, within: number): Promise<T>;
  /** All records of a search, read in pages, which its order must tell apart. */
  askAll<T>(call: OdooCall, schema: z.ZodMiniType<T[]>, within: number): Promise<T[]>;
  /** Changes something. Throws Unavailable when nothing was applied, UnknownOutcome when that cannot be known, OdooRefusal. */
  change<T>(call: OdooCall, schema: z.ZodMiniType<T>, within: number): Promise<T>;
  /** Which of the two APIs it speaks; known after the first call. */
  dialect(): "json-2" | "json-rpc" | undefined;
}

/** What a call came to, in either dialect. */
type Answer =
  | { readonly kind: "result"; readonly value: unknown }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "turned-away"; readonly error: Unavailable }
  | { readonly kind: "unknown"; readonly message: string }
  /** There is no such route: an Odoo older than 19, or no database of this name. */
  | { readonly kind: "no-route" };

const failure = z.object({ name: z.string(), message: z.string() });
const rpcAnswer = z.object({
  result: z.optional(z.unknown()),
  error: z.optional(z.object({ message: z.string(), data: z.optional(failure) })),
});
const messageCharactersMax = 400;
const recordsPerPage = 10_000;
const recordsMax = 2_000_000;
/** After credentials were refused Odoo is asked again only after this: a wrong key must not lock anybody out. */
const refusedPauseSeconds = 60;
const spentMilliseconds = 20;

/** The exceptions with which Odoo says no: whatever was done for the call is rolled back. */
const refusals = [
  "odoo.exceptions.UserError",
  "odoo.exceptions.ValidationError",
  "odoo.exceptions.RedirectWarning",
  "odoo.exceptions.MissingError",
];

/**
 * Odoo's external API: JSON-2 (19 and later), and where there is no such route, or it has been asked before and was not there, the JSON-RPC of
 * older ones. A request is sent once, never in a loop.
 */
export function createOdooApi(address: OdooAddress): OdooApi {
  const { http, clock, url, database } = address;
  let dialect: "json-2" | "json-rpc" | undefined;
  let userId: number | undefined;
  let refusedUntil: string | undefined;
  let refusal = "";

  async function post(path: string, body: object, within: number, headers: Readonly<Record<string, string>> = {}): Promise<HttpResponse> {
    if (within < spentMilliseconds)
      throw new Unavailable("not sent: the time for this call was used up by the ones before it; send it again");
    return await http.send({
      method: "POST",
      url: `${url}${path}`,
      headers: { "content-type": "application/json", accept: "application/json", "user-agent": "throughline", ...headers },
      body: JSON.stringify(body),
      timeoutMilliseconds: within,
    });
  }

  async function credentials(): Promise<{ readonly apiKey: string; readonly user?: string }> {
    if (refusedUntil !== undefined && clock.now() < refusedUntil) throw new Unavailable(refusal);
    const stored = await address.credentials();
    if (stored === undefined) throw new Unavailable("no API key is configured for this ERP: put apiKey into the secrets of the connection");
    return stored;
  }

  function refusedCredentials(whose: string): Unavailable {
    refusal = `the ERP refused ${whose} for database ${database}: it is wrong, was deleted or has expired; make a new key in Odoo and put it into the secrets of the connection`;
    refusedUntil = new Date(Date.parse(clock.now()) + refusedPauseSeconds * 1_000).toISOString();
    return new Unavailable(refusal);
  }

  async function call(wanted: OdooCall, within: number): Promise<Answer> {
    const until = Date.parse(clock.now()) + within;
    const left = () => until - Date.parse(clock.now());
    const { apiKey, user } = await credentials();
    if (dialect !== "json-rpc") {
      const answer = await byJson2(wanted, apiKey, left());
      if (answer.kind !== "no-route") {
        dialect = "json-2";
        return answer;
      }
      if (dialect === "json-2" || user === undefined) return turnedAway(noRoute());
    }
    if (user === undefined) return turnedAway(noRoute());
    const answer = await byJsonRpc(wanted, user, apiKey, left);
    if (answer.kind === "no-route") return turnedAway(noRoute());
    dialect = "json-rpc";
    return answer;
  }

  function noRoute(): Unavailable {
    return new Unavailable(
      `${url} has no API for database ${database}: mend url and database of the connection in the policies; an Odoo older than 19 also needs "user" beside "apiKey" in its secrets`,
    );
  }

  async function byJson2({ model, method, ids, arguments: named = {} }: OdooCall, apiKey: string, within: number): Promise<Answer> {
    const { context, ...rest } = named;
    const body = { ...(ids === undefined ? {} : { ids }), ...(context === undefined ? {} : { context }), ...rest };
    const response = await post(`/json/2/${model}/${method}`, body, within, {
      authorization: `bearer ${apiKey}`,
      "x-odoo-database": database,
    });
    const value = read(response);
    if (response.status === 200) return value === undefined ? page(model, method) : { kind: "result", value };
    const told = failure.safeParse(value);
    const { name, message } = told.success ? told.data : { name: "", message: typeof value === "string" ? value : "" };
    if (response.status === 401) return turnedAway(refusedCredentials("the API key"));
    if (response.status === 404 && value === undefined) return { kind: "no-route" };
    return failed(response, { name, message }, model, method);
  }

  async function byJsonRpc(wanted: OdooCall, user: string, apiKey: string, left: () => number): Promise<Answer> {
    const { model, method, ids, arguments: named = {} } = wanted;
    if (userId === undefined) {
      const signedIn = await rpc("common", "authenticate", [database, user, apiKey, {}], left(), "res.users", "authenticate");
      if (signedIn.kind !== "result") return signedIn.kind === "unknown" ? turnedAway(new Unavailable(signedIn.message)) : signedIn;
      if (typeof signedIn.value !== "number") return turnedAway(refusedCredentials(`user ${user} and the API key`));
      userId = signedIn.value;
    }
    const { vals_list, ...rest } = named;
    // By position: what makes records looks at its first argument to answer one id or several.
    const position = [...(ids === undefined ? [] : [ids]), ...(vals_list === undefined ? [] : [vals_list])];
    const parameters = [database, userId, apiKey, model, method, position, rest];
    return await rpc("object", "execute_kw", parameters, left(), model, method);
  }

  async function rpc(
    service: string,
    method: string,
    parameters: unknown[],
    within: number,
    model: string,
    called: string,
  ): Promise<Answer> {
    const body = { jsonrpc: "2.0", method: "call", params: { service, method, args: parameters }, id: 1 };
    const response = await post("/jsonrpc", body, within);
    const value = read(response);
    if (response.status === 404 && value === undefined) return { kind: "no-route" };
    if (response.status !== 200) return failed(response, { name: "", message: "" }, model, called);
    const parsed = rpcAnswer.safeParse(value);
    if (!parsed.success) return page(model, called);
    const { result, error } = parsed.data;
    if (error === undefined) return { kind: "result", value: result ?? null };
    const { name = "", message = error.message } = error.data ?? {};
    if (name === "odoo.exceptions.AccessDenied") {
      userId = undefined;
      return turnedAway(refusedCredentials("the API key"));
    }
    return failed(response, { name, message }, model, called);
  }

  function failed({ status, headers }: HttpResponse, { name, message }: z.infer<typeof failure>, model: string, method: string): Answer {
    if (status === 429) return turnedAway(new Throttled("throttled by the ERP: it is asked again later", headers["retry-after"]));
    if (name === "odoo.exceptions.AccessError" || status === 403) {
      const why = message.slice(0, messageCharactersMax);
      return turnedAway(
        new Unavailable(`the ERP's user may not call ${model}.${method}: ${why} Give it the groups that docs/erp-adapters.md names.`),
      );
    }
    if (/OperationalError$/.test(name) && message.includes(`database "${database}"`)) return turnedAway(noRoute());
    if (refusals.includes(name)) return { kind: "refused", message: message.slice(0, messageCharactersMax) };
    if (status === 404)
      return turnedAway(new Unavailable(`the ERP does not have ${model}.${method}: install the apps that docs/erp-adapters.md names`));
    if (status >= 300 && status < 400)
      return turnedAway(new Unavailable(`${url} sends callers elsewhere (HTTP ${status}): mend the url of the connection in the policies`));
    // Before anything is done Odoo looks at what it is called with.
    if (status === 422 || status === 400)
      return turnedAway(
        new Unavailable(`the ERP does not take ${model}.${method} as it is called (${message.slice(0, 200)}): check the ERP's version`),
      );
    return { kind: "unknown", message: `the ERP failed ${model}.${method} with HTTP ${status} (${name.slice(0, 100)}): see its log` };
  }

  function page(model: string, method: string): Answer {
    return {
      kind: "unknown",
      message: `the answer to ${model}.${method} is a page, not as Odoo's API answers: check the url of the connection`,
    };
  }

  function result<T>(answer: Answer, { model, method }: OdooCall, schema: z.ZodMiniType<T>): T {
    switch (answer.kind) {
      case "result": {
        const parsed = schema.safeParse(answer.value);
        if (!parsed.success)
          throw new UnknownOutcome(`the answer to ${model}.${method} is not as Odoo 17 to 19 give it: check the ERP's version`);
        return parsed.data;
      }
      case "refused":
        throw new OdooRefusal(answer.message);
      case "turned-away":
        throw answer.error;
      case "unknown":
        throw new UnknownOutcome(answer.message);
      case "no-route":
        throw noRoute();
    }
  }

  async function ask<T>(wanted: OdooCall, schema: z.ZodMiniType<T>, within: number): Promise<T> {
    try {
      return result(await call(wanted, within), wanted, schema);
    } catch (error) {
      if (!(error instanceof UnknownOutcome)) throw error;
      const what = `${wanted.model}.${wanted.method}`;
      throw new Unavailable(`the ERP did not answer ${what}: ${error.message}; ask again later`, { cause: error });
    }
  }

  return {
    dialect: () => dialect,
    ask,
    async askAll(wanted, schema, within) {
      const until = Date.parse(clock.now()) + within;
      const found = [];
      for (let offset = 0; offset < recordsMax; offset += recordsPerPage) {
        const paged = { ...wanted, arguments: { ...wanted.arguments, offset, limit: recordsPerPage } };
        const page = await ask(paged, schema, until - Date.parse(clock.now()));
        found.push(...page);
        if (page.length < recordsPerPage) return found;
      }
      throw new Unavailable(`the ERP has more than ${recordsMax} records of ${wanted.model}: ask for a shorter span of days`);
    },
    change: async (wanted, schema, within) => result(await call(wanted, within), wanted, schema),
  };
}

function turnedAway(error: Unavailable): Answer {
  return { kind: "turned-away", error };
}

/** The JSON of an answer; undefined for anything else. */
function read({ body }: HttpResponse): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
