import middy, { type MiddlewareObj } from "@middy/core";
import type { Context } from "aws-lambda";
import { type Counted, logInvocation } from "../middleware/log-invocation.ts";

/** What is used of Lambda's context. */
export type Invocation = Pick<Context, "awsRequestId" | "getRemainingTimeInMillis">;

export type LambdaHandler<Answer> = (event: unknown, invocation: Invocation) => Promise<Answer>;

/**
 * What every Lambda entry has in common. Middy's early time-out stays off: it is a real timer, and would let a frozen instance wake up with
 * an invocation that has long been answered.
 */
export function lambdaHandler<Answer>(
  name: string,
  run: (event: unknown, invocation: Invocation) => Promise<Counted<Answer>>,
  middlewares: readonly MiddlewareObj[] = [],
): LambdaHandler<Answer> {
  const handler = middy({ timeoutEarlyInMillis: 0 })
    .use([logInvocation(name), ...middlewares])
    .handler(run);
  return handler as unknown as LambdaHandler<Answer>;
}
