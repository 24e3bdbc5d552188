import type { Queue } from "#ports/queue";

/** A queue that keeps what is sent to it, with the name of the queue. */
export function sentLetters(answer: "accepted" | "failed" = "accepted") {
  const letters: { readonly queue: string; readonly body: unknown; readonly group: string; readonly delaySeconds: number }[] = [];
  const queue: Queue = {
    send: async (name, messages) => {
      letters.push(...messages.map((message) => ({ queue: name, ...message })));
      return messages.map(() => answer);
    },
  };
  return { queue, letters };
}

/** As SQS writes an event for Lambda, shortened. */
export function queueEvent(queue: string, ...bodies: readonly string[]) {
  return {
    Records: bodies.map((body, index) => ({
      messageId: `m${index + 1}`,
      receiptHandle: "AQEB",
      body,
      attributes: { ApproximateReceiveCount: "1" },
      messageAttributes: {},
      eventSource: "aws:sqs",
      eventSourceARN: `arn:aws:sqs:us-east-1:123456789012:${queue}`,
      awsRegion: "us-east-1",
    })),
  };
}
