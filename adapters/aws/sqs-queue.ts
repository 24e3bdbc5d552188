import { Invalid } from "#domain/failures";
import type { Queue, QueueMessage } from "#ports/queue";
import type { AwsApi, JsonOperation } from "./aws-api.ts";
import { AwsFailure } from "./aws-failure.ts";
import { inBatches } from "./batches.ts";
import { inParallel } from "./in-parallel.ts";
import { messageGroupId } from "./message-group.ts";

const sendMessageBatch: JsonOperation = { service: "sqs", target: "AmazonSQS.SendMessageBatch", jsonVersion: "1.0" };
const delaySecondsMax = 900;
const bodyBytesMax = 1_048_576;
/** All bodies of a call together may have as much as one. */
const limits = { entriesMax: 10, bytesMax: bodyBytesMax };
const callsAtOnce = 4;

interface Wire {
  readonly index: number;
  readonly body: string;
  readonly delaySeconds: number;
  readonly group: string;
}

/**
 * ports/queue over standard SQS queues. The group becomes the message group id, which makes a standard queue a fair one: a group with a
 * backlog does not hold up the others. Each answer is read message by message; one that is missing, and every one of a call that failed,
 * is "failed". `urlPrefix` is what stands before a queue's name in its URL.
 */
export function createSqsQueue({ api, urlPrefix }: { readonly api: AwsApi; readonly urlPrefix: string }): Queue {
  return {
    async send(queue, messages) {
      const wires = messages.map((message, index) => wireOf(queue, message, index));
      const answers: ("accepted" | "failed")[] = messages.map(() => "failed");
      const batches = inBatches(wires, ({ body }) => Buffer.byteLength(body), limits);
      await inParallel(batches, callsAtOnce, async (batch) => {
        for (const index of await accepted(`${urlPrefix}${queue}`, batch)) answers[index] = "accepted";
      });
      return answers;
    },
  };

  async function accepted(url: string, batch: readonly Wire[]): Promise<readonly number[]> {
    let answer: SendAnswer;
    try {
      const Entries = batch.map(({ body, delaySeconds, group }, position) => ({
        Id: String(position),
        MessageBody: body,
        DelaySeconds: delaySeconds,
        MessageGroupId: group,
      }));
      answer = (await api.call(sendMessageBatch, { QueueUrl: url, Entries })) as SendAnswer;
    } catch (error) {
      // Perhaps applied, perhaps not: a message that comes twice is harmless, so it is sent again. The API has told why.
      if (error instanceof AwsFailure) return [];
      throw error;
    }
    const taken = new Set(answer.Successful?.map(({ Id }) => Id));
    for (const { Code } of answer.Failed ?? []) api.report(new AwsFailure(sendMessageBatch.target, Code ?? "NoCode", "not-applied"));
    return batch.flatMap(({ index }, position) => (taken.has(String(position)) ? [index] : []));
  }
}

interface SendAnswer {
  readonly Successful?: readonly { readonly Id?: string }[];
  readonly Failed?: readonly { readonly Id?: string; readonly Code?: string }[];
}

function wireOf(queue: string, { body, delaySeconds, group }: QueueMessage, index: number): Wire {
  if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > delaySecondsMax) {
    throw new Invalid(`a delay is a whole number of seconds from 0 to ${delaySecondsMax}, not ${delaySeconds}`);
  }
  if (group.length === 0 || group.length > 128) {
    throw new Invalid(`a message for queue "${queue}" has a group of ${group.length} characters: 1 to 128 are allowed`);
  }
  const text = sqsText(body);
  if (text === undefined || Buffer.byteLength(text) > bodyBytesMax) {
    throw new Invalid(`a message for queue "${queue}" has no JSON body of at most ${bodyBytesMax} bytes: point at the content instead`);
  }
  return { index, body: text, delaySeconds, group: messageGroupId(group) };
}

/** SQS refuses the two characters that XML 1.0 does not know and JSON leaves as they are. */
function sqsText(body: unknown): string | undefined {
  return JSON.stringify(body)?.replace(/[\uFFFE\uFFFF]/g, (character) => (character === "\uFFFE" ? "\\ufffe" : "\\uffff"));
}
