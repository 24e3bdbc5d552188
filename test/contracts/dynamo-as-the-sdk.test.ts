import {
  BatchWriteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import {
  createAwsApi,
  createDynamoLineageStore,
  createDynamoRateLimit,
  createDynamoReferences,
  createDynamoWorkLists,
} from "#adapters/aws";
import type { HttpRequest } from "#ports/http";
import { documentWith } from "./lineage-items.ts";
import { settableClock } from "./settable-clock.ts";

type Operation = "BatchWriteItem" | "GetItem" | "PutItem" | "Query" | "Scan" | "UpdateItem";

const commands: Readonly<Record<Operation, new (input: never) => object>> = {
  BatchWriteItem: BatchWriteItemCommand,
  GetItem: GetItemCommand,
  PutItem: PutItemCommand,
  Query: QueryCommand,
  Scan: ScanCommand,
  UpdateItem: UpdateItemCommand,
};

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly contentType: string | undefined;
  readonly target: string | undefined;
  readonly body: unknown;
}

/** What the adapters send for one call of each of their methods. */
async function sentByUs(): Promise<Sent[]> {
  const sent: Sent[] = [];
  const http = {
    async send({ method, url, headers, body }: HttpRequest) {
      const { pathname, search } = new URL(url);
      const target = headers["x-amz-target"];
      sent.push({ method, path: pathname + search, contentType: headers["content-type"], target, body: JSON.parse(String(body)) });
      return { status: 200, headers: {}, body: "{}" };
    },
  };
  const clock = settableClock();
  const api = createAwsApi({ http, clock, region: "us-east-1", credentials: () => ({ accessKeyId: "a", secretAccessKey: "s" }) });
  const table = "lineage";
  const lineage = createDynamoLineageStore({ api, table });
  await lineage.insert([documentWith("sale:1", "D#a", `Zoë — 東京 ${"🚲".repeat(200)}`)]);
  await lineage.get("sale:1", "D#a");
  await lineage.page("sale:1", "P#", 5);
  await lineage.removeRawBody("sale:1", "D#a");
  await lineage.transactions("sale:1", 5);
  const references = createDynamoReferences({ api, table });
  await references.put([{ reference: { type: "order", value: "1" }, transaction: "sale:1" }]);
  await references.find(undefined, "1");
  await references.wait({ type: "order", value: "1" }, "file:a");
  const lists = createDynamoWorkLists({ api, table });
  await lists.put("open", [{ id: "a", order: "1", body: "b".repeat(300) }]);
  await lists.remove("open", ["a"]);
  await lists.read("open", '["1","a"]', 5);
  const settings = { documentsPerSecond: 2, burstDocuments: 10, throttledPauseSeconds: 5, failuresToOpen: 3, openSeconds: 30 };
  await createDynamoRateLimit({ api, table, clock, connections: { north: settings } }).acquire("north", [{ documents: 1, shop: "shop" }]);
  return sent;
}

/** What the SDK sends for the same input. */
async function sentBySdk(operation: Operation, input: unknown): Promise<Sent> {
  let sent: Sent | undefined;
  const client = new DynamoDBClient({
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "s" },
    maxAttempts: 1,
    requestHandler: {
      async handle({
        method,
        path,
        headers,
        body,
      }: {
        method: string;
        path: string;
        headers: Record<string, string>;
        body: string | Uint8Array;
      }) {
        const target = headers["x-amz-target"];
        sent = {
          method,
          path,
          contentType: headers["content-type"],
          target,
          body: JSON.parse(typeof body === "string" ? body : new TextDecoder().decode(body)),
        };
        throw new Error("seen, not sent");
      },
    } as never,
  });
  const Command = commands[operation];
  await expect(client.send(new Command(withBytes(input) as never) as never)).rejects.toThrow("seen, not sent");
  client.destroy();
  return sent!;
}

/** The SDK takes bytes where the protocol has base64. */
function withBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBytes);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      name === "B" && typeof part === "string" ? new Uint8Array(Buffer.from(part, "base64")) : withBytes(part),
    ]),
  );
}

describe("requests to DynamoDB", () => {
  it("are what AWS's SDK makes of the same input: method, path, content type, target and body", async () => {
    const sent = await sentByUs();
    const operations = sent.map(({ target }) => target?.split(".")[1] as Operation);
    expect(new Set(operations)).toEqual(new Set(Object.keys(commands)));
    for (const [index, ours] of sent.entries()) {
      expect(ours).toEqual(await sentBySdk(operations[index]!, ours.body));
    }
    // Bytes were among them.
    expect(JSON.stringify(sent)).toContain('"B":"A');
  });
});
