import * as z from "zod/mini";
import { Throttled, Unavailable, UnknownOutcome } from "#domain/failures";
import type { Clock } from "#ports/clock";
import type { Http, HttpResponse } from "#ports/http";

export interface FrappeAddress {
  readonly http: Http;
  readonly clock: Clock;
  /** The site, such as https://books.example.com, without a slash at the end. */
  readonly url: string;
  /** Undefined when none is configured. */
  readonly credentials: () => Promise<{ readonly apiKey: string; readonly apiSecret: string } | undefined>;
}

/** ERPNext refused the call for a reason of its own, and took back whatever it had done for it: a request is one transaction. */
export class FrappeRefusal extends Error {
  override readonly name = "FrappeRefusal";
  /** Frappe's name of the exception. */
  readonly exception: string;

  constructor(exception: string, message: string) {
    super(message);
    this.exception = exception;
  }
}

/** A list as frappe.client.get_list gives it. */
export interface FrappeQuery {
  readonly doctype: string;
  readonly fields: readonly string[];
  readonly filters: readonly unknown[];
  readonly order?: string;
  readonly start?: number;
  readonly limit: number;
  readonly groupBy?: string;
  /** Of rows: the kind of document that they belong to. */
  readonly parent?: string;
}

export interface FrappeApi {
  /** Throws Unavailable whatever became of it, FrappeRefusal when ERPNext says no. `within` is in milliseconds. */
  list<T>(query: FrappeQuery, schema: z.ZodMiniType<T>, within: number): Promise<T[]>;
  /** All that a query names, read in pages, which its order must tell apart. */
  listAll<T>(query: Omit<FrappeQuery, "start" | "limit">, schema: z.ZodMiniType<T>, within: number): Promise<T[]>;
  /** A setting of the site. */
  setting(doctype: string, field: string, within: number): Promise<unknown>;
  /** Makes drafts, all of them or none, and answers their names. Throws Unavailable when nothing was applied, UnknownOutcome, FrappeRefusal. */
  insert(documents: readonly object[], within: number): Promise<readonly string[]>;
  submit(doctype: string, name: string, within: number): Promise<void>;
  /** Deletes a draft. */
  remove(doctype: string, name: string, within: number): Promise<void>;
}

const failure = z.object({ exc_type: z.optional(z.string()), exception: z.optional(z.string()), _server_messages: z.optional(z.string()) });
const answered = z.object({ message: z.unknown() });
const updated = z.object({ data: z.object({ docstatus: z.int() }) });
const messageCharactersMax = 400;
const recordsPerPage = 10_000;
const recordsMax = 2_000_000;
/** After a token was refused ERPNext is asked again only after this: Frappe counts failed log-ins. */
const refusedPauseSeconds = 60;
const spentMilliseconds = 20;

