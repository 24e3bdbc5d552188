import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileExpression, NOT_PLAIN } from "../../hub/asl/expression.ts";
import { outputOf, parse, play } from "./machine-under-test.ts";

/** The output of a Pass state with this Output. */
function evaluated(output: unknown, input: unknown = {}, random?: readonly number[]): Promise<unknown> {
  return outputOf({ A: { Type: "Pass", Output: output, End: true } }, input, random === undefined ? {} : { random });
}

async function causeOf(output: unknown, input: unknown = {}): Promise<string> {
  const { answer } = await play({ A: { Type: "Pass", Output: output, End: true } }, input);
  if (answer.status === "succeeded") throw new Error(`succeeded with ${JSON.stringify(answer.output)}`);
  expect(answer.error).toBe("States.QueryEvaluationError");
  return answer.cause;
}

describe("JSONata strings", () => {
  test('"JSONata expressions are written inside strings that start with {% and end with %}": anything else is a text', async () => {
    for (const text of ["{% 1", "1 %}", " {% 1 %}", "{% 1 %} ", "a {% 1 %} b", "$states.input", "{%}"]) {
      expect(await evaluated(text)).toBe(text);
    }
  });

  test('"any value nested inside a JSON object or array" is evaluated, the example of the specification', async () => {
    const Output = {
      student: "{% $states.input.name %}",
      classInfo: { teacher: "{% $states.input.t %}" },
      values: [1, "{% 'two' %}", "three"],
    };
    expect(await evaluated(Output, { name: "Scotland", t: "Bert" })).toEqual({
      student: "Scotland",
      classInfo: { teacher: "Bert" },
      values: [1, "two", "three"],
    });
  });

  test("keys are not evaluated", async () => {
    expect(await evaluated({ "{% 1 %}": "{% 1 %}" })).toEqual({ "{% 1 %}": 1 });
  });

  test("null, false, 0 and empty texts are values", async () => {
    const input = { a: null, b: false, c: 0, d: "", e: [], f: {} };
    for (const key of ["a", "b", "c", "d", "e", "f"] as const)
      expect(await evaluated(`{% $states.input.${key} %}`, input)).toEqual(input[key]);
  });

  test('"may fail to return a result … an error because JSON cannot represent an undefined value"', async () => {
    expect(await causeOf({ v: "{% $states.input.thisFieldDoesNotExist %}" })).toBe(
      "An error occurred while executing the state 'A' (entered at the event id #2). The JSONata expression " +
        "'$states.input.thisFieldDoesNotExist' specified for the field 'Output/v' returned nothing (undefined).",
    );
  });

  test('"may cause a type error, for example $x + $y if $x or $y is not a number"', async () => {
    expect(await causeOf("{% $states.input.x + 1 %}", { x: "one" })).toContain("T2001");
  });

  test("a value that a jsonata message quotes is left out of the cause: it may be anybody's data", async () => {
    const cause = await causeOf("{% $number($states.input.x) %}", { x: "jane@example.com" });
    expect(cause).toContain("D3030: Unable to cast value to a number: (a value)");
    expect(cause).not.toContain("jane");
  });

  test("a function is no JSON value", async () => {
    expect(await causeOf("{% $sum %}")).toContain("the value is a function");
    expect(await causeOf("{% {'f': function($x) {$x}} %}")).toContain("the value is a function");
  });

  test("endless recursion is States.QueryEvaluationError, not the end of the process", async () => {
    expect(await causeOf("{% ($f := function($n) { 1 + $f($n + 1) }; $f(0)) %}")).toContain("threw an error during evaluation");
  });

  test("nesting is bound where AWS binds it: 100 terms, 99 parentheses, and 31 calls of a function by itself", async () => {
    const terms = (count: number) => `{% ${Array.from({ length: count }, () => "1").join("+")} %}`;
    const nested = (count: number) => `{% ${"(".repeat(count)}1${")".repeat(count)} %}`;
    const calls = (count: number) => `{% ($f := function($n) { $n <= 0 ? 0 : 1 + $f($n - 1) }; $f(${count})) %}`;
    expect([await evaluated(terms(100)), await evaluated(nested(99)), await evaluated(calls(31))]).toEqual([100, 1, 31]);
    for (const tooDeep of [terms(101), nested(100), calls(32)]) expect(await causeOf(tooDeep)).toContain("Stack overflow");
  });

  test("a number that JSON does not have is its name, as on AWS", async () => {
    expect(await evaluated({ whole: "{% 1/0 %}", inside: "{% [1, -1/0] %}" })).toEqual({ whole: "Infinity", inside: [1, "-Infinity"] });
  });

  test("what jsonata remembers about an array ends with the expression, as if it had been written down and read again", async () => {
    const states = {
      A: { Type: "Pass", Output: { skus: "{% $states.input.lines.sku[] %}" }, Next: "B" },
      B: { Type: "Pass", Output: "{% {'again': $states.input.skus} %}", End: true },
    };
    expect(await outputOf(states, { lines: [{ sku: "a" }] })).toEqual({ again: ["a"] });
  });
});

