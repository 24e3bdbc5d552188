import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { type AwsApi, createAwsApi } from "#adapters/aws";
import { createHttp } from "#adapters/http";
import { type SettableClock, settableClock } from "./settable-clock.ts";

export type Scene = (request: IncomingMessage, response: ServerResponse, body: string) => void;

export interface ScriptedAws {
  readonly api: AwsApi;
  readonly clock: SettableClock;
  /** Bodies of the requests that came, parsed where they are JSON. */
  readonly requests: readonly unknown[];
  /** What the API told of. */
  readonly failures: readonly string[];
  /** From now on nobody listens. */
  close(): Promise<void>;
}

/**
 * A server that plays one scene per request, the last one again and again, and an API that speaks to it: with a time-out of 150 ms where a
 * scene hangs, else with one that a busy machine keeps.
 */
export function scriptedAws(...scenes: readonly Scene[]): Promise<ScriptedAws> {
  return scriptedAwsWithin(scenes.includes(hangs) ? 150 : 10_000, ...scenes);
}

export async function scriptedAwsWithin(timeoutMilliseconds: number, ...scenes: readonly Scene[]): Promise<ScriptedAws> {
  const requests: unknown[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      requests.push(body.startsWith("{") ? JSON.parse(body) : body);
      scenes[Math.min(requests.length, scenes.length) - 1]!(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const http = createHttp();
  const clock = settableClock();
  const failures: string[] = [];
  const api = createAwsApi({
    http,
    clock,
    region: "us-east-1",
    endpoint,
    credentials: () => ({ accessKeyId: "a", secretAccessKey: "s" }),
    timeoutMilliseconds,
    onFailure: ({ message, fate }) => failures.push(`${message} (${fate})`),
  });
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  onTestFinished(() => {
    http.close();
    return close();
  });
  return { api, clock, requests, failures, close };
}

/** An answer of a JSON service. */
export function answers(value: unknown, status = 200): Scene {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify(value));
  };
}

/** A JSON service's refusal. */
export function fault(status: number, type: string): Scene {
  return answers({ __type: `com.amazonaws.service#${type}`, message: "as scripted" }, status);
}

/** An answer of S3. */
export function s3Answers(status: number, body: string, headers: Record<string, string> = {}): Scene {
  return (_request, response) => {
    response.writeHead(status, { ...headers, "content-length": String(Buffer.byteLength(body)) });
    response.end(body);
  };
}

export function s3Fault(status: number, code: string): Scene {
  return s3Answers(status, `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>as scripted</Message></Error>`);
}

export const hangs: Scene = () => {};
export const cutsOff: Scene = (request) => void request.socket.destroy();
/** Promises more than it sends. */
export const cutsOffHalfWay: Scene = (_request, response) => {
  response.writeHead(200, { "content-length": "1000" });
  response.write("half");
  setTimeout(() => response.socket?.destroy(), 20);
};
