import { describe, expect, test } from "vitest";
import { failure, MemoryTasks, outline, play, type Scene, SimulatedTime, WORK } from "./machine-under-test.ts";

const ask = {
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
  Arguments: { FunctionName: WORK, Payload: { amount: "{% $states.input.amount %}", token: "{% $states.context.Task.Token %}" } },
  End: true,
};

/** A scene in which "work" is handed the token, and `after` decides what happens with it. */
function scene(after: (tasks: MemoryTasks, token: string) => unknown, more: Partial<Scene> = {}): Scene & { tasks: MemoryTasks } {
  const tasks = new MemoryTasks(() => "2026-03-01T08:00:00.000Z");
  return { tasks, functions: { work: ({ token }: { token: string }) => after(tasks, token) }, ...more };
}

describe("a task that waits for its token", () => {
  test("hands the token out, and goes on with what its holder answers: the function's own answer counts for nothing", async () => {
    const approved = scene((tasks, token) => {
      setTimeout(() => tasks.end(token, { status: "succeeded", output: { by: "controller" } }), 5);
      return "asked";
    });
    const { answer, calls, history } = await play({ A: ask }, { amount: 900 }, approved);
    expect(calls).toEqual([["work", { amount: 900, token: "token-1" }]]);
    expect(answer).toEqual({ status: "succeeded", output: { by: "controller" } });
    expect(outline(history)).toEqual([
      "1←0 ExecutionStarted",
      "2←0 TaskStateEntered A",
      "3←2 TaskScheduled",
      "4←3 TaskStarted",
      "5←4 TaskSubmitted",
      "6←5 TaskSucceeded",
      "7←6 TaskStateExited A",
      "8←7 ExecutionSucceeded",
    ]);
    const named = { resource: "invoke.waitForTaskToken", resourceType: "lambda" };
    expect(history[2]?.taskScheduledEventDetails).toMatchObject({
      ...named,
      parameters: '{"FunctionName":"work","Payload":{"amount":900,"token":"token-1"}}',
    });
    expect(history[4]?.taskSubmittedEventDetails).toMatchObject({ ...named, output: expect.stringContaining('"Payload":"asked"') });
    expect(history[5]?.taskSucceededEventDetails).toMatchObject({ ...named, output: '{"by":"controller"}' });
  });

  test("a holder that is quicker than the function's answer is heard", async () => {
    const { answer } = await play(
      { A: ask },
      { amount: 1 },
      scene((tasks, token) => tasks.end(token, { status: "succeeded", output: "at once" })),
    );
    expect(answer).toEqual({ status: "succeeded", output: "at once" });
  });

  test("a failure that the holder sends has its name and cause, and can be caught", async () => {
    const refused = scene((tasks, token) => tasks.end(token, { status: "failed", error: "Refused", cause: "too much" }));
    expect((await play({ A: ask }, { amount: 1 }, refused)).answer).toEqual({ status: "failed", error: "Refused", cause: "too much" });
    const states = { A: { ...ask, Catch: [{ ErrorEquals: ["Refused"], Next: "B" }] }, B: { Type: "Succeed" } };
    const again = scene((tasks, token) => tasks.end(token, { status: "failed", error: "Refused", cause: "too much" }));
    expect((await play(states, { amount: 1 }, again)).answer).toEqual({
      status: "succeeded",
      output: { Error: "Refused", Cause: "too much" },
    });
  });

  test("a function that fails fails the task: a click on the token that it may have passed on is too late", async () => {
    const failing = scene(() => Promise.reject(failure("Unavailable")));
    const { answer, history } = await play({ A: ask }, { amount: 1 }, failing);
    expect(answer).toMatchObject({ status: "failed", error: "Unavailable" });
    expect(failing.tasks.end("token-1", { status: "succeeded", output: "late" })).toBe(false);
    expect(outline(history).slice(2)).toEqual(["3←2 TaskScheduled", "4←3 TaskStarted", "5←4 TaskFailed", "6←5 ExecutionFailed"]);
  });

  test("each attempt has a token of its own, and the one before is worth nothing any more", async () => {
    const tokens: string[] = [];
    const late: boolean[] = [];
    const busyOnce = scene((tasks, token) => {
      tokens.push(token);
      if (tokens.length === 1) return tasks.end(token, { status: "failed", error: "Busy", cause: "" });
      late.push(tasks.end(tokens[0] as string, { status: "succeeded", output: "late" }));
      return tasks.end(token, { status: "succeeded", output: "second" });
    });
    const { answer } = await play({ A: { ...ask, Retry: [{ ErrorEquals: ["Busy"] }] } }, { amount: 1 }, busyOnce);
    expect([answer, tokens, late]).toEqual([{ status: "succeeded", output: "second" }, ["token-1", "token-2"], [false]]);
  });

  test("an expression elsewhere knows no token", async () => {
    const { answer } = await play({ A: { Type: "Pass", Output: "{% $states.context.Task.Token %}", End: true } });
    expect(answer).toMatchObject({ error: "States.QueryEvaluationError" });
  });

  test("a request that cannot be made closes its token", async () => {
    const closing = scene(() => "never");
    const states = { A: { ...ask, Arguments: { ...ask.Arguments, Payload: "{% $states.input.missing %}" } } };
    expect((await play(states, {}, closing)).answer).toMatchObject({ error: "States.QueryEvaluationError" });
    expect(await closing.tasks.read("token-1")).toEqual({ status: "closed" });
  });
});

