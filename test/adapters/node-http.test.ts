import { createServer as createHttpServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createHttp } from "#adapters/http";
import type { HttpRequest } from "#ports/http";

function http() {
  const created = createHttp();
  onTestFinished(() => created.close());
  return created;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createHttpServer(listener);
  onTestFinished(() => server.closeAllConnections());
  return listen(server);
}

const get = (url: string, timeoutMilliseconds = 2_000): HttpRequest => ({ method: "GET", url, headers: {}, timeoutMilliseconds });
const post = (url: string, body: string): HttpRequest => ({
  method: "POST",
  url,
  headers: { "x-a": "1" },
  body,
  timeoutMilliseconds: 2_000,
});

describe("HTTP over node:http", () => {
  it("sends method, path, headers and body as they are, and gives any status as an answer", async () => {
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        response.writeHead(418, { "X-Upper": "Yes", "set-cookie": ["a=1", "b=2"] });
        response.end(JSON.stringify([request.method, request.url, request.headers["x-a"], Buffer.concat(chunks).toString()]));
      });
    });
    const answer = await http().send(post(`${url}/a%2Fb?c=d`, '{"name":"Zoë 東京"}'));
    expect(answer.status).toBe(418);
    expect(answer.headers).toMatchObject({ "x-upper": "Yes", "set-cookie": "a=1, b=2" });
    expect(JSON.parse(answer.body)).toEqual(["POST", "/a%2Fb?c=d", "1", '{"name":"Zoë 東京"}']);
  });

  it("does not follow redirects", async () => {
    const url = await serve((_, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end());
    expect(await http().send(get(url))).toMatchObject({ status: 302, headers: { location: "http://127.0.0.1:1/" } });
  });

  it("keeps connections alive", async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end();
    });
    const client = http();
    for (let request = 0; request < 5; request += 1) await client.send(get(url));
    expect(ports.size).toBe(1);
  });

  it("opens a new connection instead of one that was idle for long: the other end may have left it while we were frozen", async () => {
    let requests = 0;
    const ports: (number | undefined)[] = [];
    const url = await serve((request, response) => {
      requests += 1;
      ports.push(request.socket.remotePort);
      response.end(`${requests}`);
      // The end of the connection is not told: whoever writes to it again learns of it too late.
      if (requests === 2) request.socket.once("data", () => request.socket.resetAndDestroy());
    });
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const client = http();
    await client.send(get(url));
    vi.setSystemTime(Date.now() + 19_000);
    expect((await client.send(get(url))).body).toBe("2");
    vi.setSystemTime(Date.now() + 21_000);
    expect((await client.send(get(url))).body).toBe("3");
    expect(ports[1]).toBe(ports[0]);
    expect(ports[2]).not.toBe(ports[0]);
  });

  it("is Unavailable when nobody listens, or the name is unknown: nothing was sent", async () => {
    const free = createTcpServer();
    const url = await listen(free);
    await new Promise((resolve) => free.close(resolve));
    await expect(http().send(post(url, "x"))).rejects.toMatchObject({
      name: "Unavailable",
      message: `POST ${url}: ECONNREFUSED: look whether the address is right and something runs there`,
    });
    await expect(http().send(get("http://nobody.invalid/"))).rejects.toMatchObject({ name: "Unavailable" });
  });

  it("is Unavailable when the time-out comes while the request still waits for one of its 32 connections", async () => {
    let requests = 0;
    const url = await serve(() => {
      requests += 1;
    });
    const client = http();
    const busy = Array.from({ length: 32 }, () => client.send(get(url, 300)).catch((error: Error) => error.name));
    await expect(client.send(get(url, 100))).rejects.toMatchObject({ name: "Unavailable" });
    expect(await Promise.all(busy)).toEqual(Array(32).fill("UnknownOutcome"));
    expect(requests).toBe(32);
  });

  it("is UnknownOutcome when the connection is lost after the request left", async () => {
    const url = await serve((request) => request.socket.destroy());
    await expect(http().send(post(url, "x"))).rejects.toMatchObject({ name: "UnknownOutcome" });
  });

  it("is UnknownOutcome when the answer breaks off in its middle", async () => {
    const url = await serve((request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => request.socket.destroy());
    });
    await expect(http().send(get(url))).rejects.toMatchObject({ name: "UnknownOutcome" });
  });

  it("is UnknownOutcome after the time-out, also when the answer has begun to drip", async () => {
    const silent = await serve(() => {});
    await expect(http().send(get(silent, 50))).rejects.toMatchObject({
      name: "UnknownOutcome",
      message: `GET ${silent}: no answer within 50 ms`,
    });
    const dripping = await serve((_, response) => {
      const drip = setInterval(() => response.write("."), 10);
      response.on("close", () => clearInterval(drip));
    });
    await expect(http().send(get(dripping, 100))).rejects.toMatchObject({ name: "UnknownOutcome" });
  });

  it("is UnknownOutcome when a kept connection turns out to be dead", async () => {
    let requests = 0;
    const url = await serve((request, response) => {
      requests += 1;
      if (requests === 1) response.end("first");
      else request.socket.resetAndDestroy();
    });
    const client = http();
    expect((await client.send(get(url))).body).toBe("first");
    await expect(client.send(get(url))).rejects.toMatchObject({ name: "UnknownOutcome" });
  });

  it("keeps paths, queries and headers out of its messages", async () => {
    const url = await serve((request) => request.socket.destroy());
    const request = { ...get(`${url}/private?token=abc`), headers: { authorization: "Bearer abc" } };
    await expect(http().send(request)).rejects.toThrow(`GET ${url}: `);
    await expect(http().send(request)).rejects.not.toThrow(/abc|private/);
  });

  it("refuses an address that is not HTTP", async () => {
    await expect(http().send(get("file:///etc/hostname"))).rejects.toThrow(TypeError);
  });
});
