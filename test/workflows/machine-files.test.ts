import { readdirSync, readFileSync } from "node:fs";
import validate from "asl-validator";
import { describe, expect, test } from "vitest";
import { functionSubstitutions, InvalidMachine, parseMachine } from "#asl";
import { play } from "./machine-under-test.ts";

const machines = new URL("../../state-machines/", import.meta.url);
const functions = new URL("../../functions/", import.meta.url);
const fixtures = new URL("../fixtures/state-machines/", import.meta.url);

function filesIn(folder: URL, ending: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(ending));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

interface MachineFile {
  readonly name: string;
  readonly text: string;
}

interface StateFields {
  readonly Type: string;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[] }[];
  readonly Branches?: readonly { readonly States: Readonly<Record<string, StateFields>> }[];
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, StateFields>> };
  readonly [field: string]: unknown;
}

function read(folder: URL, file: string): MachineFile {
  return { name: file.replace(/\.asl\.json$/, ""), text: readFileSync(new URL(file, folder), "utf8") };
}

/** What asl-validator 4 says against a file as it is deployed, with ARNs for placeholders; empty when it is valid. */
function validatorErrors({ text }: MachineFile): string {
  const deployed = text.replace(/\$\{(\w+)Arn\}/g, "arn:aws:lambda:us-east-1:123456789012:function:$1");
  const { isValid, errorsText } = validate(JSON.parse(deployed), { checkPaths: true, checkArn: true });
  return isValid ? "" : errorsText();
}

/** What the interpreter says against a file, when these functions exist. */
function interpreterProblems({ name, text }: MachineFile, functionNames: readonly string[]): readonly string[] {
  try {
    parseMachine(text, { name, substitutions: functionSubstitutions(functionNames) });
    return [];
  } catch (error) {
    if (error instanceof InvalidMachine) return error.problems;
    throw error;
  }
}

/** The house's own rule: each Task has a Comment, a time-out, a Retry that names its errors, and a Catch. */
function conventionProblems({ text }: MachineFile): string[] {
  const problems: string[] = [];
  const visit = (states: Readonly<Record<string, StateFields>>): void => {
    for (const [name, state] of Object.entries(states)) {
      if (state.Type === "Task") {
        for (const field of ["Comment", "TimeoutSeconds", "Retry", "Catch"]) {
          if (state[field] === undefined) problems.push(`${name}: ${field} is missing`);
        }
        if (state.Retry?.some(({ ErrorEquals }) => ErrorEquals.includes("States.ALL")))
          problems.push(`${name}: Retry must name its errors`);
      }
      if (state.ItemProcessor !== undefined) visit(state.ItemProcessor.States);
      for (const { States } of state.Branches ?? []) visit(States);
    }
  };
  visit(JSON.parse(text).States);
  return problems;
}

const functionNames = filesIn(functions, ".ts").map((file) => file.replace(/\.ts$/, ""));
const files = filesIn(machines, ".asl.json").map((file) => read(machines, file));

describe.runIf(files.length > 0)("every file of state-machines/", () => {
  test.each(files)("$name is valid for asl-validator", (file) => {
    expect(validatorErrors(file)).toBe("");
  });

  test.each(files)("$name can be run, and its placeholders are those of files in functions/", (file) => {
    expect(interpreterProblems(file, functionNames)).toEqual([]);
  });

  test.each(files)("$name: each Task has a Comment, a time-out, named Retry and a Catch", (file) => {
    expect(conventionProblems(file)).toEqual([]);
  });
});

