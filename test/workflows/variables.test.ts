import { describe, expect, test } from "vitest";
import { outputOf, parse, play, WORK } from "./machine-under-test.ts";

describe("Assign", () => {
  test('"if variable x had the value 5 on state entry, the interpreter will assign 42 to x, and 5 to newOrOld"', async () => {
    const states = {
      Start: { Type: "Pass", Assign: { x: 5 }, Next: "Assigning" },
      Assigning: { Type: "Pass", Assign: { x: 42, newOrOld: "{% $x %}" }, Next: "Referencing" },
      Referencing: { Type: "Succeed", Output: { x: "{% $x %}", newOrOld: "{% $newOrOld %}" } },
    };
    expect(await outputOf(states)).toEqual({ x: 42, newOrOld: 5 });
  });

  test("two variables are swapped, because both see the values of state entry", async () => {
    const states = {
      Start: { Type: "Pass", Assign: { a: 1, b: 2 }, Next: "Swap" },
      Swap: { Type: "Pass", Assign: { a: "{% $b %}", b: "{% $a %}" }, Next: "End" },
      End: { Type: "Succeed", Output: ["{% $a %}", "{% $b %}"] },
    };
    expect(await outputOf(states)).toEqual([2, 1]);
  });

  test('"each variable\'s new value only takes effect in the next state": Output still sees the old one', async () => {
    const states = {
      Start: { Type: "Pass", Assign: { x: 1 }, Next: "End" },
      End: { Type: "Pass", Assign: { x: 2 }, Output: "{% $x %}", End: true },
    };
    expect(await outputOf(states)).toBe(1);
  });

  test('"Assign MAY reference $states.result" in a Task', async () => {
    const states = {
      A: { Type: "Task", Resource: WORK, Assign: { got: "{% $states.result.n %}" }, Output: {}, Next: "B" },
      B: { Type: "Succeed", Output: "{% $got %}" },
    };
    expect(await outputOf(states, {}, { functions: { work: () => ({ n: 9 }) } })).toBe(9);
  });

  test('"a variable assigned inside an expression does not affect the value of any state machine variable"', async () => {
    const states = {
      Start: { Type: "Pass", Assign: { x: 1 }, Next: "Inside" },
      Inside: { Type: "Pass", Output: "{% ($x := 99; $x) %}", Next: "End" },
      End: { Type: "Succeed", Output: ["{% $states.input %}", "{% $x %}"] },
    };
    expect(await outputOf(states)).toEqual([99, 1]);
  });

  test("a variable that no state has assigned yet is an undefined result", async () => {
    const { answer } = await play({ A: { Type: "Pass", Output: "{% $later %}", End: true } });
    expect(answer).toMatchObject({ status: "failed", error: "States.QueryEvaluationError" });
  });

  test("a loop counts in a variable", async () => {
    const states = {
      Start: { Type: "Pass", Assign: { n: 0 }, Next: "Count" },
      Count: { Type: "Pass", Assign: { n: "{% $n + 1 %}" }, Next: "Enough" },
      Enough: { Type: "Choice", Choices: [{ Condition: "{% $n < 3 %}", Next: "Count" }], Default: "End" },
      End: { Type: "Succeed", Output: "{% $n %}" },
    };
    expect(await outputOf(states)).toBe(3);
  });
});

