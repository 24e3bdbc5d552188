/**
 * Runs an approval until it is killed, and prints each call of its functions. Run as a process of its own. The second argument says where
 * it hangs: "asking" never lets the function answer, "asked" lets the execution wait for its token.
 */
import { writeSync } from "node:fs";
import { argv } from "node:process";
import { approval, workflowHouse } from "./workflow-house.ts";

const [file = "", hangs = "asked"] = argv.slice(2);
// Sleeps of the hub do not keep a process alive, and a promise alone does neither.
setInterval(() => undefined, 1_000);
const house = workflowHouse(
  file,
  { approve: approval },
  {
    prepare: async () => {
      writeSync(1, "prepare\n");
      return "ready";
    },
    ask: async ({ token }: { token: string }) => {
      writeSync(1, `ask ${token}\n`);
      return hangs === "asking" ? new Promise(() => undefined) : "asked";
    },
  },
);
await house.workflows.start("approve", "a-1", {});
await house.work(async () => {
  const history = await house.executions.history("approve", "a-1");
  return hangs === "asked" && history.some(({ type }) => type === "TaskSubmitted");
});
writeSync(1, "waiting\n");
