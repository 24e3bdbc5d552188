import type * as z from "zod/mini";
import { checkData } from "../middleware/check-data.ts";
import { type FlushedMetrics, flushMetrics } from "../middleware/flush-metrics.ts";
import { type LambdaHandler, lambdaHandler } from "./lambda-handler.ts";

/** A function that a state machine invokes: input and answer are plain data, and an error's name is what Retry and Catch match. */
export function task<Input, Answer>(
  name: string,
  run: (input: Input) => Promise<Answer>,
  schemas: { readonly input: z.ZodMiniType<Input>; readonly output: z.ZodMiniType<Answer> },
  metrics?: FlushedMetrics,
): LambdaHandler<Answer> {
  return lambdaHandler(name, async (event) => ({ answer: await run(event as Input), counts: {} }), [
    checkData(name, schemas),
    ...(metrics === undefined ? [] : [flushMetrics(metrics)]),
  ]);
}