/** Frappe's REST API with a token. A request is sent once, never in a loop. */
export function createFrappeApi({ http, clock, url, credentials }: FrappeAddress): FrappeApi {
  let refusedUntil: string | undefined;
  let refusal = "";

  async function send(method: "POST" | "PUT" | "DELETE", path: string, body: object | undefined, within: number): Promise<HttpResponse> {
    if (within < spentMilliseconds)
      throw new Unavailable("not sent: the time for this call was used up by the ones before it; send it again");
    if (refusedUntil !== undefined && clock.now() < refusedUntil) throw new Unavailable(refusal);
    const stored = await credentials();
    if (stored === undefined)
      throw new Unavailable("no token is configured for this ERP: put apiKey and apiSecret into the secrets of the connection");
    const response = await http.send({
      method,
      url: `${url}${path}`,
      headers: {
        authorization: `token ${stored.apiKey}:${stored.apiSecret}`,
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      timeoutMilliseconds: within,
    });
    return response;
  }

  /** The answer's JSON. */
  function read(response: HttpResponse, what: string): unknown {
    const value = jsonOf(response.body);
    const { status, headers } = response;
    if ((status === 200 || status === 202) && value !== undefined) return value;
    if (status === 200 || status === 202)
      throw new UnknownOutcome(`the answer to ${what} is a page, not as Frappe's API answers: check the url of the connection`);
    const parsed = failure.safeParse(value);
    const { exc_type: exception = "", exception: text = "", _server_messages } = parsed.success ? parsed.data : {};
    const message = (serverMessage(_server_messages) ?? text.replace(/^[\w.]+: /, "")).slice(0, messageCharactersMax);
    if (status === 429) throw new Throttled("throttled by the ERP: it is asked again later", headers["retry-after"]);
    if (status === 401) {
      refusal =
        "the ERP refused the token: it is wrong, was renewed, or its user is disabled; generate keys for the user in ERPNext and put both into the secrets of the connection";
      refusedUntil = new Date(Date.parse(clock.now()) + refusedPauseSeconds * 1_000).toISOString();
      throw new Unavailable(refusal);
    }
    if (status === 403)
      throw new Unavailable(`the ERP's user may not do ${what}: ${message} Give it the roles that docs/erp-adapters.md names.`);
    if (status >= 300 && status < 400)
      throw new Unavailable(`${url} sends callers elsewhere (HTTP ${status}): mend the url of the connection in the policies`);
    if (exception === "" && status < 500 && status !== 408)
      throw new Unavailable(
        `${url} is no site of ERPNext, or another one (HTTP ${status}): mend the url of the connection in the policies`,
      );
    // 408 and above 500 come from a server, or from a proxy that lost patience: what was passed on is not known.
    if (status >= 500 || status === 408) throw new UnknownOutcome(`the ERP failed ${what} with HTTP ${status}: see its error log`);
    throw new FrappeRefusal(exception, message);
  }

  async function call(method: string, body: object, within: number): Promise<unknown> {
    const parsed = answered.safeParse(read(await send("POST", `/api/method/${method}`, body, within), method));
    if (!parsed.success) throw new UnknownOutcome(`the answer to ${method} is not as ERPNext 15 gives it: check the ERP's version`);
    return parsed.data.message;
  }

  async function ask(method: string, body: object, within: number): Promise<unknown> {
    try {
      return await call(method, body, within);
    } catch (error) {
      if (!(error instanceof UnknownOutcome)) throw error;
      throw new Unavailable(`the ERP did not answer ${method}: ${error.message}; ask again later`, { cause: error });
    }
  }

  const pathOf = (doctype: string, name: string) => `/api/resource/${encodeURIComponent(doctype)}/${encodeURIComponent(name)}`;

  async function list<T>(query: FrappeQuery, schema: z.ZodMiniType<T>, within: number): Promise<T[]> {
    const { doctype, fields, filters, order = "creation asc", start = 0, limit, groupBy, parent } = query;
    const body = {
      ...{ doctype, fields, filters, order_by: order, limit_start: start, limit_page_length: limit },
      ...(groupBy === undefined ? {} : { group_by: groupBy }),
      ...(parent === undefined ? {} : { parent }),
    };
    const parsed = z.array(schema).safeParse(await ask("frappe.client.get_list", body, within));
    if (parsed.success) return parsed.data;
    throw new Unavailable(`the ERP's list of ${doctype} is not as ERPNext 15 gives it: check the ERP's version`);
  }

  return {
    list,
    async listAll(query, schema, within) {
      const until = Date.parse(clock.now()) + within;
      const found = [];
      for (let start = 0; start < recordsMax; start += recordsPerPage) {
        const page = await list({ order: "name asc", ...query, start, limit: recordsPerPage }, schema, until - Date.parse(clock.now()));
        found.push(...page);
        if (page.length < recordsPerPage) return found;
      }
      throw new Unavailable(`the ERP has more than ${recordsMax} records of ${query.doctype}: ask for a shorter span of days`);
    },
    setting: (doctype, field, within) => ask("frappe.client.get_single_value", { doctype, field }, within),
    async insert(documents, within) {
      const parsed = z.array(z.string()).safeParse(await call("frappe.client.insert_many", { docs: documents }, within));
      if (parsed.success && parsed.data.length === documents.length) return parsed.data;
      throw new UnknownOutcome("the ERP's answer does not name each document that it made: check the ERP's version");
    },
    async submit(doctype, name, within) {
      const what = `submit ${doctype}`;
      const parsed = updated.safeParse(read(await send("PUT", pathOf(doctype, name), { docstatus: 1 }, within), what));
      if (!parsed.success || parsed.data.data.docstatus !== 1)
        throw new UnknownOutcome(`the answer to ${what} does not say that ${name} is submitted: check the ERP's version`);
    },
    async remove(doctype, name, within) {
      read(await send("DELETE", pathOf(doctype, name), undefined, within), `delete ${doctype}`);
    },
  };
}

/** The first message for a person: JSON of messages that are JSON themselves. */
function serverMessage(text: string | undefined): string | undefined {
  const messages = text === undefined ? undefined : jsonOf(text);
  const first = Array.isArray(messages) && typeof messages[0] === "string" ? jsonOf(messages[0]) : undefined;
  const told = z.object({ message: z.string() }).safeParse(first);
  return told.success ? told.data.message : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
