import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type OdooBooks, type OdooVersion, openBooks } from "./books.ts";
import { OdooError } from "./tables.ts";

export interface OdooDoubleSetup {
  readonly version: OdooVersion;
  readonly database: string;
  readonly user: string;
  readonly apiKey: string;
  /** Models that the user's groups do not open. */
  readonly closed?: readonly string[];
  /** Fills the database. */
  readonly fill: (books: OdooBooks) => void;
}

const bodyBytesMax = 20_000_000;
const page = "<!doctype html><title>404 Not Found</title><p>No database is selected and the requested URL was not found.</p>";

/**
 * Odoo's external API over loopback. Rules, from odoo/documentation:
 * - content/developer/reference/external_api.rst (19.0), "External JSON-2 API": POST /json/2/<model>/<method> with a JSON object of ids, context
 *   and the method's parameters by name; the headers Authorization ("bearer" and an API key), Content-Type application/json and, where there
 *   are several databases, X-Odoo-Database; the result is the body; an error is a JSON object with name, message, arguments, context and debug,
 *   under a status of its own: 401 for a key that is wrong or has expired.
 * - content/developer/reference/external_rpc_api.rst, "External RPC API": authenticate(db, login, password or key, {}) answers the user's id or
 *   false; execute_kw(db, uid, password or key, model, method, positional, named) calls a method.
 * From odoo/odoo:
 * - addons/rpc/controllers/json2.py: a method of the model as such takes no ids, and no argument that its signature does not name: 422.
 * - addons/rpc/controllers/jsonrpc.py: POST /jsonrpc, {jsonrpc: "2.0", method: "call", params: {service, method, args}}; an error is answered with
 *   HTTP 200, code 200, "Odoo Server Error" and the exception in data.
 * - odoo/http.py, `_serve_nodb`: where the database is not there, only the server's own pages are: 404, in HTML.
 * - odoo/api.py, `_call_kw_model_create`: by execute_kw what makes records takes its values by position.
 */
export async function startOdooDouble({ version, database, user, apiKey, closed = [], fill }: OdooDoubleSetup) {
  const userId = 7;
  const known = { key: apiKey };
  const allowed: number[] = [];
  const books = openBooks(version, { companies: () => allowed, closed });
  fill(books);
  for (const company of books.tables.rows("res.company")) allowed.push(company.id);
  /** Calls that were answered, as model.method. */
  const calls: string[] = [];
  let signIns = 0;

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => send(response, 500, { name: "builtins.Exception", message: String(error) }));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost");
    const body = await text(request);
    const [, model = "", method = ""] = /^\/json\/2\/([a-z0-9._]+)\/([a-z_]+)$/.exec(url.pathname) ?? [];
    if (version === 19 && model !== "") return await json2(request, response, body, model, method);
    if (url.pathname === "/jsonrpc" && request.method === "POST") {
      rpc(response, body);
      return;
    }
    html(response, 404);
  }

  async function json2(request: IncomingMessage, response: ServerResponse, body: string, model: string, method: string): Promise<void> {
    if (request.headers["x-odoo-database"] !== database) return html(response, 404);
    if (request.method !== "POST") return send(response, 405, failure("werkzeug.exceptions.MethodNotAllowed", "Method Not Allowed"));
    if (request.headers["content-type"]?.startsWith("application/json") !== true)
      return send(response, 415, failure("werkzeug.exceptions.UnsupportedMediaType", "Unsupported Media Type"));
    signIns += 1;
    if (!/^bearer /i.test(request.headers.authorization ?? "") || request.headers.authorization?.slice(7) !== known.key)
      return send(response, 401, failure("werkzeug.exceptions.Unauthorized", "Invalid apikey"));
    const { ids, context = {}, ...named } = JSON.parse(body) as { ids?: number[]; context?: Record<string, unknown> };
    try {
      const result = books.call(model, method, ids, named, context);
      calls.push(`${model}.${method}`);
      send(response, 200, result);
    } catch (error) {
      if (!(error instanceof OdooError)) throw error;
      send(response, error.status, failure(error.exception, error.message));
    }
  }

  function rpc(response: ServerResponse, body: string): void {
    const { jsonrpc, method, params, id } = JSON.parse(body);
    try {
      if (jsonrpc !== "2.0" || method !== "call") throw new OdooError("builtins.ValueError", 500, "Invalid JSON-RPC data");
      send(response, 200, { jsonrpc, id, result: dispatch(params.service, params.method, params.args) ?? null });
    } catch (error) {
      if (!(error instanceof OdooError)) throw error;
      const data = failure(error.exception, error.message);
      send(response, 200, { jsonrpc, id, error: { code: 200, message: "Odoo Server Error", data } });
    }
  }

  function dispatch(service: string, method: string, given: unknown[]): unknown {
    const [db, who, key] = given;
    if (db !== database) throw new OdooError("psycopg2.OperationalError", 500, `FATAL:  database "${db}" does not exist`);
    if (service === "common" && method === "authenticate") {
      signIns += 1;
      return who === user && key === known.key ? userId : false;
    }
    if (service !== "object" || method !== "execute_kw") throw new OdooError("builtins.NameError", 500, `Method not available ${method}`);
    if (who !== userId || key !== known.key) throw new OdooError("odoo.exceptions.AccessDenied", 403, "Access Denied");
    const [, , , model, called, position, kwargs] = given as [string, number, string, string, string, unknown[], Record<string, unknown>];
    const { context = {}, ...named } = kwargs as { context?: Record<string, unknown> };
    const isCreate = called === "create";
    if (isCreate && (position.length !== 1 || "vals_list" in named))
      throw new OdooError("builtins.IndexError", 500, "tuple index out of range");
    const result = books.call(
      model,
      called,
      isCreate ? undefined : (position[0] as number[] | undefined),
      isCreate ? { vals_list: position[0] } : named,
      context,
    );
    calls.push(`${model}.${called}`);
    return result;
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    books,
    calls,
    /** How often somebody showed credentials. */
    signIns: () => signIns,
    /** The key is deleted, or has expired: another one is known from now on. */
    renewKey: (key: string) => void (known.key = key),
    close: () =>
      new Promise<void>((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

function failure(name: string, message: string) {
  return { name, message, arguments: [message], context: {}, debug: "" };
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(value));
}

function html(response: ServerResponse, status: number): void {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8" }).end(page);
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