test("a sequence above 262,144 items is States.QueryEvaluationError, not the end of the memory", async () => {
  expect(await evaluated("{% $count([1..262144]) %}")).toBe(262_144);
  expect(await causeOf("{% $count([1..262145]) %}")).toContain("D2015");
});

describe("plain paths are read without jsonata", () => {
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small", maxDepth: 4 },
      fc.constantFrom(null, true, false, 0, 1, "", "text"),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value"), { maxKeys: 3 }),
    ),
  })).value;

  test("any path over any JSON gives what jsonata gives, or is left to it", async () => {
    let plain = 0;
    await fc.assert(
      fc.asyncProperty(json, fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 4 }), async (input, names) => {
        const expression = compileExpression(`{% ${["$states", "input", ...names].join(".")} %}`, []);
        const scope = { states: { input } };
        const read = expression.read(scope);
        if (read === NOT_PLAIN) return;
        plain++;
        expect(read).toEqual(await expression.evaluate(scope));
      }),
      { numRuns: 500, seed: 20_260_301 },
    );
    expect(plain).toBeGreaterThan(200);
  });

  test("an array on the way is mapped over, which is jsonata's to do", async () => {
    expect(await evaluated("{% $states.input.lines.sku %}", { lines: [{ sku: "a" }, { sku: "b" }] })).toEqual(["a", "b"]);
    expect(await evaluated("{% $states.input.lines.sku %}", { lines: [{ sku: "a" }] })).toBe("a");
  });

  test("members of the prototype are no data", async () => {
    expect(await causeOf("{% $states.input.constructor %}")).toContain("returned nothing");
    expect(await causeOf("{% $states.input.`__proto__` %}")).toContain("returned nothing");
  });
});

