import { createConnection } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { journal, type RunningErp, startErp } from "../fixtures/sandbox-erp.ts";

let erp: RunningErp;
afterEach(() => erp.close());

const capture = [
  ["1010", 10_000],
  ["2200", -10_000],
] as const;
const batch = (key: string) => ({ groups: [[journal(key, capture)]] });
const keys = async () => (await erp.call("GET", "/v1/document-keys")).body.keys;

describe("the service's door", () => {
  it("wants the bearer token on every path but /health when it was started with one", async () => {
    erp = await startErp({ token: "s3cret" });
    for (const authorization of ["", "Bearer wrong", "s3cret", "Bearer s3cret2"]) {
      const answer = await erp.call("POST", "/v1/batches", batch("a"), { authorization });
      expect(answer).toMatchObject({ status: 401, body: { code: "unauthorized" } });
      expect((await erp.call("GET", "/v1/faults", undefined, { authorization })).status).toBe(401);
    }
    expect((await erp.call("GET", "/health", undefined, { authorization: "" })).body).toEqual({ status: "ok" });
    expect(await keys()).toEqual([]);
    expect((await erp.call("POST", "/v1/batches", batch("a"))).status).toBe(200);
  });

  it("turns away a body over the limit, says so, and serves the same connection on", async () => {
    erp = await startErp({ requestBytesMax: 10_000 });
    const answer = await erp.call("POST", "/v1/batches", JSON.stringify({ groups: ["x".repeat(20_000)] }));
    expect(answer).toMatchObject({ status: 413, body: { code: "too-large", message: expect.stringContaining("10000 bytes") } });
    expect((await erp.call("POST", "/v1/batches", batch("a"))).status).toBe(200);
  });

  it("cuts off a body without an end", async () => {
    erp = await startErp({ requestBytesMax: 1_000 });
    const { port } = new URL(erp.url);
    const sent = await new Promise<number>((resolve) => {
      const socket = createConnection(Number(port), "127.0.0.1");
      let bytes = 0;
      socket.on("error", () => {});
      socket.on("close", () => resolve(bytes));
      socket.write("POST /v1/batches HTTP/1.1\r\nhost: x\r\ncontent-length: 100000000\r\n\r\n");
      const more = () => {
        if (socket.destroyed) return;
        bytes += 65_536;
        socket.write(Buffer.alloc(65_536), () => setImmediate(more));
      };
      more();
    });
    expect(sent).toBeLessThan(50_000_000);
    expect((await erp.call("GET", "/health")).status).toBe(200);
  });

  it("names what is allowed for a wrong method and refuses what is not there", async () => {
    erp = await startErp();
    expect(await erp.call("GET", "/v1/batches")).toMatchObject({
      status: 405,
      body: { code: "method-not-allowed", message: "/v1/batches takes POST" },
    });
    expect(await erp.call("GET", "/v1/nothing")).toMatchObject({ status: 404, body: { code: "not-found" } });
    expect(await erp.call("GET", "/v1/documents/%E0%A4%A")).toMatchObject({ status: 400, body: { code: "invalid-request" } });
    expect(await erp.call("GET", "//")).toMatchObject({ status: 404, body: { code: "not-found" } });
  });
});

describe("faults on demand", () => {
  it("answer 429 with retry-after to as many requests as were asked for, and nothing is applied", async () => {
    erp = await startErp();
    erp.faults.inject({ kind: "throttle", requests: 2 });
    for (let request = 0; request < 2; request += 1) {
      const answer = await erp.call("POST", "/v1/batches", batch("a"));
      expect(answer).toMatchObject({ status: 429, body: { code: "throttled" } });
      expect(answer.headers.get("retry-after")).toBe("1");
    }
    expect(await keys()).toEqual([]);
    expect((await erp.call("POST", "/v1/batches", batch("a"))).status).toBe(200);
  });

  it("answer 500 before or after the request is applied", async () => {
    erp = await startErp();
    erp.faults.inject({ kind: "fail-before", requests: 1 });
    erp.faults.inject({ kind: "fail-after", requests: 1 });
    expect((await erp.call("POST", "/v1/batches", batch("a"))).status).toBe(500);
    expect((await erp.call("POST", "/v1/batches", batch("b"))).status).toBe(500);
    expect(await keys()).toEqual(["b"]);
  });

  it("drop the connection before or after the request is applied", async () => {
    erp = await startErp();
    erp.faults.inject({ kind: "drop-before", requests: 1 });
    erp.faults.inject({ kind: "drop-after", requests: 1 });
    await expect(erp.call("POST", "/v1/batches", batch("a"))).rejects.toThrow();
    await expect(erp.call("POST", "/v1/batches", batch("b"))).rejects.toThrow();
    expect(await keys()).toEqual(["b"]);
  });

  it("delay a request that is then applied, also when the client has gone by then", async () => {
    erp = await startErp();
    erp.faults.inject({ kind: "delay", requests: 1, delayMilliseconds: 60 });
    const body = JSON.stringify(batch("a"));
    await expect(fetch(`${erp.url}/v1/batches`, { method: "POST", body, signal: AbortSignal.timeout(20) })).rejects.toThrow();
    expect(await keys()).toEqual([]);
    await expect.poll(keys).toEqual(["a"]);
  });

  it("can be asked for, listed and cleared over HTTP, befall only the path they name, and spare themselves and /health", async () => {
    erp = await startErp();
    const fault = { kind: "throttle", requests: 5, path: "/v1/batches" };
    expect((await erp.call("POST", "/v1/faults", fault)).body).toEqual({ faults: [fault] });
    expect((await erp.call("GET", "/v1/document-keys")).status).toBe(200);
    expect((await erp.call("GET", "/health")).status).toBe(200);
    expect((await erp.call("POST", "/v1/batches", batch("a"))).status).toBe(429);
    expect((await erp.call("GET", "/v1/faults")).body).toEqual({ faults: [{ ...fault, requests: 4 }] });
    await erp.call("DELETE", "/v1/faults");
    expect((await erp.call("POST", "/v1/batches", batch("a"))).status).toBe(200);
  });
});
