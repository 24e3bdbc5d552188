import { parseArgs } from "node:util";
import { AwsFailure } from "#adapters/aws";
import { Invalid, Unavailable } from "#domain/failures";
import { operatorAws } from "./aws/operator-aws.ts";
import { factsOf, makeBeside } from "./restore/dynamo-admin.ts";
import { besideName, nextStep } from "./restore/next-step.ts";
import { putBack } from "./restore/put-back.ts";
import { whatWasFound } from "./restore/what-was-found.ts";

/**
 * `npm run restore-table -- --table TABLE --at INSTANT`: puts back what was deleted from a stage's table since an instant. Without `--make-beside` or `--put-back` it says what it would do and writes nothing. Exit status: 0 nothing is missing, 1 there
 * is a next step, which it says, 2 it cannot be.
 */
const usage =
  "npm run -s restore-table -- --table TABLE --at 2026-11-27T10:00:00Z [--from TABLE] [--make-beside | --put-back] [--after TRANSACTION]";
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z$/;
const say = (line: string) => process.stderr.write(`${line}\n`);

try {
  process.exitCode = await main();
} catch (error) {
  const told = error instanceof Invalid || error instanceof Unavailable || error instanceof AwsFailure;
  say(told ? error.message : String(error));
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      table: { type: "string" },
      at: { type: "string" },
      from: { type: "string" },
      after: { type: "string" },
      "make-beside": { type: "boolean", default: false },
      "put-back": { type: "boolean", default: false },
    },
  });
  const { table, from, after, "make-beside": makes, "put-back": writes } = values;
  if (
    table === undefined ||
    values.at === undefined ||
    !instant.test(values.at) ||
    Number.isNaN(Date.parse(values.at)) ||
    (makes && writes)
  )
    throw new Invalid(usage);
  const at = new Date(values.at).toISOString();
  const { api, close } = operatorAws();
  try {
    const step = nextStep({ table, from, at }, await factsOf(api, table, from ?? besideName(table, at)));
    switch (step.kind) {
      case "make-beside":
        if (!makes) {
          say(
            `${table} as it was at ${at} would be made beside it, as ${step.beside}; nothing of ${table} changes. Do it with --make-beside.`,
          );
          return 1;
        }
        await makeBeside(api, table, step.beside, at);
        say(
          `${step.beside} is being made, which takes from twenty minutes to some hours. Then run the same command without --make-beside: it compares.`,
        );
        return 1;
      case "wait":
        say(`${step.beside} is still being made: run the same command again in some minutes.`);
        return 1;
      case "compare": {
        const progress = (done: { transactions: number; after: string | undefined }) =>
          say(`${done.transactions} transactions${done.after === undefined ? "" : `, to go on from here: --after '${done.after}'`}`);
        const found = await putBack({ api, beside: step.beside, table, writes, after, progress });
        process.stdout.write(`${JSON.stringify(found)}\n`);
        const { lines, status } = whatWasFound(found, { beside: step.beside, writes, after });
        for (const line of lines) say(line);
        return status;
      }
    }
  } finally {
    close();
  }
}
