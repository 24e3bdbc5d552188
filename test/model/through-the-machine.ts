import { readFileSync } from "node:fs";
import { createInterpreter, functionSubstitutions, parseMachine } from "#asl";
import type { DecidedPostings, PostingRun } from "#functions/decide-postings";
import { type Runner, wholeRun } from "./simulate-posting.ts";

const file = new URL("../../state-machines/post-transactions.asl.json", import.meta.url);
const substitutions = functionSubstitutions(["decide-postings", "execute-postings"]);
const machine = parseMachine(readFileSync(file, "utf8"), { name: "post-transactions", substitutions });

/** Runs an execution as the hub does: by the machine's file, with its retries, time-outs and choices. */
export const throughTheMachine: Runner = async ({ decide, execute }, { now, random, sleep }) => {
  const interpreter = createInterpreter({
    clock: { now },
    random,
    sleep,
    invoke: (name, payload) => (name === "decide-postings" ? decide(payload as PostingRun) : execute(payload as DecidedPostings)),
  });
  const answer = await interpreter.run(machine, wholeRun, { name: "model" });
  if (answer.status !== "succeeded") throw new Error(`${answer.error}: ${answer.cause}`);
  const { answers } = answer.output as PostingRun;
  return answers[0]?.answer ?? "unanswered";
};
