import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createInterpreter, functionSubstitutions, InvalidMachine, type ParseOptions, parseMachine } from "#asl";
import { placeholderOf } from "#wiring";
import { parse, SimulatedTime, WORK } from "./machine-under-test.ts";

const end = { End: { Type: "Succeed" } };
const task = { Type: "Task", Resource: WORK, Next: "End" };
const inline = { StartAt: "I", States: { I: { Type: "Pass", End: true } } };

/** The problems that refuse a machine of these states. */
function problemsOf(states: Readonly<Record<string, object>>, fields: object = {}, options: Partial<ParseOptions> = {}): readonly string[] {
  try {
    parse(states, fields, options);
  } catch (error) {
    if (error instanceof InvalidMachine) return error.problems;
    throw error;
  }
  return [];
}

describe("the machine", () => {
  test("a sound machine has no problems", () => {
    expect(problemsOf({ A: task, ...end })).toEqual([]);
  });

  test("what is not JSON is named as such", () => {
    expect(() => parseMachine("{", { name: "post-transactions", substitutions: {} })).toThrow(
      "the state machine post-transactions cannot be run:\n- the file is not JSON",
    );
  });

  test('"StartAt … MUST match exactly the name of one of the States fields"', () => {
    expect(problemsOf(end, { StartAt: "end" })).toEqual(['the machine: StartAt names no state of States: "end"']);
  });

  test("JSONPath, the default of the language, is refused", () => {
    expect(problemsOf(end, { QueryLanguage: "JSONPath" })).toEqual(['the machine: QueryLanguage must be "JSONata"']);
    expect(problemsOf(end, { QueryLanguage: undefined })).toEqual(['the machine: QueryLanguage must be "JSONata"']);
    expect(problemsOf({ A: { Type: "Succeed", QueryLanguage: "JSONPath" } })).toEqual(['A: QueryLanguage must be "JSONata"']);
  });

  test("a field that the language does not have is named", () => {
    expect(problemsOf(end, { Timeout: 5 })[0]).toContain("the machine: Timeout is not a field here");
  });

  test("TimeoutSeconds of a machine is a positive integer", () => {
    for (const TimeoutSeconds of [0, -1, 1.5, "60", "{% 60 %}"]) {
      expect(problemsOf(end, { TimeoutSeconds })).toEqual(["the machine: TimeoutSeconds must be a positive integer"]);
    }
  });

  test('a state name\'s "length MUST BE less than or equal to 80 Unicode characters"', () => {
    expect(problemsOf({ ["€".repeat(80)]: { Type: "Succeed" } })).toEqual([]);
    expect(problemsOf({ ["€".repeat(81)]: { Type: "Succeed" } })[0]).toContain("the name is longer than 80 characters");
  });

  test('"the state name MUST be unique within the scope of the entire state machine"', () => {
    const inner = { StartAt: "End", States: { End: { Type: "Succeed" } } };
    expect(problemsOf({ Each: { Type: "Map", ItemProcessor: inner, Next: "End" }, ...end })).toEqual([
      "End: the name is used twice, and it must be unique within the whole machine",
    ]);
  });

  test("one reading names all problems", () => {
    expect(problemsOf({ A: { Type: "Pass", Next: "B" }, C: { Type: "Wait", End: true }, D: { Type: "Jump" } })).toEqual([
      'A: Next names no state of the same States: "B"',
      "C: needs exactly one of Seconds and Timestamp",
      'D: Type must be one of Task, Map, Parallel, Choice, Pass, Wait, Succeed, Fail: "Jump"',
    ]);
  });
});

