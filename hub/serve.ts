import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { bodyTooLarge } from "#functions/api-door";
import type { HttpReply, HttpRequest } from "#functions/http-exchange";
import { webhookBytesMax } from "#functions/receive-shopify-webhook";
import { type RouteWiring, routes } from "#wiring";
import { handlerOf } from "./handlers.ts";
import type { Hub } from "./open-hub.ts";

export interface HubServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Of all headers of a request together: more is answered 431, and nobody is asked. */
const headerBytesMax = 16_384;

/** Serves the routes of wiring/ and GET /health on the loopback interface unless `host` says otherwise. */
export async function serve(
  hub: Hub,
  options: { readonly port: number; readonly host?: string; readonly onFault?: (error: unknown) => void },
): Promise<HubServer> {
  const server = createServer({ maxHeaderSize: headerBytesMax }, (request, response) => {
    answer(hub, request, response).catch((error: unknown) => {
      options.onFault?.(error);
      hub.metrics.record("RequestFaults", 1, "count", {});
      if (!response.headersSent) reply(response, 500, "internal fault: the delivery was not recorded, deliver it again");
      else response.destroy();
    });
  });
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(options.port, options.host ?? "127.0.0.1", resolve));
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(hub: Hub, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
  if (path === "/health") {
    return request.method === "GET" ? health(hub, response) : reply(response, 405, "this path takes GET", { allow: "GET" });
  }
  const matches = routes.flatMap((route) => {
    const parameters = parametersOf(route.path, path);
    return parameters === undefined ? [] : [{ route, parameters }];
  });
  if (matches.length === 0)
    return reply(
      response,
      404,
      `nothing is served at this path: try ${routes.map((each) => `${each.method} ${each.path}`).join(", ")} or GET /health`,
    );
  const match = matches.find(({ route }) => route.method === request.method);
  if (match === undefined) {
    const allow = matches.map(({ route }) => route.method).join(", ");
    return reply(response, 405, `this path takes ${allow}`, { allow });
  }
  const { route, parameters } = match;
  const body = await readBody(request);
  if (body === undefined) return tooLarge(hub, route, response);
  const received = (await handlerOf(
    hub.handlers,
    route.function,
  )({ headers: headersOf(request), parameters, body } satisfies HttpRequest)) as HttpReply;
  reply(response, received.status, received.body, { ...(received.status === 503 ? { "retry-after": "5" } : {}), ...received.headers });
}

/** The parameters of a path that is of this form, decoded; undefined for another one. */
function parametersOf(form: string, path: string): Record<string, string> | undefined {
  const [names, parts] = [form.split("/"), path.split("/")];
  if (names.length !== parts.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const part = parts[index] ?? "";
    if (!name.startsWith("{")) {
      if (name !== part) return undefined;
      continue;
    }
    const value = decoded(part);
    if (value === undefined || value === "") return undefined;
    parameters[name.slice(1, -1)] = value;
  }
  return parameters;
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    // It throws for a "%" that no two digits follow, and for nothing else.
    return undefined;
  }
}

/** Before any handler has seen it: nobody knows yet who sends so much. */
function tooLarge(hub: Hub, { caller, function: name }: RouteWiring, response: ServerResponse): void {
  if (caller === "client") {
    hub.metrics.record("ApiRequests", 1, "count", { operation: name, status: "413" });
    const { status, body, headers } = bodyTooLarge(webhookBytesMax);
    reply(response, status, body, { ...headers, connection: "close" });
    return;
  }
  hub.metrics.record("WebhooksReceived", 1, "count", { channel: "shopify", outcome: "too-large" });
  reply(response, 413, `the body is larger than ${webhookBytesMax} bytes`, { connection: "close" });
}

const whatToDoUnwritable =
  "Nothing is taken in: free the disk of the data folder, or let this process write there. What was answered is on record, and what is refused comes again.";

/** Healthy is a hub that can keep what it is sent: whoever watches it asks this, and sees a full disk before the senders do. */
async function health(hub: Hub, response: ServerResponse): Promise<void> {
  const fault = await hub.writeProbe();
  if (fault === undefined) return replyJson(response, 200, { ok: true, ...(await hub.worker.backlog()) });
  replyJson(response, 503, { ok: false, fault, whatToDo: whatToDoUnwritable }, { "retry-after": "5" });
}

/** The raw bytes; undefined when they are more than the handler takes. */
function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > webhookBytesMax) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    request.on("data", (part: Buffer) => {
      bytes += part.byteLength;
      if (bytes > webhookBytesMax) {
        request.removeAllListeners("data").resume();
        resolve(undefined);
      } else parts.push(part);
    });
    request.on("end", () => resolve(parts.length === 1 ? parts[0] : Buffer.concat(parts)));
    request.on("error", reject);
  });
}

function headersOf(request: IncomingMessage): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name] = Array.isArray(value) ? value[0] : value;
  return headers;
}

function reply(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", ...headers }).end(body);
}

function replyJson(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}
