import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { openBooks } from "./books.ts";
import { FrappeError, openSite, type Site } from "./site.ts";

export interface ErpNextDoubleSetup {
  readonly apiKey: string;
  readonly apiSecret: string;
  /** Doctypes that the user's roles do not open. */
  readonly closed?: readonly string[];
  /** Fills the site. */
  readonly fill: (site: Site) => void;
}

const bodyBytesMax = 20_000_000;
const insertsMax = 200;

/**
 * Frappe's REST API over loopback. Rules, from docs.frappe.io/framework/user/en/api/rest:
 * - "Token Based Authentication": Authorization "token api_key:api_secret"; anything else is 401 AuthenticationError.
 * - "Update": PUT /api/resource/<doctype>/<name> with the fields that change answers the document in data; "Delete": DELETE answers 202 and "ok".
 * - "Remote Method Calls": POST /api/method/<dotted path> answers what the method gives in message.
 * From frappe/frappe (version 15): frappe/client.py, get_list, get_single_value, insert_many (at most 200, all or none); frappe/utils/response.py,
 * `report_error`: errors as JSON of exc_type, exception and _server_messages, which is JSON of JSON; frappe/app.py: a request is one transaction, and
 * a host that is no site is answered with a page, 404.
 * From docs.frappe.io/framework/user/en/rate-limiting: a site may limit the time that requests take in a window; one over the limit is not
 * processed, whoever asks, and is answered 429 with the seconds until the window ends in Retry-After. Here each request takes a second.
 */
export async function startErpNextDouble({ apiKey, apiSecret, closed: closedAtFirst = [], fill }: ErpNextDoubleSetup) {
  const closed = [...closedAtFirst];
  const known = { secret: apiSecret };
  const settings: Record<string, unknown> = { acc_frozen_upto: null, allow_negative_stock: 1, currency_precision: 3 };
  const site = openSite();
  fill(site);
  const books = openBooks(site, settings);
  let signIns = 0;
  let window: { secondsLeft: number; readonly endsInSeconds: number } | undefined;

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => fail(response, new FrappeError("Exception", 500, String(error))));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const body = await text(request);
    if (!pathname.startsWith("/api/")) {
      response.writeHead(404, { "content-type": "text/html" }).end("<!doctype html><title>Not Found</title>");
      return;
    }
    if (window !== undefined && window.secondsLeft < 1) {
      const headers = { "x-ratelimit-remaining": "0", "retry-after": String(window.endsInSeconds) };
      response.writeHead(429, { "content-type": "text/plain; charset=utf-8", ...headers }).end("Too Many Requests");
      return;
    }
    if (window !== undefined) window.secondsLeft -= 1;
    signIns += 1;
    if (request.headers.authorization !== `token ${apiKey}:${known.secret}`)
      return fail(response, new FrappeError("AuthenticationError", 401, "Invalid token"));
    const before = site.snapshot();
    try {
      const given = body === "" ? {} : (JSON.parse(body) as Record<string, unknown>);
      const [, method] = /^\/api\/method\/([\w.]+)$/.exec(pathname) ?? [];
      if (method !== undefined && request.method === "POST") return send(response, 200, { message: called(method, given) });
      const [, doctype = "", name = ""] = /^\/api\/resource\/([^/]+)\/([^/]+)$/.exec(pathname)?.map(decodeURIComponent) ?? [];
      requireRole(doctype);
      const doc = site.get(doctype, name);
      if (request.method === "DELETE") {
        books.remove(doctype, doc);
        return send(response, 202, { message: "ok" });
      }
      if (request.method !== "PUT" || given.docstatus !== 1)
        throw new FrappeError("ValidationError", 417, "the double takes PUT with docstatus 1, and DELETE");
      books.submit(doctype, doc);
      send(response, 200, { data: { ...doc, doctype } });
    } catch (error) {
      site.restore(before);
      if (!(error instanceof FrappeError)) throw error;
      fail(response, error);
    }
  }

  function called(method: string, given: Record<string, unknown>): unknown {
    switch (method) {
      case "frappe.client.get_list":
        requireRole(String(given.doctype));
        return site.list(given);
      case "frappe.client.get_single_value":
        return settings[String(given.field)] ?? null;
      case "frappe.client.insert_many": {
        const docs = given.docs as Record<string, unknown>[];
        if (docs.length > insertsMax) throw new FrappeError("ValidationError", 417, "Only 200 inserts allowed in one request");
        for (const { doctype } of docs) requireRole(String(doctype));
        return docs.map((doc) => books.insert(doc).name);
      }
      default:
        throw new FrappeError("ValidationError", 417, `Failed to get method for command ${method}`);
    }
  }

  function requireRole(doctype: string): void {
    if (closed.includes(doctype))
      throw new FrappeError(
        "PermissionError",
        403,
        `User hub@example.com does not have doctype access via role permission for document ${doctype}`,
      );
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    site,
    books,
    settings,
    /** Doctypes that the user's roles do not open from now on. */
    closed,
    /** `rate_limit` of its configuration: so much request time is left in a window that ends then. Undefined: no limit, or the next window. */
    limit: (seconds?: number, endsInSeconds = 0) => {
      window = seconds === undefined ? undefined : { secondsLeft: seconds, endsInSeconds };
    },
    /** How often somebody showed credentials. */
    signIns: () => signIns,
    /** Keys were generated anew: another secret is known from now on. */
    renewSecret: (secret: string) => void (known.secret = secret),
    close: () =>
      new Promise<void>((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

function fail(response: ServerResponse, { exception, status, message }: FrappeError): void {
  const _server_messages = JSON.stringify([JSON.stringify({ message, indicator: "red", raise_exception: 1 })]);
  send(response, status, { exception: `frappe.exceptions.${exception}: ${message}`, exc_type: exception, exc: "[]", _server_messages });
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

async function text(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    parts.push(part);
    bytes += part.length;
    if (bytes > bodyBytesMax) throw new Error("the body is too large");
  }
  return Buffer.concat(parts).toString("utf8");
}