describe("transitions", () => {
  test('"the value of the Next field MUST exactly and case-sensitively match the name of another state"', () => {
    expect(problemsOf({ A: { Type: "Pass", Next: "end" }, ...end })).toEqual(['A: Next names no state of the same States: "end"']);
  });

  test('"all non-terminal states MUST have a Next field", and a terminal one has none', () => {
    const problem = ['A: needs exactly one of Next and "End": true'];
    expect(problemsOf({ A: { Type: "Pass" }, ...end })).toEqual(problem);
    expect(problemsOf({ A: { Type: "Pass", End: false }, ...end })).toEqual(problem);
    expect(problemsOf({ A: { Type: "Pass", Next: "End", End: true }, ...end })).toEqual(problem);
  });

  test('"states in an ItemProcessor\'s States field can transition only to each other"', () => {
    const outward = { StartAt: "I", States: { I: { Type: "Pass", Next: "End" } } };
    expect(problemsOf({ A: { Type: "Map", ItemProcessor: outward, Next: "End" }, ...end })).toEqual([
      'I: Next names no state of the same States: "End"',
    ]);
    expect(problemsOf({ A: { Type: "Map", ItemProcessor: inline, Next: "I" } })).toEqual([
      'A: Next names no state of the same States: "I"',
    ]);
  });

  test("Default, and Next of a choice rule and of a catcher, name states", () => {
    const choice = { Type: "Choice", Choices: [{ Condition: true, Next: "X" }, { Condition: true }], Default: "Y" };
    expect(problemsOf({ A: choice })).toEqual([
      'A: Choices[0]: Next names no state of the same States: "X"',
      "A: Choices[1]: Next is missing",
      'A: Default names no state of the same States: "Y"',
    ]);
    expect(problemsOf({ A: { ...task, Catch: [{ ErrorEquals: ["Busy"], Next: "Z" }] }, ...end })).toEqual([
      'A: Catch[0]: Next names no state of the same States: "Z"',
    ]);
  });
});

describe("fields", () => {
  test('a Choice needs "a Choices field whose value is a non-empty array" and "MUST NOT be an End state"', () => {
    expect(problemsOf({ A: { Type: "Choice", Choices: [], Default: "End" }, ...end })).toEqual(["A: Choices must be a non-empty array"]);
    expect(problemsOf({ A: { Type: "Choice", Choices: [{ Condition: true, Next: "End" }], End: true }, ...end })[0]).toContain(
      "A: End is not a field here",
    );
  });

  test('"the Condition field accepts a boolean value or a JSONata string"', () => {
    for (const Condition of [undefined, "yes", 1, {}]) {
      expect(problemsOf({ A: { Type: "Choice", Choices: [{ Condition, Next: "End" }] }, ...end })).toEqual([
        "A: Choices[0]: Condition must be a boolean or a JSONata string",
      ]);
    }
  });

  test('"Wait MUST contain exactly one of Seconds or Timestamp", of the right form', () => {
    const wait = (fields: object) => problemsOf({ A: { Type: "Wait", End: true, ...fields } });
    expect(wait({ Seconds: 1, Timestamp: "2026-03-01T00:00:00Z" })).toEqual(["A: needs exactly one of Seconds and Timestamp"]);
    expect(wait({ Seconds: -1 })).toEqual(["A: Seconds must be a non-negative integer"]);
    expect(wait({ Seconds: "10" })).toEqual(["A: Seconds must be a non-negative integer"]);
    expect(wait({ Timestamp: "tomorrow" })[0]).toContain("A: Timestamp must be a timestamp");
  });

  test("Retry fields are checked", () => {
    const retry = (fields: object) => problemsOf({ A: { ...task, Retry: [{ ErrorEquals: ["Busy"], ...fields }] }, ...end });
    expect(retry({ IntervalSeconds: 0 })).toEqual(["A: Retry[0]: IntervalSeconds must be a positive integer"]);
    expect(retry({ MaxAttempts: -1 })).toEqual(["A: Retry[0]: MaxAttempts must be a non-negative integer"]);
    expect(retry({ BackoffRate: 0.5 })).toEqual(["A: Retry[0]: BackoffRate must be a number of at least 1"]);
    expect(retry({ MaxDelaySeconds: 0 })).toEqual(["A: Retry[0]: MaxDelaySeconds must be a positive integer"]);
    expect(retry({ JitterStrategy: "SOME" })).toEqual(['A: Retry[0]: JitterStrategy must be "FULL" or "NONE"']);
    expect(retry({ ErrorEquals: [] })).toEqual(["A: Retry[0]: ErrorEquals must be a non-empty array"]);
  });

  test('States.ALL "MUST appear alone in the ErrorEquals array and MUST appear in the last" Retrier or Catcher', () => {
    const problem = "States.ALL must appear alone, and in the last element";
    expect(problemsOf({ A: { ...task, Retry: [{ ErrorEquals: ["States.ALL", "Busy"] }] }, ...end })).toEqual([`A: Retry[0]: ${problem}`]);
    const Catch = [
      { ErrorEquals: ["States.ALL"], Next: "End" },
      { ErrorEquals: ["Busy"], Next: "End" },
    ];
    expect(problemsOf({ A: { ...task, Catch }, ...end })).toEqual([`A: Catch[0]: ${problem}`]);
  });

  test("a Retrier or Catcher that names States.Runtime would never be used", () => {
    expect(problemsOf({ A: { ...task, Retry: [{ ErrorEquals: ["States.Runtime"] }] }, ...end })).toEqual([
      "A: Retry[0]: States.Runtime always fails the execution and cannot be retried or caught",
    ]);
  });

  test('"a state MUST NOT assign a value to states", and variables are named by identifiers of at most 80 characters', () => {
    const assign = (name: string) => problemsOf({ A: { Type: "Pass", Assign: { [name]: 1 }, End: true } });
    expect(assign("states")).toEqual(['A: Assign: a state must not assign a value to "states"']);
    expect(assign("größe")).toEqual([]);
    expect(assign("2nd")).toEqual(['A: Assign: "2nd" is not a variable name']);
    expect(assign("a-b")).toEqual(['A: Assign: "a-b" is not a variable name']);
    expect(assign("x".repeat(80))).toEqual([]);
    expect(assign("x".repeat(81)).length).toBe(1);
  });

  test('"any state except Succeed and Fail MAY have an Assign field"', () => {
    expect(problemsOf({ A: { Type: "Succeed", Assign: { x: 1 } } })[0]).toContain("A: Assign is not a field here");
    expect(problemsOf({ A: { Type: "Fail", Output: 1 } })[0]).toContain("A: Output is not a field here");
  });

  test("a Map needs an ItemProcessor, and Items an array", () => {
    expect(problemsOf({ A: { Type: "Map", End: true } })[0]).toBe("A: ItemProcessor must be an object");
    expect(problemsOf({ A: { Type: "Map", Items: { a: 1 }, ItemProcessor: inline, End: true } })).toEqual([
      "A: Items must be an array or a JSONata string",
    ]);
  });
});

