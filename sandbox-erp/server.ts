import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createBook } from "./book.ts";
import { openDatabase } from "./database.ts";
import { createFaultQueue, type Fault, type Faults } from "./faults.ts";
import { createMasterData } from "./master-data.ts";
import { createPurchaseOrders } from "./purchase-orders.ts";
import { Refusal } from "./refusal.ts";
import { createReports } from "./reports.ts";
import { findRoute, type Services } from "./routes.ts";

export interface SandboxErpOptions {
  /** Path of the SQLite file, made when absent; ":memory:" keeps nothing. */
  readonly databasePath: string;
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Where to listen; 127.0.0.1 when absent. */
  readonly host?: string;
  /** When given, every path but /health wants it as `authorization: Bearer …`. */
  readonly token?: string;
  /** 8 MB when absent. */
  readonly requestBytesMax?: number;
  /** Faults that wait from the start. */
  readonly faults?: readonly Fault[];
}

export interface SandboxErp {
  /** Such as http://127.0.0.1:41234, without a slash at the end. */
  readonly url: string;
  readonly faults: Faults;
  /** Stops listening, drops open connections, closes the database. */
  close(): Promise<void>;
}

const defaultRequestBytesMax = 8 * 1024 * 1024;

/** Starts the service; resolves when it listens. Rejects when the database cannot be opened or the port is taken. */
export async function startSandboxErp(options: SandboxErpOptions): Promise<SandboxErp> {
  const database = openDatabase(options.databasePath);
  const masterData = createMasterData(database);
  const faults = createFaultQueue(options.faults ?? []);
  const [book, orders] = [createBook(database), createPurchaseOrders(database, masterData)];
  const services: Services = { database, masterData, book, orders, reports: createReports(database, masterData), faults };
  const requestBytesMax = options.requestBytesMax ?? defaultRequestBytesMax;
  const token = options.token === undefined ? undefined : digest(`Bearer ${options.token}`);
  const waiting = new Set<NodeJS.Timeout>();

  function respond(request: IncomingMessage, response: ServerResponse, body: Buffer | "too-large"): void {
    const url = URL.parse(request.url ?? "/", "http://localhost");
    if (url === null) {
      refuse(response, new Refusal("not-found", "the request's address cannot be read: openapi.json lists the paths"));
      return;
    }
    const fault = url.pathname === "/health" || url.pathname === "/v1/faults" ? undefined : faults.take(url.pathname);
    const act = () => answer(request, response, url, body, fault);
    if (fault?.kind === "delay") later(fault.delayMilliseconds ?? 1_000, act);
    else act();
  }

  function later(milliseconds: number, act: () => void): void {
    const timer = setTimeout(() => {
      waiting.delete(timer);
      act();
    }, milliseconds);
    waiting.add(timer);
  }

  function answer(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    body: Buffer | "too-large",
    fault: Fault | undefined,
  ): void {
    try {
      if (body === "too-large") {
        throw new Refusal("too-large", `a request body has at most ${requestBytesMax} bytes: send fewer groups per call`);
      }
      if (token !== undefined && url.pathname !== "/health" && !timingSafeEqual(digest(request.headers.authorization ?? ""), token)) {
        throw new Refusal("unauthorized", "the bearer token is missing or wrong: check the connection's credentials");
      }
      if (fault?.kind === "throttle") throw new Refusal("throttled", "too many requests: wait as long as retry-after says");
      if (fault?.kind === "fail-before") {
        throw new Refusal("internal-error", "the service failed before it applied the request: send it again");
      }
      if (fault?.kind === "drop-before") {
        response.destroy();
        return;
      }
      const { route, variable } = findRoute(request.method ?? "GET", url.pathname);
      const text = route.answer(services, { variable, query: url.searchParams, body: parseJson(body) });
      if (fault?.kind === "drop-after") {
        response.destroy();
        return;
      }
      if (fault?.kind === "fail-after") {
        throw new Refusal("internal-error", "the service failed while it answered: send the same request again");
      }
      send(response, 200, text);
    } catch (error) {
      refuse(response, error);
    }
  }

  const server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
    response.on("error", ignoreLostClient);
    receive(request, requestBytesMax, (body) => respond(request, response, body));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.host ?? "127.0.0.1", resolve);
  }).catch((error: unknown) => {
    database.close();
    throw error;
  });
  const address = server.address() as AddressInfo;
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;

  let closing: Promise<void> | undefined;
  return {
    url: `http://${host}:${address.port}`,
    faults,
    close() {
      closing ??= new Promise((resolve) => {
        for (const timer of waiting) clearTimeout(timer);
        server.close(() => {
          database.close();
          resolve();
        });
        server.closeAllConnections();
      });
      return closing;
    },
  };
}

/**
 * Hands over the whole body, or "too-large" after reading (and forgetting) the rest, so that the client hears the refusal; one that goes on
 * and on is cut off. A client that goes away mid-body is answered nothing.
 */
function receive(request: IncomingMessage, bytesMax: number, done: (body: Buffer | "too-large") => void): void {
  let chunks: Buffer[] = [];
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= bytesMax) chunks.push(chunk);
    else chunks = [];
    if (bytes > 4 * bytesMax + 1_048_576) request.destroy();
  });
  request.on("end", () => done(bytes > bytesMax ? "too-large" : chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
  request.on("error", ignoreLostClient);
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new Refusal("invalid-json", "the request body is not JSON: check what was sent");
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  const refusal = error instanceof Refusal ? error : unexpected(error);
  if (refusal.code === "throttled") response.setHeader("retry-after", "1");
  send(response, refusal.status, JSON.stringify({ code: refusal.code, message: refusal.message }));
}

function unexpected(error: unknown): Refusal {
  if (error instanceof Error && /database is (locked|busy)/.test(error.message)) {
    return new Refusal("storage-busy", "another process holds the database and nothing was applied: send the same request again");
  }
  // A log line names the fault, never the request.
  console.error(`sandbox-erp: ${error instanceof Error ? (error.stack ?? error.message) : "unknown failure"}`);
  return new Refusal("internal-error", "the service failed and nothing was applied: send the same request again, and see its log");
}

function send(response: ServerResponse, status: number, text: string): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "content-length": Buffer.byteLength(text) });
  response.end(text);
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** The other side is gone: what it asked for is done or not, and it will ask again. */
function ignoreLostClient(): void {}