describe("the checks themselves", () => {
  const sound = read(fixtures, "sound.asl.json");
  const broken = read(fixtures, "broken.asl.json");

  test("a sound machine passes all three", () => {
    expect(validatorErrors(sound)).toBe("");
    expect(interpreterProblems(sound, ["decide-postings", "execute-postings"])).toEqual([]);
    expect(conventionProblems(sound)).toEqual([]);
  });

  test("asl-validator takes what the interpreter takes: branches, jobs, tokens, heartbeats and services", () => {
    const task = (action: string, Arguments: object, fields: object = {}) => ({
      Type: "Task",
      Resource: `arn:aws:states:::${action}`,
      Arguments,
      End: true,
      ...fields,
    });
    const branch = (name: string, state: object) => ({ StartAt: name, States: { [name]: state } });
    const token = { FunctionName: `\${DecidePostingsArn}`, Payload: { token: "{% $states.context.Task.Token %}" } };
    const text = JSON.stringify({
      QueryLanguage: "JSONata",
      StartAt: "All",
      States: {
        All: {
          Type: "Parallel",
          Arguments: { id: "{% $states.input.id %}" },
          Branches: [
            branch("Ask", task("lambda:invoke.waitForTaskToken", token, { TimeoutSeconds: 600, HeartbeatSeconds: 60 })),
            branch("Child", task("states:startExecution.sync:2", { StateMachineArn: "{% $states.input.machine %}", Input: {} })),
            branch("Send", task("sqs:sendMessage", { QueueUrl: "{% $states.input.queue %}", MessageBody: "look" })),
            branch("Put", task("events:putEvents", { Entries: [{ Detail: {}, DetailType: "order.placed", Source: "throughline" }] })),
          ],
          Catch: [{ ErrorEquals: ["States.ALL"], Output: "{% $states.errorOutput %}", Next: "End" }],
          Next: "End",
        },
        End: { Type: "Succeed" },
      },
    });
    expect(validatorErrors({ name: "all", text })).toBe("");
    expect(interpreterProblems({ name: "all", text }, ["decide-postings"])).toEqual([]);
  });

  test("asl-validator refuses the broken machine", () => {
    expect(validatorErrors(broken)).toContain("MISSING_TRANSITION_TARGET");
  });

  test("the interpreter refuses the broken machine, and a placeholder that is no function of ours", () => {
    expect(interpreterProblems(broken, ["decide-postings"])).toEqual([
      `the placeholder \${DecideArn} has no substitution. Known: DecidePostingsArn`,
      `DecidePostings: Resource must be a placeholder, the ARN of a function or of a service integration: \${DecideArn}`,
      'DecidePostings: Next names no state of the same States: "Nowhere"',
    ]);
  });

  test("the house's rule refuses the broken machine, and a Retry on States.ALL", () => {
    expect(conventionProblems(broken)).toEqual([
      "DecidePostings: Comment is missing",
      "DecidePostings: TimeoutSeconds is missing",
      "DecidePostings: Retry is missing",
      "DecidePostings: Catch is missing",
    ]);
    const everything = sound.text.replace('"Unavailable"', '"States.ALL"');
    expect(conventionProblems({ name: "everything", text: everything })).toEqual(["DecidePostings: Retry must name its errors"]);
  });
});

test("a window whose hub says that it is too early is waited for once more, to the instant that it names", async () => {
  const { States } = JSON.parse(read(machines, "close-window.asl.json").text) as { States: Record<string, object> };
  const states = JSON.parse(
    JSON.stringify(States)
      .replace(/\$\{EndWindowArn\}/g, "end-window")
      .replace(/\$\{RecordExceptionArn\}/g, "record-exception"),
  );
  const transaction = "window:shopify-payments:sp:payout-PO1";
  let asked = 0;
  const endWindow = () => {
    asked += 1;
    return asked === 1 ? { outcome: "too-early", endsAt: "2026-03-01T09:00:05.000Z" } : { outcome: "ended" };
  };
  const { answer, calls, sleeps } = await play(
    states,
    { transaction, endsAt: "2026-03-01T09:00:00.000Z" },
    { functions: { "end-window": endWindow } },
  );
  expect(answer.status).toBe("succeeded");
  expect(calls).toEqual([
    ["end-window", { transaction, endsAt: "2026-03-01T09:00:00.000Z" }],
    ["end-window", { transaction, endsAt: "2026-03-01T09:00:05.000Z" }],
  ]);
  // Beside the time-outs of the two tasks.
  expect(sleeps.filter((each) => each !== 60_000)).toEqual([3_600_000, 5_000]);
});