describe("what is refused by name", () => {
  test.each([
    ["InputPath", "Pass"],
    ["OutputPath", "Pass"],
    ["ResultPath", "Task"],
    ["ResultSelector", "Task"],
    ["Parameters", "Task"],
    ["Result", "Pass"],
    ["ItemsPath", "Map"],
    ["SecondsPath", "Wait"],
    ["TimeoutSecondsPath", "Task"],
  ])("the JSONPath field %s of a %s says what to write instead", (field, Type) => {
    const own = { Task: { Resource: WORK }, Map: { ItemProcessor: inline }, Wait: { Seconds: 1 } }[Type] ?? {};
    const [problem, ...more] = problemsOf({ A: { Type, ...own, [field]: "$.x", End: true } });
    expect(problem).toMatch(new RegExp(`^A: ${field} is a field of JSONPath machines; in JSONata write `));
    expect(more).toEqual([]);
  });

  test("the Distributed Map and its fields", () => {
    const distributed = { ...inline, ProcessorConfig: { Mode: "DISTRIBUTED" } };
    expect(problemsOf({ A: { Type: "Map", ItemProcessor: distributed, End: true } })).toEqual([
      'A: ItemProcessor: the Distributed Map is not supported: use Mode "INLINE"',
    ]);
    for (const field of ["ItemReader", "ItemBatcher", "ResultWriter", "Label"]) {
      expect(problemsOf({ A: { Type: "Map", ItemProcessor: inline, [field]: {}, End: true } })).toEqual([
        `A: ${field} belongs to the Distributed Map, which is not supported`,
      ]);
    }
    for (const field of ["ToleratedFailureCount", "ToleratedFailurePercentage"]) {
      expect(problemsOf({ A: { Type: "Map", ItemProcessor: inline, [field]: 1, End: true } })).toEqual([
        `A: ${field} belongs to the Distributed Map, which is not supported: an iteration that may fail catches its error`,
      ]);
    }
    expect(problemsOf({ A: { Type: "Map", ItemProcessor: { ...inline, ProcessorConfig: { Mode: "INLINE" } }, End: true } })).toEqual([]);
  });

  test("service integrations that are not known, and patterns that an action does not have", () => {
    const resource = (Resource: string) => problemsOf({ A: { Type: "Task", Resource, End: true } })[0];
    const known =
      "lambda:invoke, events:putEvents, sqs:sendMessage, states:startExecution, aws-sdk:sfn:startSyncExecution, " +
      "dynamodb:getItem, dynamodb:putItem, dynamodb:updateItem, dynamodb:deleteItem";
    for (const arn of [
      "sns:publish",
      "aws-sdk:dynamodb:putItem",
      "lambda:invoke.sync",
      "sqs:sendMessage.sync:2",
      "states:startExecution.later",
    ]) {
      expect(resource(`arn:aws:states:::${arn}`)).toBe(
        `A: Resource arn:aws:states:::${arn} is no service integration that is supported. Known: ${known}`,
      );
    }
    expect(resource("arn:aws:states:us-east-1:123456789012:activity:Greet")).toContain("is no service integration that is supported");
    expect(resource("https://example.com/run")).toContain("Resource must be a placeholder, the ARN of a function or");
  });

  const started = { StateMachineArn: "close-day" };
  const wait = { FunctionName: WORK, Payload: { token: "{% $states.context.Task.Token %}" } };

  test("what an Express machine cannot wait for, in the words of AWS", () => {
    const problems = (Resource: string, Arguments: object) =>
      problemsOf({ A: { Type: "Task", Resource, Arguments, End: true } }, {}, { type: "EXPRESS" });
    expect(problems("arn:aws:states:::lambda:invoke.waitForTaskToken", wait)).toEqual([
      "A: Resource arn:aws:states:::lambda:invoke.waitForTaskToken: Express state machine does not support '.waitForTaskToken' service integration",
    ]);
    expect(problems("arn:aws:states:::states:startExecution.sync:2", started)).toEqual([
      "A: Resource arn:aws:states:::states:startExecution.sync:2: Express state machine does not support '.sync' service integration",
    ]);
    expect(problems("arn:aws:states:::states:startExecution", started)).toEqual([]);
  });

  test("an action that the host does not have", () => {
    const table = { A: { Type: "Task", Resource: "arn:aws:states:::dynamodb:getItem", Arguments: { TableName: "t" }, End: true } };
    expect(problemsOf(table, {}, { actions: ["lambda:invoke", "sqs:sendMessage"] })).toEqual([
      "A: Resource arn:aws:states:::dynamodb:getItem is not on this host, which has lambda:invoke, sqs:sendMessage",
    ]);
    expect(problemsOf(table)).toEqual([]);
  });

  test("HeartbeatSeconds of a task that waits for no token or that would never miss one, and Credentials", () => {
    expect(problemsOf({ A: { ...task, HeartbeatSeconds: 5 }, ...end })).toEqual([
      "A: HeartbeatSeconds is for a task that waits for its token, and this one does not: use TimeoutSeconds",
    ]);
    const waiting = { ...task, Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken", Arguments: wait };
    expect(problemsOf({ A: { ...waiting, HeartbeatSeconds: 5, TimeoutSeconds: 5 }, ...end })).toEqual([
      "A: HeartbeatSeconds must be smaller than TimeoutSeconds",
    ]);
    expect(problemsOf({ A: { ...waiting, HeartbeatSeconds: 0 }, ...end })).toEqual(["A: HeartbeatSeconds must be a positive integer"]);
    expect(problemsOf({ A: { ...waiting, HeartbeatSeconds: "{% $states.input.beat %}", TimeoutSeconds: 5 }, ...end })).toEqual([]);
    expect(problemsOf({ A: { ...task, Credentials: {} }, ...end })[0]).toContain("A: Credentials is not supported");
  });

  test("arguments that would be ignored, and those that are missing", () => {
    const invoke = (Arguments: unknown, action = "lambda:invoke") =>
      problemsOf({ A: { Type: "Task", Resource: `arn:aws:states:::${action}`, Arguments, End: true } });
    expect(invoke({ FunctionName: WORK, InvocationType: "Event" })[0]).toContain("A: Arguments: InvocationType is not a field here");
    expect(invoke({ Payload: {} })).toEqual(["A: Arguments of lambda:invoke need FunctionName"]);
    expect(invoke({ FunctionName: "no such name!" })[0]).toContain("neither the name nor the ARN of a function");
    expect(invoke("{% $states.input %}")).toEqual([]);
    expect(invoke({ QueueUrl: "posting" }, "sqs:sendMessage")).toEqual(["A: Arguments of sqs:sendMessage need MessageBody"]);
    expect(invoke({}, "events:putEvents")).toEqual(["A: Arguments of events:putEvents need Entries"]);
    expect(invoke({ TableName: "t", Key: {} }, "dynamodb:getItem")).toEqual([]);
  });
});

describe("Parallel", () => {
  const branch = (name: string, fields: object = {}) => ({ StartAt: name, States: { [name]: { Type: "Pass", End: true, ...fields } } });

  test('"MUST contain a Branches field … each of which MUST contain States and StartAt"', () => {
    expect(problemsOf({ P: { Type: "Parallel", End: true } })).toEqual(["P: Branches must be a non-empty array"]);
    expect(problemsOf({ P: { Type: "Parallel", Branches: [{ States: { A: { Type: "Pass", End: true } } }], End: true } })).toEqual([
      "P: Branches[0]: StartAt names no state of States: undefined",
    ]);
    expect(problemsOf({ P: { Type: "Parallel", Branches: [branch("A"), branch("B")], End: true } })).toEqual([]);
  });

  test("names of states are unique in the whole machine, and a branch has no language of its own", () => {
    expect(problemsOf({ P: { Type: "Parallel", Branches: [branch("A"), branch("A")], End: true } })).toEqual([
      "A: the name is used twice, and it must be unique within the whole machine",
    ]);
    const other = { ...branch("A"), QueryLanguage: "JSONata" };
    expect(problemsOf({ P: { Type: "Parallel", Branches: [other], End: true } })[0]).toContain("QueryLanguage is not a field here");
  });

  test("a state of a branch does not go to one outside, nor to one of another branch", () => {
    const states = {
      P: { Type: "Parallel", Branches: [branch("A", { End: false, Next: "B" }), branch("B")], Next: "End" },
      End: { Type: "Succeed" },
    };
    expect(problemsOf(states)).toEqual(['A: Next names no state of the same States: "B"']);
  });
});

describe("placeholders", () => {
  test("a placeholder is the function's name in PascalCase and Arn", () => {
    expect(placeholderOf("decide-postings")).toBe("DecidePostingsArn");
    expect(functionSubstitutions(["decide-postings", "announce-events"])).toEqual({
      DecidePostingsArn: "decide-postings",
      AnnounceEventsArn: "announce-events",
    });
  });

  test("a placeholder without substitution is named, with those that are known", () => {
    const problems = problemsOf({ A: { Type: "Task", Resource: `\${GoneArn}`, End: true } });
    expect(problems[0]).toBe(`the placeholder \${GoneArn} has no substitution. Known: WorkArn, OtherWorkArn`);
  });

  test("the machine of the fixture runs: decide, execute, decide, settled", async () => {
    const text = readFileSync(new URL("../fixtures/state-machines/sound.asl.json", import.meta.url), "utf8");
    const machine = parseMachine(text, { name: "sound", substitutions: functionSubstitutions(["decide-postings", "execute-postings"]) });
    const calls: [string, unknown][] = [];
    const interpreter = createInterpreter({
      clock: new SimulatedTime(),
      random: () => 0,
      sleep: () => new Promise(() => undefined),
      async invoke(name, payload) {
        calls.push([name, payload]);
        if (name === "execute-postings") return { transactions: ["t1"] };
        return calls.length === 1 ? { status: "planned", plan: 7 } : { status: "settled" };
      },
    });
    expect(await interpreter.run(machine, { transactions: ["t1", "t2"] }, { name: "n" })).toEqual({
      status: "succeeded",
      output: { status: "settled" },
    });
    expect(calls).toEqual([
      ["decide-postings", { transactions: ["t1", "t2"] }],
      ["execute-postings", { status: "planned", plan: 7 }],
      ["decide-postings", { transactions: ["t1"] }],
    ]);
  });
});