describe("time-outs and heartbeats", () => {
  const timedOut = { status: "failed", error: "States.Timeout", cause: "" };

  test("TimeoutSeconds bounds the wait; a callback that comes later is told so", async () => {
    const silent = scene(() => "asked");
    const { answer, history, sleeps } = await play({ A: { ...ask, TimeoutSeconds: 600 } }, { amount: 1 }, silent);
    expect([answer, sleeps.at(-1)]).toEqual([timedOut, 600_000]);
    expect(history[5]).toMatchObject({
      previousEventId: 5,
      type: "TaskTimedOut",
      taskTimedOutEventDetails: { error: "States.Timeout", resource: "invoke.waitForTaskToken", resourceType: "lambda" },
    });
    expect(silent.tasks.end("token-1", { status: "succeeded", output: "late" })).toBe(false);
  });

  test("a missed heartbeat is reported as States.Timeout, as AWS reports it", async () => {
    const { answer, history, sleeps } = await play(
      { A: { ...ask, TimeoutSeconds: 600, HeartbeatSeconds: "{% 2 + 3 %}" } },
      { amount: 1 },
      scene(() => "asked"),
    );
    expect([answer, sleeps.at(-1)]).toEqual([timedOut, 5000]);
    expect(history[2]?.taskScheduledEventDetails).toMatchObject({ heartbeatInSeconds: 5, timeoutInSeconds: 600 });
    expect(history[5]?.taskTimedOutEventDetails).toEqual({
      error: "States.Timeout",
      resource: "invoke.waitForTaskToken",
      resourceType: "lambda",
    });
  });

  test.each(["States.HeartbeatTimeout", "States.Timeout", "States.ALL"])("a missed heartbeat is caught by %s", async (name) => {
    const states = { A: { ...ask, HeartbeatSeconds: 5, Catch: [{ ErrorEquals: [name], Next: "B" }] }, B: { Type: "Succeed" } };
    const { answer } = await play(
      states,
      { amount: 1 },
      scene(() => "asked"),
    );
    expect(answer).toEqual({ status: "succeeded", output: { Error: "States.Timeout", Cause: "" } });
  });

  test.each([
    ["States.HeartbeatTimeout", { TimeoutSeconds: 5 }],
    ["States.TaskFailed", { HeartbeatSeconds: 5 }],
    ["States.TaskFailed", { TimeoutSeconds: 5 }],
  ])("%s does not catch %o", async (name, limit) => {
    const states = { A: { ...ask, ...limit, Catch: [{ ErrorEquals: [name], Next: "B" }] }, B: { Type: "Succeed" } };
    expect(
      (
        await play(
          states,
          { amount: 1 },
          scene(() => "asked"),
        )
      ).answer,
    ).toEqual(timedOut);
  });

  test("each heartbeat pushes the next limit forward, until TimeoutSeconds runs out", async () => {
    const time = new SimulatedTime();
    const tasks = new MemoryTasks(() => time.now());
    const beaten: number[] = [];
    const beat = async (token: string) => {
      for (let second = 4; second <= 12; second += 4) {
        await time.sleep(4000);
        if (tasks.heartbeat(token)) beaten.push(second);
      }
    };
    const { answer, history } = await play(
      { A: { ...ask, TimeoutSeconds: 30, HeartbeatSeconds: 5 } },
      { amount: 1 },
      {
        tasks,
        time,
        functions: { work: ({ token }: { token: string }) => void beat(token) },
      },
    );
    expect([answer, beaten]).toEqual([timedOut, [4, 8, 12]]);
    expect(history.at(-1)?.timestamp).toBe("2026-03-01T08:00:17.000Z");
    const patient = await play(
      { A: { ...ask, TimeoutSeconds: 14, HeartbeatSeconds: 5 } },
      { amount: 1 },
      {
        ...scene((all, token) => {
          for (let n = 0; n < 3; n++) all.heartbeat(token);
        }),
      },
    );
    expect(patient.answer).toEqual(timedOut);
  });

  test("a callback and a time-out at the same moment: whoever was first counts, and the other knows it", async () => {
    const tasks = new MemoryTasks(() => "2026-03-01T08:00:00.000Z");
    const expire = tasks.expire.bind(tasks);
    // The callback arrives between the look that found the limit passed and the attempt to end the task.
    tasks.expire = async (token, why) => {
      expect(tasks.end(token, { status: "succeeded", output: "just in time" })).toBe(true);
      return expire(token, why);
    };
    const { answer } = await play({ A: { ...ask, TimeoutSeconds: 60 } }, { amount: 1 }, { tasks, functions: { work: () => "asked" } });
    expect(answer).toEqual({ status: "succeeded", output: "just in time" });
  });
});

test("a branch that is cut closes its token: the click that comes later does nothing", async () => {
  const cut = scene(() => "asked");
  const failing = { StartAt: "W", States: { W: { Type: "Wait", Seconds: 60, Next: "F" }, F: { Type: "Fail", Error: "Cancelled" } } };
  const states = { P: { Type: "Parallel", Branches: [{ StartAt: "A", States: { A: ask } }, failing], End: true } };
  const { answer, history } = await play(states, { amount: 1 }, cut);
  await new Promise((resolve) => setImmediate(resolve));
  expect(answer).toMatchObject({ status: "failed", error: "Cancelled" });
  expect(await cut.tasks.read("token-1")).toEqual({ status: "closed" });
  expect(cut.tasks.end("token-1", { status: "succeeded", output: "late" })).toBe(false);
  expect(outline(history).slice(-3)).toEqual(["11←10 TaskStateAborted", "12←10 ParallelStateFailed", "13←12 ExecutionFailed"]);
});
