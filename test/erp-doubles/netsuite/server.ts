import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type DoubleAccount, openBooks, Refusal } from "./books.ts";
import { createSignIn, type NetSuiteSignIn } from "./sign-in.ts";
import { BadQuery } from "./suiteql.ts";

const bodyBytesMax = 10_000_000;

/**
 * NetSuite's REST web services over loopback, with books of its own. Rules, from Oracle's online help
 * (docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/):
 * - "Error Handling in REST Web Services" (section_156570709583.html): the error body with title, status and o:errorDetails; 401 INVALID_LOGIN.
 * - "Creating a Record Instance" (section_1545141395.html): POST …/record/v1/<record> answers 204 without a body and the record's Location.
 * - "Executing SuiteQL Queries Through REST Web Services" (section_157909186990.html): POST …/query/v1/suiteql with q and "Prefer: transient".
 * - "Concurrency Governance and Session Management" (subsect_1559222360.html): requests beyond the account's limit at once are turned away.
 */
export async function startNetSuiteDouble(
  setup: DoubleAccount,
  known: NetSuiteSignIn,
  { now = Date.now, concurrent = 5 }: { readonly now?: () => number; readonly concurrent?: number } = {},
) {
  const books = openBooks(setup);
  const signIn = createSignIn(known, now);
  let busy = 0;
  const server = createServer((request, response) => {
    busy += 1;
    response.once("close", () => void (busy -= 1));
    if (busy > concurrent) {
      request.resume();
      return fail(response, 429, "CONCURRENCY_LIMIT_EXCEEDED", "Request limit exceeded. Try again later.");
    }
    answer(request, response).catch((error: unknown) => fail(response, 500, "UNEXPECTED_ERROR", String(error)));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    const body = await text(request);
    if (request.method !== "POST") return fail(response, 405, "METHOD_NOT_ALLOWED", "The double takes POST only.");
    if (url.pathname === "/services/rest/auth/oauth2/v1/token") {
      const token = signIn.token(new URLSearchParams(body), url.href);
      return send(response, token === undefined ? 400 : 200, token ?? { error: "invalid_grant" });
    }
    if (!signIn.allows("POST", url, request.headers.authorization)) {
      return fail(response, 401, "INVALID_LOGIN", "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI.");
    }
    try {
      const given = parsed(body);
      if (url.pathname === "/services/rest/query/v1/suiteql") {
        if (request.headers.prefer !== "transient")
          throw new Refusal("INVALID_HEADER", "The required request header 'Prefer: transient' is missing.");
        const { q } = given as { q?: unknown };
        const number = (name: string, otherwise: number) => Number(url.searchParams.get(name) ?? otherwise);
        return send(response, 200, books.query(String(q), number("limit", 1_000), number("offset", 0)));
      }
      const [, record] = /^\/services\/rest\/record\/v1\/([A-Za-z]+)$/.exec(url.pathname) ?? [];
      if (record === undefined) throw new Refusal("NOT_FOUND", "The requested resource was not found.", undefined, 404);
      const id = books.create(record.toLowerCase(), given);
      response.writeHead(204, { location: `${url.href}/${id}` });
      response.end();
    } catch (error) {
      if (error instanceof BadQuery) return fail(response, 400, "INVALID_PARAMETER", error.message);
      if (!(error instanceof Refusal)) throw error;
      fail(response, error.status, error.code, error.message, error.path);
    }
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    /** Posts what a person would enter in NetSuite. */
    enter: (record: string, body: unknown) => books.create(record, body),
    endTokens: signIn.endTokens,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      books.close();
    },
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Refusal("INVALID_CONTENT", "Invalid content in the request body: it is no JSON.");
  }
}

async function text(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > bodyBytesMax) throw new Error("the request is too large");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function fail(response: ServerResponse, status: number, code: string, detail: string, path?: string): void {
  const details = { detail, "o:errorCode": code, ...(path === undefined ? {} : { "o:errorPath": path }) };
  send(response, status, {
    type: "https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html",
    title: { 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 429: "Too Many Requests" }[status] ?? "Error",
    status,
    "o:errorDetails": [details],
  });
}
