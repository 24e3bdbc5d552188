import * as z from "zod/mini";
import { Invalid } from "#domain/failures";

/** The parts of an event of SQS that are read. */
const eventSchema = z.object({
  Records: z.array(z.object({ messageId: z.string(), body: z.string(), eventSourceARN: z.string() })).check(z.minLength(1)),
});

export interface QueueEvent {
  /** Name of the queue as AWS knows it. */
  readonly queue: string;
  readonly messages: readonly { readonly id: string; readonly text: string }[];
}

/** What SQS is answered: these messages come again, the others are deleted. */
export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Throws Invalid for anything but an event of SQS: then the event source mapping is wrong, and no message is deleted. */
export function readQueueEvent(event: unknown): QueueEvent {
  const parsed = eventSchema.safeParse(event);
  const first = parsed.data?.Records[0];
  if (parsed.data === undefined || first === undefined)
    throw new Invalid("this is no event of an SQS queue: check the function's event source");
  return {
    queue: first.eventSourceARN.split(":").at(-1) ?? "",
    messages: parsed.data.Records.map(({ messageId, body }) => ({ id: messageId, text: body })),
  };
}

export function batchAnswer(failures: Iterable<string>): BatchAnswer {
  return { batchItemFailures: [...new Set(failures)].map((itemIdentifier) => ({ itemIdentifier })) };
}
