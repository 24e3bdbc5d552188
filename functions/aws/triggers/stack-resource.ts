import * as z from "zod/mini";
import { Unavailable } from "#domain/failures";
import type { Http } from "#ports/http";
import { type LambdaHandler, lambdaHandler } from "./lambda-handler.ts";

/** The parts of CloudFormation's request to a custom resource that are read. */
const requestSchema = z.object({
  RequestType: z.enum(["Create", "Update", "Delete"]),
  ResponseURL: z.url({ protocol: /^https?$/ }),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
});
type StackRequest = z.infer<typeof requestSchema>;

/** CloudFormation takes 4,096 bytes in all. */
const reasonCharactersMax = 1_000;
const timeoutMilliseconds = 10_000;

/**
 * A function that a stack has as a resource: a deploy that creates or changes the resource calls it and goes on, or back, by its answer.
 * That the resource is deleted calls nothing: what was done stays done. Any other event is a plain call of the function.
 */
export function stackResource<Answer extends object>(
  name: string,
  run: (event: unknown, byStack: boolean) => Promise<Answer>,
  http: Http,
): LambdaHandler<Answer | undefined> {
  return lambdaHandler<Answer | undefined>(name, async (event) => {
    const request = requestSchema.safeParse(event);
    if (!request.success) return { answer: await run(event, false), counts: {} };
    const { RequestType } = request.data;
    if (RequestType === "Delete") {
      await reply(request.data, { Status: "SUCCESS" });
      return { answer: undefined, counts: { request: RequestType } };
    }
    const outcome = await run({}, true).then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error }),
    );
    if ("answer" in outcome) {
      await reply(request.data, { Status: "SUCCESS", Data: outcome.answer });
      return { answer: outcome.answer, counts: { request: RequestType } };
    }
    const reason = outcome.error instanceof Error ? outcome.error.message : String(outcome.error);
    await reply(request.data, { Status: "FAILED", Reason: reason.slice(0, reasonCharactersMax) });
    // Told once, to the deploy: thrown, Lambda would call again, and answer a request that is closed.
    return { answer: undefined, counts: { request: RequestType, failed: 1 } };
  });

  /** Throws Unavailable when the answer was not taken: Lambda calls again, and doing it again is harmless. */
  async function reply({ ResponseURL, StackId, RequestId, LogicalResourceId }: StackRequest, answer: object): Promise<void> {
    // One id for ever: a change of the resource is an update in place, never a new one and a deletion of the old.
    const body = JSON.stringify({ ...answer, StackId, RequestId, LogicalResourceId, PhysicalResourceId: name });
    // The address is signed for a request without a content type.
    const { status } = await http.send({ method: "PUT", url: ResponseURL, headers: { "content-type": "" }, body, timeoutMilliseconds });
    if (status !== 200)
      throw new Unavailable(`CloudFormation's address answered ${status} to what became of ${LogicalResourceId}: call again`);
  }
}
