// What a test needs of Lambda's runtime, in a process of its own: loads the bundle, answers events that come by message. Usage: BUNDLE
import { pathToFileURL } from "node:url";
import type { LambdaHandler } from "../../functions/aws/triggers/lambda-handler.ts";
import type { InvocationAnswer, InvocationRequest } from "./lambda-process.ts";

const { handler } = (await import(pathToFileURL(process.argv[2] ?? "").href)) as { handler: LambdaHandler<unknown> };

process.on("message", async ({ id, event, remainingMilliseconds, traceId }: InvocationRequest) => {
  process.env._X_AMZN_TRACE_ID = traceId;
  const invocation = { awsRequestId: id, getRemainingTimeInMillis: () => remainingMilliseconds };
  const before = process.cpuUsage();
  const answer = await handler(event, invocation).then(
    (value): InvocationAnswer => ({ id, answer: value }),
    (error: Error): InvocationAnswer => ({ id, error: { name: error.name, message: error.message } }),
  );
  const { user, system } = process.cpuUsage(before);
  process.send?.({ ...answer, processorMilliseconds: (user + system) / 1000 });
});
process.send?.({ id: "ready" });
