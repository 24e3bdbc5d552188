import { describe, expect, test } from "vitest";
import { failure, outputOf, play, WORK } from "./machine-under-test.ts";

const callWork = { StartAt: "I", States: { I: { Type: "Task", Resource: WORK, End: true } } };
const double = { StartAt: "I", States: { I: { Type: "Pass", Output: "{% $states.input * 2 %}", End: true } } };

function map(fields: object): Record<string, object> {
  return { Each: { Type: "Map", ItemProcessor: double, End: true, ...fields } };
}

describe("Map", () => {
  test('"the result is a JSON array … containing one element for each element of the Items Array, in the same order"', async () => {
    expect(await outputOf(map({ Items: "{% $states.input.numbers %}" }), { numbers: [3, 1, 2] })).toEqual([6, 2, 4]);
  });

  test("the order of the result is that of the items even when later iterations finish first", async () => {
    const inner = {
      StartAt: "W",
      States: {
        W: { Type: "Wait", Seconds: "{% $states.input %}", Next: "O" },
        O: { Type: "Succeed", Output: "{% $states.input & 's' %}" },
      },
    };
    expect(await outputOf(map({ ItemProcessor: inner }), [30, 10, 20])).toEqual(["30s", "10s", "20s"]);
  });

  test('"if a Map State has neither an ItemReader nor an Items field, the items array will be the state input"', async () => {
    expect(await outputOf(map({}), [1, 2])).toEqual([2, 4]);
  });

  test("no items give an empty result", async () => {
    expect(await outputOf(map({}), [])).toEqual([]);
  });

  test("Items that evaluate to something else than an array are States.QueryEvaluationError", async () => {
    const { answer } = await play(map({ Items: "{% $states.input.numbers[$ > 2] %}" }), { numbers: [1, 2, 3] });
    expect(answer).toMatchObject({ status: "failed", error: "States.QueryEvaluationError" });
    if (answer.status === "succeeded") return;
    expect(answer.cause).toContain("returned an unexpected result type. Expected 'array', but was 'number'.");
  });

  test("ItemSelector makes the input of an iteration from $states.context.Map.Item and the Map's own input", async () => {
    const states = map({
      Items: "{% $states.input.shipped %}",
      ItemSelector: {
        parcel: "{% $states.context.Map.Item.Value %}",
        index: "{% $states.context.Map.Item.Index %}",
        courier: "{% $states.input.partner %}",
      },
      ItemProcessor: { StartAt: "I", States: { I: { Type: "Pass", End: true } } },
    });
    expect(await outputOf(states, { partner: "UQS", shipped: ["a", "b"] })).toEqual([
      { parcel: "a", index: 0, courier: "UQS" },
      { parcel: "b", index: 1, courier: "UQS" },
    ]);
  });

  test('"if Output is not provided, the state output is the result"; Output sees $states.result', async () => {
    expect(await outputOf(map({ Output: { sum: "{% $sum($states.result) %}" } }), [1, 2])).toEqual({ sum: 6 });
  });

  /** Answers how many calls were running at once at most. */
  async function mostAtOnce(items: number, fields: object): Promise<number> {
    let running = 0;
    let most = 0;
    const work = async () => {
      running++;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
    };
    const input = Array.from({ length: items }, (_, index) => index);
    await outputOf(map({ ItemProcessor: callWork, ...fields }), input, { functions: { work } });
    return most;
  }

  test('"the interpreter will not allow the number of concurrent iterations to exceed" MaxConcurrency', async () => {
    expect(await mostAtOnce(10, { MaxConcurrency: 3 })).toBe(3);
  });

  test("MaxConcurrency 0 and larger than 40 run 40 at once, the bound of an inline Map on AWS", async () => {
    expect(await mostAtOnce(50, {})).toBe(40);
    expect(await mostAtOnce(50, { MaxConcurrency: 1000 })).toBe(40);
  });

  test('"a MaxConcurrency value of 1 … will not start an iteration until the previous iteration has completed"', async () => {
    const states = map({ MaxConcurrency: 1, ItemProcessor: callWork });
    const { calls } = await play(states, ["a", "b", "c"], { functions: { work: () => null } });
    expect(calls.map(([, payload]) => payload)).toEqual(["a", "b", "c"]);
    expect(await mostAtOnce(5, { MaxConcurrency: 1 })).toBe(1);
  });

  test('MaxConcurrency may be a JSONata string, "which MUST evaluate to a non-negative integer"', async () => {
    expect(await mostAtOnce(6, { MaxConcurrency: "{% 1 + 1 %}" })).toBe(2);
    expect((await play(map({ MaxConcurrency: "{% -1 %}" }), [1])).answer).toMatchObject({ error: "States.QueryEvaluationError" });
  });

  test('"if any iteration fails … the entire Map State is considered to have failed and all the iterations are terminated"', async () => {
    const work = (n: number) => {
      if (n === 2) throw failure("Rejected");
      return n;
    };
    const states = map({ MaxConcurrency: 1, ItemProcessor: callWork });
    const { answer, calls } = await play(states, [1, 2, 3, 4], { functions: { work } });
    expect(answer).toMatchObject({ status: "failed", error: "Rejected" });
    expect(calls.length).toBe(2);
  });

  test("a Map catches the error of an iteration, and retries all its items", async () => {
    let failures = 1;
    const work = (n: number) => {
      if (n === 2 && failures-- > 0) throw failure("Busy");
      return n * 10;
    };
    const states = map({ MaxConcurrency: 1, ItemProcessor: callWork, Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 2 }] });
    const { answer, calls, sleeps } = await play(states, [1, 2], { functions: { work } });
    expect(answer).toEqual({ status: "succeeded", output: [10, 20] });
    expect(calls.map(([, payload]) => payload)).toEqual([1, 2, 1, 2]);
    expect(sleeps).toEqual([2000]);
  });

  test('"a Succeed State within a Map merely terminates its own iteration"', async () => {
    const states = {
      Each: { Type: "Map", ItemProcessor: { StartAt: "I", States: { I: { Type: "Succeed" } } }, Next: "After" },
      After: { Type: "Succeed", Output: "{% $count($states.input) %}" },
    };
    expect(await outputOf(states, ["a", "b"])).toBe(2);
  });

  test("Maps nest, and the inner one sees variables of both scopes around it", async () => {
    const innermost = { StartAt: "C", States: { C: { Type: "Pass", Output: "{% $states.input & $middle & $outer %}", End: true } } };
    const states = {
      Start: { Type: "Pass", Assign: { outer: "!" }, Next: "Each" },
      Each: {
        Type: "Map",
        ItemProcessor: {
          StartAt: "A",
          States: {
            A: { Type: "Pass", Assign: { middle: "{% $string($count($states.input)) %}" }, Next: "B" },
            B: { Type: "Map", ItemProcessor: innermost, End: true },
          },
        },
        End: true,
      },
    };
    expect(await outputOf(states, [["a"], ["b", "c"]])).toEqual([["a1!"], ["b2!", "c2!"]]);
  });
});

describe("a Map and its quotas", () => {
  test("an item that ItemSelector makes too large fails the Map before an iteration starts", async () => {
    const states = map({
      ItemSelector: { twice: ["{% $states.input[0] %}", "{% $states.input[0] %}"] },
      ItemProcessor: { StartAt: "I", States: { I: { Type: "Pass", Output: "ok", End: true } } },
    });
    const { answer } = await play(states, ["x".repeat(140_000)]);
    expect(answer).toMatchObject({ status: "failed", error: "States.DataLimitExceeded" });
  });
});
