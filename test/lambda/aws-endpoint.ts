import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface AwsEndpointOptions {
  /** Where DynamoDB's operations are sent on to. */
  readonly dynamoDb: string;
  /** Runs an Express machine; the name is the end of its ARN. */
  readonly runMachine: (
    stateMachineArn: string,
    input: unknown,
  ) => Promise<{ readonly status: string; readonly output?: unknown; readonly error?: string }>;
  /** SecureString parameters by name. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Hears of each request when it comes, and of its answer: what AWS would bill. Then DynamoDB is asked for the units it took. */
  readonly meter?: RequestMeter;
}

/** `operation` is X-Amz-Target, or "S3 PUT"; input and answer are JSON, or undefined for an object's bytes. */
export type RequestMeter = (operation: string, input: unknown) => (status: number, answer: unknown) => void;

export interface PutEvent {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

export interface SentMessage {
  readonly queueUrl: string;
  readonly body: string;
  readonly group: string;
  readonly delaySeconds: number;
}

/** AWS on the wire, as far as the functions speak to it: every request must be signed, and hand on the trace. */
export interface AwsEndpoint {
  readonly url: string;
  /** What was put on the bus since the last look. */
  takeEvents(): PutEvent[];
  /** What was sent to queues since the last look. */
  takeMessages(): SentMessage[];
  /** Requests that were not as AWS wants them. */
  readonly faults: string[];
  /** By "<bucket>/<key>". */
  readonly objects: Map<string, Buffer>;
  close(): Promise<void>;
}

export async function startAwsEndpoint(options: AwsEndpointOptions): Promise<AwsEndpoint> {
  const events: PutEvent[] = [];
  const messages: SentMessage[] = [];
  const faults: string[] = [];
  const objects = new Map<string, Buffer>();

  const operations: Readonly<Record<string, (input: Record<string, unknown>) => Promise<unknown>>> = {
    "AWSEvents.PutEvents": async (input) => {
      const entries = input.Entries as PutEvent[];
      events.push(...entries);
      return { FailedEntryCount: 0, Entries: entries.map((_, index) => ({ EventId: `event-${index}` })) };
    },
    "AmazonSQS.SendMessageBatch": async (input) => {
      const entries = input.Entries as { Id: string; MessageBody: string; MessageGroupId: string; DelaySeconds: number }[];
      for (const entry of entries) {
        const { MessageBody: body, MessageGroupId: group, DelaySeconds: delaySeconds } = entry;
        messages.push({ queueUrl: String(input.QueueUrl), body, group, delaySeconds });
      }
      return { Successful: entries.map(({ Id }) => ({ Id, MessageId: `sent-${Id}` })), Failed: [] };
    },
    "AWSStepFunctions.StartSyncExecution": async (input) => {
      const { status, output, error } = await options.runMachine(String(input.stateMachineArn), JSON.parse(String(input.input)));
      return { status, ...(output === undefined ? {} : { output: JSON.stringify(output) }), ...(error === undefined ? {} : { error }) };
    },
    "AmazonSSM.GetParametersByPath": async (input) => ({
      Parameters: Object.entries(options.parameters)
        .filter(([name]) => name.startsWith(`${input.Path}/`))
        .map(([Name, Value]) => ({ Name, Value, Type: "SecureString" })),
    }),
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      faults.push(String(error));
      response.writeHead(500).end();
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const target = String(request.headers["x-amz-target"] ?? "");
    const what = target === "" ? `${request.method} ${request.url}` : target;
    if (!/^AWS4-HMAC-SHA256 Credential=local\/\d{8}\/us-east-1\//.test(request.headers.authorization ?? ""))
      faults.push(`${what} is not signed`);
    if (request.headers["x-amzn-trace-id"] === undefined) faults.push(`${what} hands no trace on`);
    if (target === "") {
      options.meter?.(`S3 ${request.method}`, undefined)(200, undefined);
      return object(request, body, response);
    }
    const input = JSON.parse(body.toString("utf8")) as Record<string, unknown>;
    const answered = options.meter?.(target, input);
    if (target.startsWith("DynamoDB_")) {
      const asked = answered === undefined ? body : Buffer.from(JSON.stringify({ ...input, ReturnConsumedCapacity: "TOTAL" }));
      return sendOn(options.dynamoDb, request, asked, response, answered);
    }
    const operation = operations[target];
    if (operation === undefined) throw new Error(`nobody expected ${target}`);
    const output = await operation(input);
    answered?.(200, output);
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(output));
  }

  /** S3's objects, by path. */
  function object(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const key = decodeURIComponent((request.url ?? "").slice(1));
    if (request.method === "PUT") {
      objects.set(key, body);
      response.writeHead(200).end();
      return;
    }
    const found = objects.get(key);
    if (found === undefined) response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>");
    else response.writeHead(200, { "content-length": String(found.length) }).end(request.method === "HEAD" ? undefined : found);
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeEvents: () => events.splice(0),
    takeMessages: () => messages.splice(0),
    faults,
    objects,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function sendOn(
  to: string,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
  answered: ReturnType<RequestMeter> | undefined,
): Promise<void> {
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": String(request.headers["x-amz-target"]),
    authorization: String(request.headers.authorization),
  };
  const answer = await fetch(to, {
    method: "POST",
    headers: { ...headers, "x-amz-date": String(request.headers["x-amz-date"]) },
    body: new Uint8Array(body),
  });
  const text = await answer.text();
  answered?.(answer.status, JSON.parse(text));
  response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" }).end(text);
}