describe("functions that Step Functions adds", () => {
  test("$partition cuts an array into parts of a size, the last one shorter", async () => {
    expect(await evaluated("{% $partition([1,2,3,4,5,6,7,8,9], 4) %}")).toEqual([[1, 2, 3, 4], [5, 6, 7, 8], [9]]);
    expect(await evaluated("{% $partition([1,2], 4) %}")).toEqual([[1, 2]]);
    expect(await causeOf("{% $partition([1,2], 0) %}")).toContain("at least 1");
  });

  test("$range goes from start to end inclusive by a step", async () => {
    expect(await evaluated("{% $range(0, 10, 2) %}")).toEqual([0, 2, 4, 6, 8, 10]);
    expect(await evaluated("{% $range(8, 1, -2) %}")).toEqual([8, 6, 4, 2]);
  });

  test("$range with a step that leads nowhere is undefined, and too long a range an error", async () => {
    expect(await causeOf("{% $range(1, 3, 0) %}")).toContain("returned nothing");
    expect(await causeOf("{% $range(1, 3, -1) %}")).toContain("returned nothing");
    expect(await evaluated("{% $count($range(1, 360145, 1)) %}")).toBe(360_145);
    expect(await causeOf("{% $range(1, 360146, 1) %}")).toContain("Expression evaluation memory limit exceeded");
  });

  test("$hash gives the digests of the five algorithms in hexadecimal", async () => {
    expect(await evaluated("{% $hash('abc', 'SHA-256') %}")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(await evaluated("{% $hash('abc', 'MD5') %}")).toBe("900150983cd24fb0d6963f7d28e17f72");
    expect(await evaluated("{% $hash('abc', 'SHA-1') %}")).toBe("a9993e364706816aba3e25717850c26c9cd0d89d");
    expect(await evaluated("{% $length($hash('abc', 'SHA-384')) %}")).toBe(96);
    expect(await evaluated("{% $length($hash('abc', 'SHA-512')) %}")).toBe(128);
    expect(await causeOf("{% $hash('abc', 'CRC32') %}")).toContain("unknown algorithm");
  });

  test("$random() draws from the injected randomness", async () => {
    expect(await evaluated("{% [$random(), $random()] %}", {}, [0.125, 0.75])).toEqual([0.125, 0.75]);
  });

  test("$random(seed) gives the same number for the same seed, within 0 and 1", async () => {
    const [first, again, other] = (await evaluated("{% [$random(42), $random(42), $random(43)] %}")) as number[];
    expect(first).toBe(again);
    expect(first).not.toBe(other);
    expect(first).toBeGreaterThanOrEqual(0);
    expect(first).toBeLessThan(1);
  });

  test("$uuid() is a version 4 UUID made from the injected randomness", async () => {
    expect(await evaluated("{% $uuid() %}", {}, [0])).toBe("00000000-0000-4000-8000-000000000000");
    expect(await evaluated("{% $uuid() %}", {}, [0.999])).toBe("ffffffff-ffff-4fff-bfff-ffffffffffff");
  });

  test("$parse reads a JSON text", async () => {
    expect(await evaluated("{% $parse($states.input.body).total %}", { body: '{"total": 12}' })).toBe(12);
    expect(await causeOf("{% $parse('{total') %}")).toContain("the text is not JSON");
  });

  test("$now() and $millis() tell the injected time", async () => {
    expect(await evaluated("{% $now() %}")).toBe("2026-03-01T08:00:00.000Z");
    expect(await evaluated("{% $now('[D01].[M01].[Y0001]') %}")).toBe("01.03.2026");
    expect(await evaluated("{% $millis() %}")).toBe(1_772_352_000_000);
  });

  test("$toMillis fills the missing parts of a date from the injected time", async () => {
    expect(await evaluated("{% $fromMillis($toMillis('09:30', '[H01]:[m01]')) %}")).toBe("2026-03-01T09:30:00.000Z");
    expect(await evaluated("{% $toMillis('2026-03-01T08:00:00.000Z') %}")).toBe(1_772_352_000_000);
  });
});

describe("what the States Language forbids in an expression is refused before anything runs", () => {
  function refusal(output: string): () => unknown {
    return () => parse({ A: { Type: "Pass", Output: output, End: true } });
  }

  test("$eval is not supported", () => {
    expect(refusal("{% $eval('1 + 1') %}")).toThrow("A: Output: {% $eval('1 + 1') %} $eval is not supported");
    expect(refusal("{% ['1'] ~> $map($eval) %}")).toThrow("$eval is not supported");
  });

  test('"MUST NOT reference $ or unqualified field names at the top level"', () => {
    expect(refusal("{% states.input.id %}")).toThrow('reads "states" of an input document, and there is none');
    expect(refusal("{% $.total %}")).toThrow('"$" at the top level');
    expect(refusal("{% $sum(lines.price) %}")).toThrow('reads "lines"');
    expect(refusal("{% {'a': total} %}")).toThrow('reads "total"');
    expect(refusal("{% $map($states.input, function($v) { total }) %}")).toThrow('reads "total"');
  });

  test('"MUST NOT reference $$"', () => {
    expect(refusal("{% $states.input[id = $$.id] %}")).toThrow('"$$" reads the input document');
  });

  test('"but MAY reference $ or unqualified field names nested inside an expression"', async () => {
    const orders = { orders: [{ total: 5 }, { total: 20 }] };
    expect(await evaluated("{% $states.input.orders[$.total > 10] %}", orders)).toEqual({ total: 20 });
    expect(await evaluated("{% $states.input.orders[total > 10] %}", orders)).toEqual({ total: 20 });
    expect(await evaluated("{% $states.input.orders^(>total).total %}", orders)).toEqual([20, 5]);
    expect(await evaluated("{% $states.input.orders.{'t': total} %}", orders)).toEqual([{ t: 5 }, { t: 20 }]);
    expect(await evaluated("{% $states.input.orders{'sum': $sum(total)} %}", orders)).toEqual({ sum: 25 });
    expect(await evaluated("{% $states.input ~> | orders | {'seen': total} | %}", orders)).toEqual({
      orders: [
        { total: 5, seen: 5 },
        { total: 20, seen: 20 },
      ],
    });
  });

  test("text that is not JSONata is named with the position", () => {
    expect(refusal("{% $states.input. %}")).toThrow(/A: Output: .* is not JSONata: .* \(at character \d+\)/);
    expect(refusal("{%%}")).toThrow("is not JSONata");
  });

  test('"Arguments … MUST NOT reference $states.result or $states.errorOutput"', () => {
    const task = { Type: "Task", Resource: "arn:aws:lambda:us-east-1:123456789012:function:work", End: true };
    expect(() => parse({ A: { ...task, Arguments: "{% $states.result %}" } })).toThrow("$states.result has no value in this field");
    expect(() => parse({ A: { ...task, Output: "{% $states.errorOutput.Error %}" } })).toThrow("$states.errorOutput has no value");
    expect(refusal("{% $states.result %}")).toThrow("$states.result has no value");
  });
});
