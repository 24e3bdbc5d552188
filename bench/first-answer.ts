import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type PreparedRequest, preparedWebhooks } from "./webhook-bodies.ts";

const secret = "bench";
const secretsPrefix = "/bench";

export interface ColdStart {
  /** From the start of the import to a handler that is ready, of the main thread's processor time. */
  readonly loadMilliseconds: number;
  /** From there to the first answer, of all threads: the certificates of TLS are read by a thread of Node's own. */
  readonly firstMilliseconds: number;
  /** Of one of the same that comes next. */
  readonly nextMilliseconds: number;
}

/**
 * Cold starts of the webhook function's bundle, each in a process of its own: loaded, and then asked to take in an order, which it stores at a
 * stand-in for AWS in this process. Throws unless it answers 200.
 */
export async function benchFirstAnswers(
  bundle: string,
  environment: Readonly<Record<string, string>>,
  rounds: number,
): Promise<ColdStart[]> {
  const webhook = preparedWebhooks(1, secret).find(({ headers }) => headers["x-shopify-topic"] === "orders/create");
  if (webhook === undefined) throw new Error("the sample day has no order: there is nothing to answer");
  const aws = createServer((request, response) => {
    request.resume().on("end", () => response.end(answerTo(request, webhook)));
  });
  aws.listen(0, "127.0.0.1");
  await once(aws, "listening");
  try {
    const env = {
      ...environment,
      SECRETS_PREFIX: secretsPrefix,
      AWS_ACCESS_KEY_ID: "bench",
      AWS_SECRET_ACCESS_KEY: "bench",
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
    };
    const colds: ColdStart[] = [];
    for (let round = 0; round < rounds; round += 1) colds.push(await startCold(bundle, webhook, env));
    return colds;
  } finally {
    aws.close();
  }
}

/** The shop's secret for Systems Manager; "done" in the eyes of DynamoDB. */
function answerTo({ headers }: IncomingMessage, webhook: PreparedRequest): string {
  if (!String(headers["x-amz-target"]).endsWith(".GetParametersByPath")) return "{}";
  const shop = webhook.headers["x-shopify-shop-domain"];
  return JSON.stringify({ Parameters: [{ Name: `${secretsPrefix}/shops/${shop}/webhook-secrets`, Value: secret }] });
}

async function startCold(bundle: string, { headers, body }: PreparedRequest, env: Record<string, string>): Promise<ColdStart> {
  const event = { headers, body: Buffer.from(body).toString("utf8"), isBase64Encoded: false };
  const script = `
    const milliseconds = ({ user, system }) => (user + system) / 1000;
    const invocation = { awsRequestId: "bench", getRemainingTimeInMillis: () => 5000 };
    const event = ${JSON.stringify(event)};
    async function answered() {
      const before = process.cpuUsage();
      const { statusCode } = await handler(event, invocation);
      if (statusCode !== 200) throw new Error("answered " + statusCode);
      return milliseconds(process.cpuUsage(before));
    }
    const threadBefore = process.threadCpuUsage();
    const before = process.cpuUsage();
    const { handler } = await import(${JSON.stringify(bundle)});
    const loadMilliseconds = milliseconds(process.threadCpuUsage(threadBefore));
    const besideMilliseconds = milliseconds(process.cpuUsage(before)) - loadMilliseconds;
    const firstMilliseconds = besideMilliseconds + (await answered());
    process.stderr.write(JSON.stringify({ loadMilliseconds, firstMilliseconds, nextMilliseconds: await answered() }));
    process.exit(0);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { env, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (data: Buffer) => (said += data.toString("utf8")));
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`${bundle} gave no first answer: ${said}`);
  return JSON.parse(said) as ColdStart;
}
