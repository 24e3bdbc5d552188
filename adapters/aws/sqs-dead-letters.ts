import { Unavailable } from "#domain/failures";
import type { DeadLetter, DeadLetters } from "#ports/dead-letters";
import type { AwsApi, JsonOperation } from "./aws-api.ts";
import { AwsFailure } from "./aws-failure.ts";

const receiveMessage: JsonOperation = { service: "sqs", target: "AmazonSQS.ReceiveMessage", jsonVersion: "1.0" };
const deleteMessage: JsonOperation = { service: "sqs", target: "AmazonSQS.DeleteMessage", jsonVersion: "1.0" };
/** Longer than one run of whoever reads them takes: what it leaves is not met again in the same run. */
const hiddenSeconds = 600;
const lettersMax = 10;

interface ReceiveAnswer {
  readonly Messages?: readonly {
    readonly ReceiptHandle?: string;
    readonly Body?: string;
    readonly Attributes?: Readonly<Record<string, string>>;
  }[];
}

/** ports/dead-letters over SQS queues; `urlPrefix` is what stands before a queue's name in its URL. */
export function createSqsDeadLetters({ api, urlPrefix }: { readonly api: AwsApi; readonly urlPrefix: string }): DeadLetters {
  return {
    async receive(queue) {
      const answer = (await called(queue, receiveMessage, {
        QueueUrl: `${urlPrefix}${queue}`,
        MaxNumberOfMessages: lettersMax,
        VisibilityTimeout: hiddenSeconds,
        MessageSystemAttributeNames: ["SentTimestamp"],
      })) as ReceiveAnswer;
      return (answer.Messages ?? []).flatMap(({ ReceiptHandle, Body, Attributes }): DeadLetter[] => {
        const sentAt = Number(Attributes?.SentTimestamp);
        if (ReceiptHandle === undefined || Body === undefined || !Number.isFinite(sentAt)) return [];
        return [{ id: ReceiptHandle, text: Body, sentAt: new Date(sentAt).toISOString() }];
      });
    },
    async remove(queue, { id }) {
      await called(queue, deleteMessage, { QueueUrl: `${urlPrefix}${queue}`, ReceiptHandle: id });
    },
  };

  async function called(queue: string, operation: JsonOperation, input: unknown): Promise<unknown> {
    try {
      return await api.call(operation, input);
    } catch (error) {
      if (error instanceof AwsFailure)
        throw new Unavailable(`the dead letters of ${queue}: ${error.message}; the next run reads them`, { cause: error });
      throw error;
    }
  }
}
