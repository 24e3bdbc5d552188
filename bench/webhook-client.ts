// The client in a process of its own: sends prepared webhooks over 16 keep-alive connections as fast as they are answered.
// Usage: node bench/webhook-client.ts URL COPIES SECRET; prints one line of JSON when ready, starts on a line of input.

import { once } from "node:events";
import { Agent, request } from "node:http";
import { preparedWebhooks } from "./webhook-bodies.ts";

const connections = 16;
const [url = "", copies = "1", secret = ""] = process.argv.slice(2);
const prepared = preparedWebhooks(Number(copies), secret);
const agent = new Agent({ keepAlive: true, maxSockets: connections });
console.log(JSON.stringify({ ready: prepared.length }));
await once(process.stdin, "data");

const started = performance.now();
let next = 0;
const statuses: Record<number, number> = {};
await Promise.all(Array.from({ length: connections }, sendAll));
console.log(JSON.stringify({ seconds: (performance.now() - started) / 1000, requests: prepared.length, statuses }));
agent.destroy();
process.exit(0);

async function sendAll(): Promise<void> {
  while (next < prepared.length) {
    const { headers, body } = prepared[next++]!;
    const status = await send(headers, body);
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
}

function send(headers: Readonly<Record<string, string>>, body: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: "POST", agent, headers: { ...headers, "content-length": body.byteLength } }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