describe("scopes", () => {
  test("the example of the specification: End outputs hello from the outer scope, Goodbye outputs 2", async () => {
    const states = {
      "Get Greeting": { Type: "Pass", Assign: { outer: "hello" }, Next: "Greet Everyone" },
      "Greet Everyone": {
        Type: "Map",
        Items: [1, 2],
        ItemProcessor: {
          StartAt: "Begin",
          States: {
            Begin: { Type: "Pass", Assign: { inner: "world", hi: "{% $outer %}" }, Next: "End" },
            End: { Type: "Succeed", Output: "{% $hi %}" },
          },
        },
        Assign: { outer: 2, greetings: "{% $states.result %}" },
        Next: "Goodbye",
      },
      Goodbye: { Type: "Succeed", Output: { outer: "{% $outer %}", greetings: "{% $greetings %}" } },
    };
    expect(await outputOf(states)).toEqual({ outer: 2, greetings: ["hello", "hello"] });
  });

  test('"states in inner scopes MUST NOT assign to a variable with the same name as a variable in an outer scope"', () => {
    const inner = { StartAt: "I", States: { I: { Type: "Pass", Assign: { total: 1 }, End: true } } };
    const states = {
      Start: { Type: "Pass", Assign: { total: 0 }, Next: "Each" },
      Each: { Type: "Map", Items: [1], ItemProcessor: inner, End: true },
    };
    expect(() => parse(states)).toThrow("Each: ItemProcessor: the variable total belongs to an outer scope");
  });

  test("a variable that the outer scope assigns only in a catcher belongs to the outer scope too", () => {
    const inner = { StartAt: "I", States: { I: { Type: "Pass", Assign: { why: 1 }, End: true } } };
    const states = {
      Each: {
        Type: "Map",
        Items: [1],
        ItemProcessor: inner,
        Catch: [{ ErrorEquals: ["States.ALL"], Assign: { why: "{% $states.errorOutput.Error %}" }, Next: "End" }],
        Next: "End",
      },
      End: { Type: "Succeed" },
    };
    expect(() => parse(states)).toThrow("the variable why belongs to an outer scope");
  });

  test('"when a Map iteration completes, its variables go out of scope and are no longer accessible"', async () => {
    const inner = { StartAt: "I", States: { I: { Type: "Pass", Assign: { inner: 1 }, End: true } } };
    const states = {
      Each: { Type: "Map", Items: [1], ItemProcessor: inner, Next: "End" },
      End: { Type: "Succeed", Output: "{% $inner %}" },
    };
    expect((await play(states)).answer).toMatchObject({ status: "failed", error: "States.QueryEvaluationError" });
  });

  test('"a state in one iteration MUST NOT reference any variable assigned in another iteration"', async () => {
    const inner = {
      StartAt: "Look",
      States: {
        Look: { Type: "Pass", Output: "{% $exists($seen) %}", Assign: { seen: true }, End: true },
      },
    };
    const states = { Each: { Type: "Map", Items: [1, 2, 3], MaxConcurrency: 1, ItemProcessor: inner, End: true } };
    expect(await outputOf(states)).toEqual([false, false, false]);
  });
});

describe("the Context Object", () => {
  test("names the execution, its input and start, the machine and the state", async () => {
    const states = { Here: { Type: "Pass", Output: "{% $states.context %}", End: true } };
    expect(await outputOf(states, { id: 1 })).toEqual({
      Execution: { Id: "tested:run-1", Input: { id: 1 }, Name: "run-1", StartTime: "2026-03-01T08:00:00.000Z", RedriveCount: 0 },
      StateMachine: { Id: "tested", Name: "tested" },
      State: { Name: "Here", EnteredTime: "2026-03-01T08:00:00.000Z" },
    });
  });

  test("an Express execution has no RedriveCount, and only states that can be retried have a RetryCount", async () => {
    const states = {
      Here: {
        Type: "Parallel",
        Branches: [{ StartAt: "I", States: { I: { Type: "Pass", End: true } } }],
        Output: "{% $states.context %}",
        End: true,
      },
    };
    expect(await outputOf(states, {}, { type: "EXPRESS" })).toEqual({
      Execution: { Id: "tested:run-1", Input: {}, Name: "run-1", StartTime: "2026-03-01T08:00:00.000Z" },
      StateMachine: { Id: "tested", Name: "tested" },
      State: { Name: "Here", EnteredTime: "2026-03-01T08:00:00.000Z", RetryCount: 0 },
    });
  });

  test("EnteredTime is the injected clock's time at which the state was entered", async () => {
    const states = {
      A: { Type: "Wait", Seconds: 90, Next: "B" },
      B: { Type: "Succeed", Output: "{% $states.context.State.EnteredTime %}" },
    };
    expect(await outputOf(states)).toBe("2026-03-01T08:01:30.000Z");
  });
});
