import { describe, expect, it } from "vitest";
import type { Workflows } from "#ports/workflows";

export interface OpenWorkflows {
  readonly workflows: Workflows;
  /** Inputs of the executions of a Standard machine, in any order. */
  executions(machine: string): Promise<readonly unknown[]>;
}

/** Answers its input doubled, or fails, or runs out of time, as the input asks for. */
export const synchronousMachine = {
  QueryLanguage: "JSONata",
  StartAt: "Choose",
  TimeoutSeconds: 1,
  States: {
    Choose: {
      Type: "Choice",
      Choices: [
        { Condition: "{% $states.input.want = 'failure' %}", Next: "Refused" },
        { Condition: "{% $states.input.want = 'time-out' %}", Next: "Slow" },
      ],
      Default: "Answer",
    },
    Answer: { Type: "Pass", Output: { doubled: "{% $states.input.value * 2 %}", note: null }, End: true },
    Refused: { Type: "Fail", Error: "Rejected", Cause: "the period 2026-01 is closed" },
    Slow: { Type: "Wait", Seconds: 30, End: true },
  },
};

export const standardMachine = {
  QueryLanguage: "JSONata",
  StartAt: "Hold",
  States: { Hold: { Type: "Wait", Seconds: 60, End: true } },
};

/**
 * What every adapter of ports/workflows keeps. `open` gives "post-transactions" (Express) and "ingest-pos-file" (Standard), as above.
 * `engineKnowsTimeouts: false` for an engine that lets a machine run on after its TimeoutSeconds.
 */
export function workflowsContract(name: string, open: () => Promise<OpenWorkflows>, { engineKnowsTimeouts = true } = {}): void {
  describe(`workflows contract: ${name}`, () => {
    it("answers the output of a machine that succeeded", async () => {
      const { workflows } = await open();
      expect(await workflows.runSynchronously("post-transactions", { want: "answer", value: 21 })).toEqual({
        status: "succeeded",
        output: { doubled: 42, note: null },
      });
    });

    it("answers error and cause of a machine that failed, and throws nothing", async () => {
      const { workflows } = await open();
      expect(await workflows.runSynchronously("post-transactions", { want: "failure" })).toEqual({
        status: "failed",
        error: "Rejected",
        cause: "the period 2026-01 is closed",
      });
    });

    it.skipIf(!engineKnowsTimeouts)("answers that a machine ran out of time", async () => {
      const { workflows } = await open();
      expect(await workflows.runSynchronously("post-transactions", { want: "time-out" })).toMatchObject({
        status: "timed-out",
        error: "States.Timeout",
      });
    });

    it("starts a machine once under a name, whatever characters it has and whatever the second input", async () => {
      const { workflows, executions } = await open();
      const execution = "0f3c-2026-03-02T10:00:00.000Z drops/pos/day.xml and more characters than eighty, which is the most";
      expect(await workflows.start("ingest-pos-file", execution, { drop: "drops/pos/a" })).toBe("started");
      expect(await workflows.start("ingest-pos-file", execution, { drop: "drops/pos/b" })).toBe("already-started");
      expect(await executions("ingest-pos-file")).toEqual([{ drop: "drops/pos/a" }]);
    });

    it("runs one execution when the same name is started again with the same input", async () => {
      const { workflows, executions } = await open();
      await workflows.start("ingest-pos-file", "file-a", { drop: "drops/pos/a" });
      await workflows.start("ingest-pos-file", "file-a", { drop: "drops/pos/a" });
      await workflows.start("ingest-pos-file", "file-b", { drop: "drops/pos/a" });
      expect(await executions("ingest-pos-file")).toEqual([{ drop: "drops/pos/a" }, { drop: "drops/pos/a" }]);
    });
  });
}
