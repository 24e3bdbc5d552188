import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/**
 * `npm run new:erp NAME`: the folder of a new ERP adapter and its contract test. The adapter answers nothing yet, and says which method of
 * which file is to be written; the contract suite fails with these words until it is.
 */

const [name = "", folder = resolve(import.meta.dirname, "..")] = process.argv.slice(2);
if (!/^[a-z][a-z0-9]{0,19}(-[a-z0-9]{1,20}){0,3}$/.test(name)) {
  console.error(`npm run new:erp NAME: NAME is the folder's name, such as acme or acme-books, not ${JSON.stringify(name)}`);
  process.exit(2);
}
const pascal = name
  .split("-")
  .map((part) => `${part[0]?.toUpperCase()}${part.slice(1)}`)
  .join("");
const adapter = `adapters/erps/${name}/${name}-erp.ts`;
const test = `test/contracts/erp-${name}.test.ts`;

const files: Readonly<Record<string, string>> = {
  [`adapters/erps/${name}/index.ts`]: `export { create${pascal}Erp } from "./${name}-erp.ts";\n`,
  [adapter]: `import { Unavailable } from "#domain/failures";
import type { ConnectionPolicy } from "#domain/policy";
import type { Clock } from "#ports/clock";
import type { Erp } from "#ports/erp";
import type { Http } from "#ports/http";

export interface ${pascal}ErpOptions {
  readonly http: Http;
  readonly clock: Clock;
  /** Without a slash at the end. */
  readonly url: string;
  /** What the connection signs in with; undefined when none is stored. */
  readonly credentials: () => Promise<Readonly<Record<string, string>> | undefined>;
  readonly connection: Pick<ConnectionPolicy, "inventoryJournal" | "requestTimeoutSeconds">;
  /** Company in the ERP by entity of ours. */
  readonly companies: Readonly<Record<string, string>>;
}

/** ${pascal}: say here which version and API, how a key of ours is found again, and who books the cost of goods. */
export function create${pascal}Erp(_options: ${pascal}ErpOptions): Erp {
  return {
    capabilities: {
      // "native" only where the ERP itself refuses a second document under one key.
      idempotency: "look-up",
      inventoryJournal: "hub",
      correctionStyles: ["reversal"],
      maxStepsPerCall: 50,
      // What it takes at most: 0 until it is known.
      linesPerJournalMax: 0,
    },
    submit: async (groups) => groups.map((group) => group.map(() => ({ kind: "unavailable", message: unwritten("submit") }))),
    find: () => notWritten("find"),
    journals: () => notWritten("journals"),
    documentKeys: () => notWritten("documentKeys"),
    trialBalance: () => notWritten("trialBalance"),
    stock: () => notWritten("stock"),
    masterData: () => notWritten("masterData"),
    // Where the hub is to reach no purchase orders of this ERP, leave it out.
    purchasing: {
      place: async () => ({ kind: "unavailable", message: unwritten("purchasing") }),
      find: () => notWritten("purchasing"),
    },
  };
}

function unwritten(method: keyof Erp): string {
  return \`\${method} is not written yet: write it in ${adapter}\`;
}

async function notWritten(method: keyof Erp): Promise<never> {
  throw new Unavailable(unwritten(method));
}
`,
  [test]: `import { createSystemClock } from "#adapters/clock";
import { create${pascal}Erp } from "#adapters/erps/${name}";
import { createHttp } from "#adapters/http";
import { Unavailable } from "#domain/failures";
import { erpContract } from "./erp-contract.ts";
import { faultyHttp } from "./faulty-http.ts";

erpContract("${pascal}", async () => {
  // The ERP's own sandbox, or a double in test/erp-doubles/${name}: with companies that hold what erp-contract.ts says, new for every test.
  const url = "http://127.0.0.1:9";
  const network = createHttp();
  // Those requests that write: answers to them are lost, throttled and replaced by pages.
  const http = faultyHttp(network, ({ method }) => method !== "GET");
  let down = false;
  return {
    erp: create${pascal}Erp({
      http: { send: (request) => (down ? Promise.reject(new Unavailable("connect ECONNREFUSED")) : http.send(request)) },
      clock: createSystemClock(),
      url,
      credentials: async () => ({ token: "of the test" }),
      connection: { inventoryJournal: "hub", requestTimeoutSeconds: 10 },
      companies: { north: "US01", maple: "CA01", kyoto: "JP01", gulf: "KW01" },
    }),
    http,
    takeDown: async () => void (down = true),
    close: async () => network.close(),
  };
});
`,
};

const there = Object.keys(files).filter((file) => existsSync(join(folder, file)));
if (there.length > 0) {
  console.error(`${there.join(", ")} is there already: nothing was written. Choose another name, or go on with what is there.`);
  process.exit(1);
}
for (const [file, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
  console.log(`wrote ${file}`);
}
console.log(`
Next:
  npx vitest run ${test}   fails, and says what to write
  docs/erp-adapters.md${" ".repeat(Math.max(1, test.length - 2))}how to write it in an afternoon`);
