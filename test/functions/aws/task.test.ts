import { expect, test } from "vitest";
import { StalePolicy } from "#domain/failures";
import type { DecidedPostings } from "#functions/decide-postings";
import { decidedPostingsSchema, postingRunSchema } from "../../../functions/aws/schemas/posting-run.ts";
import { task } from "../../../functions/aws/triggers/task.ts";
import { invoke } from "./invoke.ts";

const run = { connection: "erp-us", transactions: ["t1"], transactionCount: 1, askers: [], round: 0, answers: [] };
const decided: DecidedPostings = {
  connection: "erp-us",
  round: 0,
  askers: [],
  work: [],
  workCount: 0,
  answers: [{ transaction: "t1", answer: "settled" }],
};
const schemas = { input: postingRunSchema, output: decidedPostingsSchema };

test("input and answer pass through, without what no schema names", async () => {
  const inputs: unknown[] = [];
  const handler = task(
    "decide-postings",
    async (input) => {
      inputs.push(input);
      return decided;
    },
    schemas,
  );
  expect((await invoke(handler, { ...run, _ministack: 1 })).answer).toEqual(decided);
  expect(inputs).toEqual([run]);
});

test.each([
  [{ ...run, transactions: [""] }, "transactions.0 (too_small)"],
  [{ connection: "erp-us" }, "transactions (invalid_type), transactionCount (invalid_type), round (invalid_type), answers (invalid_type)"],
  [null, "the whole (invalid_type)"],
])("an input that cannot be read, %j, is refused with its places and nothing of its content", async (input, places) => {
  const handler = task("decide-postings", async () => decided, schemas);
  const { error } = await invoke(handler, input);
  expect([error?.name, error?.message]).toEqual([
    "Invalid",
    `decide-postings was called with an input that it cannot read: ${places}. Both sides are deployed together: deploy again`,
  ]);
});

test("an answer that its callers cannot read does not leave the function", async () => {
  const handler = task("decide-postings", async () => ({ ...decided, workCount: 0.5 }), schemas);
  expect((await invoke(handler, run)).error?.message).toBe(
    "decide-postings made an answer that its callers cannot read: workCount (invalid_type). Both sides are deployed together: deploy again",
  );
});

test("an error keeps the name that the machine's Retry and Catch match", async () => {
  const handler = task("decide-postings", () => Promise.reject(new StalePolicy("reload")), schemas);
  expect((await invoke(handler, run)).error?.name).toBe("StalePolicy");
});
