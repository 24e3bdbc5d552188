import { expect, test } from "vitest";
import { Unavailable } from "#domain/failures";
import { lambdaHandler } from "../../../functions/aws/triggers/lambda-handler.ts";
import { invoke } from "./invoke.ts";

test("an invocation is one line: who, how long, how it ended, how many; the first one of an instance is its cold start", async () => {
  const handler = lambdaHandler("decide-postings", async () => ({ answer: { name: "Jane Doe" }, counts: { messages: 2 } }));
  expect(await invoke(handler, { email: "jane@example.com" })).toEqual({
    answer: { name: "Jane Doe" },
    lines: [
      {
        level: "INFO",
        function: "decide-postings",
        coldStart: true,
        durationMilliseconds: "some",
        outcome: "done",
        messages: 2,
      },
    ],
  });
  expect((await invoke(handler, {})).lines[0]).not.toHaveProperty("coldStart");
});

test("the trace that functions on the way of a request have in common stands in the line", async () => {
  const handler = lambdaHandler("decide-postings", async () => ({ answer: {}, counts: {} }));
  process.env._X_AMZN_TRACE_ID = "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1";
  try {
    expect((await invoke(handler, {})).lines).toMatchObject([{ traceId: "1-67891233-abcdef012345678912345678" }]);
  } finally {
    delete process.env._X_AMZN_TRACE_ID;
  }
});

test("a failure is logged with name, message, frames and causes, and keeps its name for Retry and Catch", async () => {
  const handler = lambdaHandler("decide-postings", async () => {
    throw new Unavailable("the lineage did not answer: try again", { cause: new TypeError("socket hang up") });
  });
  const { error, lines } = await invoke(handler, {});
  expect([error?.name, error?.message]).toEqual(["Unavailable", "the lineage did not answer: try again"]);
  expect(lines).toEqual([
    {
      level: "ERROR",
      function: "decide-postings",
      requestId: "7d1e",
      coldStart: true,
      durationMilliseconds: "some",
      outcome: "failed",
      error: {
        name: "Unavailable",
        message: "the lineage did not answer: try again",
        stack: expect.arrayContaining([expect.stringMatching(/^at .*log-invocation\.test\.ts/)]),
        causes: ["TypeError: socket hang up"],
      },
    },
  ]);
});

test("a parser's error, which quotes what it read, is neither logged nor handed to the platform with its text", async () => {
  const handler = lambdaHandler("decide-postings", async () => JSON.parse("Jane Doe, 1 High Street"));
  const { error, lines } = await invoke(handler, {});
  expect(error?.name).toBe("SyntaxError");
  expect([error?.message, error?.stack, JSON.stringify(lines)].join()).not.toMatch(/Jane|Street/);
  expect(lines).toMatchObject([{ error: { name: "SyntaxError", message: "what was read is no JSON; its text is not shown" } }]);
});

test("nor is one that is the cause of another", async () => {
  const handler = lambdaHandler("decide-postings", async () => {
    try {
      return JSON.parse("Jane Doe");
    } catch (cause) {
      throw new Unavailable("the answer cannot be read", { cause });
    }
  });
  expect(JSON.stringify((await invoke(handler, {})).lines)).not.toContain("Jane");
});

test("what is thrown and is no error ends the invocation as a failure", async () => {
  const handler = lambdaHandler("decide-postings", () => Promise.reject("Jane Doe"));
  const { error, lines } = await invoke(handler, {});
  expect(error).toBeInstanceOf(Error);
  expect(JSON.stringify(lines)).not.toContain("Jane");
  expect(lines).toMatchObject([{ outcome: "failed", error: { name: "string", message: "something that is no Error was thrown" } }]);
});
