import { Invalid } from "#domain/failures";
import type { CallbackAnswer, TaskCallbacks } from "#ports/workflows";
import type { AwsApi } from "./aws-api.ts";
import { AwsFailure, failureOf } from "./aws-failure.ts";

const outputBytesMax = 262_144;
const errorCharactersMax = 256;
const causeCharactersMax = 32_768;

/** The callbacks of ports/workflows over Step Functions. A request that failed throws Unavailable or UnknownOutcome: send it again. */
export function createStepFunctionsCallbacks({ api }: { readonly api: AwsApi }): TaskCallbacks {
  return {
    async completeTask(taskToken, output) {
      const text = JSON.stringify(output) ?? "null";
      if (Buffer.byteLength(text) > outputBytesMax) {
        throw new Invalid(`the output of a task has more than ${outputBytesMax} bytes: pass an address instead of the content`);
      }
      return callback("SendTaskSuccess", { taskToken, output: text });
    },
    async failTask(taskToken, error, cause) {
      if (error.length > errorCharactersMax || cause.length > causeCharactersMax) {
        throw new Invalid(
          `the failure of a task has an error of at most ${errorCharactersMax} and a cause of at most ${causeCharactersMax} characters`,
        );
      }
      return callback("SendTaskFailure", { taskToken, error, cause });
    },
    heartbeatTask: (taskToken) => callback("SendTaskHeartbeat", { taskToken }),
  };

  async function callback(action: string, input: Readonly<Record<string, string>>): Promise<CallbackAnswer> {
    try {
      await api.call({ service: "states", target: `AWSStepFunctions.${action}`, jsonVersion: "1.0" }, input);
      return "accepted";
    } catch (error) {
      switch (error instanceof AwsFailure ? error.code : undefined) {
        case "TaskTimedOut":
          return "too-late";
        case "InvalidToken":
        case "TaskDoesNotExist":
          return "unknown-token";
        default:
          throw failureOf("the callback of a task", error, "send it again");
      }
    }
  }
}
