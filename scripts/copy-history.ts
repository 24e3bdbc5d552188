import { parseArgs } from "node:util";
import { createDynamoLineageStore, createDynamoPolicyReleases, createS3DocumentStore } from "#adapters/aws";
import { Invalid, Unavailable } from "#domain/failures";
import { operatorAws } from "./aws/operator-aws.ts";
import { copyHistory } from "./history/copy-history.ts";

/**
 * `npm run copy-history -- --table TABLE --documents BUCKET --into FOLDER`: what a stage on AWS has recorded, in a data folder on this machine. It only reads there, with the credentials of the
 * environment. Exit status: 0 all is copied, 1 there is more, 2 it cannot be.
 */
const usage =
  "npm run -s copy-history -- --table TABLE --documents BUCKET --into FOLDER [--transactions-max N]\nTable and bucket are outputs of the data stack; the credentials are those of the environment, as `aws configure export-credentials --format env` prints them.";
const transactionsMaxStandard = 1_000_000;

try {
  const { values } = parseArgs({
    options: {
      table: { type: "string" },
      documents: { type: "string" },
      into: { type: "string" },
      "transactions-max": { type: "string" },
    },
  });
  const { table, documents: bucket, into: folder } = values;
  const transactionsMax = Number(values["transactions-max"] ?? transactionsMaxStandard);
  if (table === undefined || bucket === undefined || folder === undefined || !Number.isSafeInteger(transactionsMax) || transactionsMax < 1)
    throw new Invalid(usage);
  const { api, close } = operatorAws();
  try {
    const source = {
      lineage: createDynamoLineageStore({ api, table }),
      releases: createDynamoPolicyReleases({ api, table }),
      documents: createS3DocumentStore({ api, documentsBucket: bucket }),
    };
    const progress = (transactions: number) => process.stderr.write(`copied ${transactions} transactions\n`);
    const copied = await copyHistory({ source, name: table, folder, transactionsMax, progress });
    process.stdout.write(`${JSON.stringify(copied)}\n`);
    process.stderr.write(
      copied.complete
        ? `All of it is in ${folder}: npm run -s hub -- policy simulate --data ${folder}\n`
        : "There is more: run the same command again, and it goes on.\n",
    );
    process.exitCode = copied.complete ? 0 : 1;
  } finally {
    close();
  }
} catch (error) {
  // What to do is in the message; of what was read nothing is.
  process.stderr.write(`${error instanceof Invalid || error instanceof Unavailable ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
