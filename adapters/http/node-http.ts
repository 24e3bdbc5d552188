import type { Agent as HttpAgent, IncomingMessage } from "node:http";
import type { Agent as HttpsAgent } from "node:https";
import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { Http, HttpRequest, HttpResponse } from "#ports/http";

// An import of node:http evaluates all that it exports, and with WebSocket the whole of fetch: 40 ms of every cold start of a function.
const nodeHttp = process.getBuiltinModule("node:http");
const nodeHttps = process.getBuiltinModule("node:https");

const responseBytesMax = 64 * 1024 * 1024;
const socketsPerHostMax = 32;
/**
 * Services drop a connection that nobody uses for a minute or less. A Lambda function is frozen between its invocations and then neither
 * hears of that nor has a timer run: what it would send next would be lost, and its outcome unknown.
 */
const idleMillisecondsMax = 20_000;

/**
 * HTTP over node:http with kept-alive connections. The time-out runs from the call to the last byte of the answer. A failure before a
 * connection stood is Unavailable (nothing can have left); every later one is UnknownOutcome, also when a kept-alive connection turns out
 * to be dead; one that was idle for longer than `idleMilliseconds` by the wall clock is not used again. Redirects are answers like any
 * other. Throws TypeError for an address that is not http or https.
 */
export function createHttp({ idleMilliseconds = idleMillisecondsMax } = {}): Http & { close(): void } {
  const plain = new nodeHttp.Agent({ keepAlive: true, maxSockets: socketsPerHostMax, scheduling: "lifo" });
  const secure = new nodeHttps.Agent({ keepAlive: true, maxSockets: socketsPerHostMax, scheduling: "lifo" });
  const usedAt: LastUse = new WeakMap();
  return {
    send(request) {
      for (const agent of [plain, secure]) closeIdle(agent, usedAt, idleMilliseconds);
      return send(request, plain, secure, usedAt);
    },
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

/** When a connection brought its last answer, in milliseconds since 1970. */
type LastUse = WeakMap<object, number>;

function closeIdle({ freeSockets }: HttpAgent, usedAt: LastUse, idleMilliseconds: number): void {
  const usedSince = Date.now() - idleMilliseconds;
  for (const socket of Object.values(freeSockets).flatMap((sockets = []) => sockets))
    if ((usedAt.get(socket) ?? 0) < usedSince) socket.destroy();
}

async function send(request: HttpRequest, plain: HttpAgent, secure: HttpsAgent, usedAt: LastUse): Promise<HttpResponse> {
  const url = new URL(request.url);
  if (url.protocol !== "http:" && url.protocol !== "https:") throw new TypeError(`${url.protocol} is not an address for HTTP`);
  const body = typeof request.body === "string" ? Buffer.from(request.body, "utf8") : request.body;
  return new Promise((resolve, reject) => {
    let connected = false;
    let used: object | undefined;
    const isSecure = url.protocol === "https:";
    const options = {
      method: request.method,
      agent: isSecure ? secure : plain,
      headers: body === undefined ? request.headers : { ...request.headers, "content-length": String(body.byteLength) },
    };
    const outgoing = isSecure ? nodeHttps.request(url, options) : nodeHttp.request(url, options);

    const settle = (finish: () => void) => {
      clearTimeout(timer);
      finish();
    };
    const fail = (what: string, cause?: unknown) => {
      const message = `${request.method} ${url.origin}: ${what}`;
      const advice = "look whether the address is right and something runs there";
      settle(() => reject(connected ? new UnknownOutcome(message, { cause }) : new Unavailable(`${message}: ${advice}`, { cause })));
      outgoing.destroy();
    };
    const timer = setTimeout(() => fail(`no answer within ${request.timeoutMilliseconds} ms`), request.timeoutMilliseconds);

    outgoing.on("socket", (socket) => {
      used = socket;
      // A request waits in the agent until it gets a socket; on one that is still connecting nothing has left yet.
      if (outgoing.reusedSocket || !socket.connecting) connected = true;
      else socket.once(isSecure ? "secureConnect" : "connect", () => (connected = true));
    });
    outgoing.on("error", (error) => fail(describe(error), error));
    outgoing.on("response", (response) => {
      read(response, fail, (bytes) => {
        if (used !== undefined) usedAt.set(used, Date.now());
        const answer = { status: response.statusCode ?? 0, headers: headersOf(response) };
        settle(() =>
          resolve(
            request.answerAs === "bytes" ? { ...answer, body: "", bytes: plainBytes(bytes) } : { ...answer, body: bytes.toString("utf8") },
          ),
        );
      });
    });
    outgoing.end(body);
  });
}

function read(response: IncomingMessage, fail: (what: string, cause?: unknown) => void, done: (bytes: Buffer) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > responseBytesMax) fail(`the answer has more than ${responseBytesMax} bytes`);
    else chunks.push(chunk);
  });
  response.on("error", (error) => fail(describe(error), error));
  response.on("end", () => done(Buffer.concat(chunks)));
}

/** Not a Buffer, whose slice shares its memory and whose JSON is another. */
function plainBytes(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function headersOf(response: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return headers;
}

function describe(error: Error & { code?: string }): string {
  return error.code ?? error.message;
}
