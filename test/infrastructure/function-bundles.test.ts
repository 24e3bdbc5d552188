import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleBytesMax, environmentOf, functionBundling, functionEntries, functions, needsOnAws } from "#wiring";
import { type Bundle, bundleFunctions } from "../../scripts/bundle-functions.ts";

const project = resolve(import.meta.dirname, "../..");
let folder: string;
let bundles: ReadonlyMap<string, Bundle>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "throughline-bundles-"));
  bundles = new Map((await bundleFunctions(folder)).map((bundle) => [bundle.name, bundle]));
});
afterAll(() => rmSync(folder, { recursive: true }));

function bundleOf(name: string): Bundle {
  const bundle = bundles.get(name);
  if (bundle === undefined) throw new Error(`no bundle of ${name}`);
  return bundle;
}

test("every function of wiring/ has its Lambda entry, and there is no other", () => {
  const entries = globSync(`${functionEntries}/*.ts`, { cwd: project }).map((path) => basename(path, ".ts"));
  expect(entries.sort()).toEqual(functions.map(({ name }) => name).sort());
});

describe("budgets", () => {
  test("no bundle is above its budget", () => {
    const table = [...bundles.values()].map(
      ({ name, bytes }) => `${name.padEnd(26)} ${String(bytes).padStart(8)} of ${bundleBytesMax(name)} bytes`,
    );
    console.log(table.join("\n"));
    expect([...bundles.values()].filter(({ name, bytes }) => bytes > bundleBytesMax(name)).map(({ name }) => name)).toEqual([]);
    expect([bundleBytesMax("receive-shopify-webhook"), bundleBytesMax("decide-postings")]).toEqual([100_000, 600_000]);
  });
});

/** Of whatever talks to an ERP: its kind is chosen when it is asked for. */
const erpKinds = ["erps/business-central", "erps/erpnext", "erps/netsuite", "erps/odoo", "erps/sandbox", "erps/tryton"];

/** The packages and adapters of each function, beside those of all: what is new here makes a cold start slower. */
const contents: Readonly<Record<string, { readonly packages: readonly string[]; readonly adapters: readonly string[] }>> = {
  "receive-shopify-webhook": {
    packages: ["@noble/hashes", "zod"],
    adapters: ["aws/dynamo-lineage-store", "aws/line-metrics", "aws/s3-document-store", "aws/ssm-secrets", "channels/shopify"],
  },
  "receive-shopify-event": {
    packages: ["@noble/hashes", "zod"],
    adapters: ["aws/dynamo-lineage-store", "aws/emf-metrics", "aws/s3-document-store", "aws/sqs-queue", "channels/shopify"],
  },
  "show-transaction": {
    packages: ["@noble/hashes", "zod"],
    adapters: ["aws/dynamo-lineage-store", "aws/dynamo-references", "aws/emf-metrics", "aws/ssm-api-clients"],
  },
  "receive-events": {
    packages: ["@noble/hashes", "zod"],
    adapters: ["aws/dynamo-lineage-store", "aws/emf-metrics", "aws/s3-document-store", "aws/ssm-api-clients"],
  },
  "receive-dropped-file": {
    packages: ["@noble/hashes", "zod"],
    adapters: ["aws/s3-document-store", "aws/sqs-queue", "aws/step-functions-workflows"],
  },
  "announce-events": {
    packages: ["@noble/hashes", "zod"],
    adapters: [
      "aws/dynamo-policy-releases",
      "aws/dynamo-references",
      "aws/dynamo-work-lists",
      "aws/eventbridge-bus",
      "aws/lineage-stream-record",
      "aws/released-policy-store",
      "aws/s3-document-store",
      "aws/sqs-queue",
      "aws/step-functions-workflows",
    ],
  },
  "ask-approval": { packages: ["@noble/hashes", "zod"], adapters: ["aws/s3-document-store"] },
  "decide-approval": {
    packages: ["@noble/hashes", "zod"],
    adapters: ["aws/dynamo-lineage-store", "aws/s3-document-store", "aws/step-functions-callbacks"],
  },
  "end-window": { packages: ["@noble/hashes", "zod"], adapters: ["aws/dynamo-lineage-store", "aws/s3-document-store"] },
  "follow-payout": {
    packages: ["@noble/hashes", "temporal-polyfill", "temporal-utils", "zod"],
    adapters: [
      "aws/dynamo-lineage-store",
      "aws/dynamo-policy-releases",
      "aws/dynamo-references",
      "aws/released-policy-store",
      "aws/s3-document-store",
    ],
  },
  "release-settlement-row": {
    packages: ["@noble/hashes", "temporal-polyfill", "temporal-utils", "zod"],
    adapters: ["aws/dynamo-lineage-store", "aws/dynamo-policy-releases", "aws/released-policy-store", "aws/s3-document-store"],
  },
  "fetch-settlements": {
    packages: ["@noble/hashes", "saxes", "temporal-polyfill", "temporal-utils", "xmlchars", "zod"],
    adapters: [
      "aws/dynamo-lineage-store",
      "aws/dynamo-policy-releases",
      "aws/emf-metrics",
      "aws/released-policy-store",
      "aws/s3-document-store",
      "aws/ssm-secrets",
      "banks/camt053",
      "banks/mapped-csv",
      "banks/mt940",
      "settlements/adyen",
      "settlements/mapped-csv",
      "settlements/paypal",
      "settlements/shopify-payments",
      "settlements/stripe",
    ],
  },
  "follow-return": { packages: ["@noble/hashes", "zod"], adapters: ["aws/dynamo-lineage-store"] },
  "follow-store-day": {
    packages: ["@noble/hashes", "temporal-polyfill", "temporal-utils", "zod"],
    adapters: ["aws/dynamo-lineage-store", "aws/dynamo-policy-releases", "aws/released-policy-store", "aws/s3-document-store"],
  },
  "close-books": {
    packages: ["@noble/hashes", "temporal-polyfill", "temporal-utils", "zod"],
    adapters: [
      "aws/dynamo-lineage-store",
      "aws/dynamo-policy-releases",
      "aws/emf-metrics",
      "aws/released-period-book",
      "aws/released-policy-store",
      "aws/s3-document-store",
      "aws/ssm-secrets",
      ...erpKinds,
    ],
  },
  "wake-held": {
    packages: ["@noble/hashes", "zod"],
    adapters: [
      "aws/dynamo-policy-releases",
      "aws/dynamo-work-lists",
      "aws/eventbridge-bus",
      "aws/released-policy-store",
      "aws/s3-document-store",
    ],
  },
  "release-policy": {
    packages: ["@noble/hashes", "zod"],
    adapters: [
      "aws/dynamo-policy-releases",
      "aws/dynamo-work-lists",
      "aws/eventbridge-bus",
      "aws/released-policy-store",
      "aws/s3-document-store",
    ],
  },
  "authorize-return": {
    packages: ["@noble/hashes", "temporal-polyfill", "temporal-utils", "zod"],
    adapters: [
      "aws/dynamo-lineage-store",
      "aws/dynamo-policy-releases",
      "aws/dynamo-references",
      "aws/emf-metrics",
      "aws/released-policy-store",
      "aws/s3-document-store",
      "aws/ssm-api-clients",
    ],
  },
  "cancel-return-authorization": {
    packages: ["@noble/hashes", "zod"],
    adapters: ["aws/dynamo-lineage-store", "aws/dynamo-references", "aws/emf-metrics", "aws/ssm-api-clients"],
  },
  "place-purchase-order": {
    packages: ["@noble/hashes", "zod"],
    adapters: [
      "aws/dynamo-policy-releases",
      "aws/emf-metrics",
      "aws/released-policy-store",
      "aws/s3-document-store",
      "aws/ssm-api-clients",
      "aws/ssm-secrets",
      ...erpKinds,
    ],
  },
  "dispatch-postings": { packages: ["zod"], adapters: ["aws/emf-metrics", "aws/sqs-queue", "aws/step-functions-workflows"] },
  "decide-postings": {
    packages: ["@noble/hashes", "temporal-polyfill", "temporal-utils", "zod"],
    adapters: [
      "aws/dynamo-lineage-store",
      "aws/dynamo-policy-releases",
      "aws/dynamo-rate-limit",
      "aws/dynamo-references",
      "aws/emf-metrics",
      "aws/released-policy-store",
      "aws/s3-document-store",
    ],
  },
  "execute-postings": {
    packages: ["@noble/hashes", "zod"],
    adapters: [
      "aws/dynamo-lineage-store",
      "aws/dynamo-policy-releases",
      "aws/dynamo-rate-limit",
      "aws/released-policy-store",
      "aws/s3-document-store",
      "aws/ssm-secrets",
      ...erpKinds,
    ],
  },
  "fetch-source-document": {
    packages: ["@noble/hashes", "zod"],
    adapters: [
      "aws/dynamo-lineage-store",
      "aws/emf-metrics",
      "aws/s3-document-store",
      "aws/sqs-queue",
      "aws/ssm-secrets",
      "channels/shopify",
    ],
  },
  "unpack-pos-file": {
    packages: ["@noble/hashes", "fflate", "zod"],
    adapters: ["aws/dynamo-lineage-store", "aws/s3-document-store", "aws/step-functions-workflows", "inflate"],
  },
  "check-pos-file": {
    packages: ["@noble/hashes", "saxes", "temporal-polyfill", "temporal-utils", "xmlchars", "zod"],
    adapters: [
      "aws/dynamo-lineage-store",
      "aws/dynamo-policy-releases",
      "aws/released-policy-store",
      "aws/s3-document-store",
      "channels/pos-table",
      "channels/poslog",
      "channels/sap-posdm",
      "channels/square-items",
    ],
  },
  "ingest-pos-chunk": {
    packages: ["@noble/hashes", "saxes", "temporal-polyfill", "temporal-utils", "xmlchars", "zod"],
    adapters: [
      "aws/dynamo-lineage-store",
      "aws/dynamo-policy-releases",
      "aws/released-policy-store",
      "aws/s3-document-store",
      "channels/pos-table",
      "channels/poslog",
      "channels/sap-posdm",
      "channels/square-items",
    ],
  },
  "close-pos-file": {
    packages: ["@noble/hashes", "zod"],
    adapters: ["aws/dynamo-lineage-store", "aws/emf-metrics", "aws/s3-document-store"],
  },
  "check-settlement-file": {
    packages: ["@noble/hashes", "saxes", "temporal-polyfill", "temporal-utils", "xmlchars", "zod"],
    adapters: [
      "aws/dynamo-lineage-store",
      "aws/dynamo-policy-releases",
      "aws/released-policy-store",
      "aws/s3-document-store",
      "banks/camt053",
      "banks/mapped-csv",
      "banks/mt940",
      "settlements/adyen",
      "settlements/mapped-csv",
      "settlements/paypal",
      "settlements/shopify-payments",
      "settlements/stripe",
    ],
  },
  "ingest-settlement-chunk": {
    packages: ["@noble/hashes", "zod"],
    adapters: ["aws/dynamo-lineage-store", "aws/dynamo-policy-releases", "aws/released-policy-store", "aws/s3-document-store"],
  },
  "close-settlement-file": {
    packages: ["@noble/hashes", "zod"],
    adapters: ["aws/dynamo-lineage-store", "aws/emf-metrics", "aws/s3-document-store"],
  },
  // Contracts and tills have days of their own time zone.
  "match-settlements": {
    packages: ["@noble/hashes", "temporal-polyfill", "temporal-utils", "zod"],
    adapters: [
      "aws/dynamo-lineage-store",
      "aws/dynamo-policy-releases",
      "aws/dynamo-references",
      "aws/emf-metrics",
      "aws/released-policy-store",
      "aws/s3-document-store",
      "aws/sqs-queue",
    ],
  },
  "replay-lineage": {
    packages: ["@noble/hashes", "zod"],
    adapters: [
      "aws/dynamo-lineage-store",
      "aws/dynamo-policy-releases",
      "aws/dynamo-references",
      "aws/dynamo-work-lists",
      "aws/eventbridge-bus",
      "aws/released-policy-store",
      "aws/s3-document-store",
      "aws/step-functions-workflows",
    ],
  },
  "redrive-dead-letters": {
    packages: ["@noble/hashes", "zod"],
    adapters: [
      "aws/dynamo-lineage-store",
      "aws/dynamo-policy-releases",
      "aws/dynamo-references",
      "aws/dynamo-work-lists",
      "aws/emf-metrics",
      "aws/eventbridge-bus",
      "aws/released-policy-store",
      "aws/s3-document-store",
      "aws/sqs-dead-letters",
      "aws/step-functions-workflows",
    ],
  },
  "answer-privacy-requests": {
    packages: ["@noble/hashes", "zod"],
    adapters: ["aws/dynamo-lineage-store", "aws/dynamo-work-lists", "aws/emf-metrics", "aws/s3-document-removal", "aws/s3-document-store"],
  },
  "sweep-source": {
    packages: ["@noble/hashes", "zod"],
    adapters: [
      "aws/dynamo-lineage-store",
      "aws/dynamo-policy-releases",
      "aws/emf-metrics",
      "aws/released-policy-store",
      "aws/s3-document-store",
      "aws/ssm-secrets",
      "channels/shopify",
    ],
  },
  "read-back-erp": {
    packages: ["@noble/hashes", "temporal-polyfill", "temporal-utils", "zod"],
    adapters: [
      "aws/dynamo-lineage-store",
      "aws/dynamo-policy-releases",
      "aws/released-policy-store",
      "aws/s3-document-store",
      "aws/ssm-secrets",
      ...erpKinds,
    ],
  },
  "work-exception": {
    packages: ["@noble/hashes", "saxes", "temporal-polyfill", "temporal-utils", "xmlchars", "zod"],
    adapters: [
      "aws/dynamo-lineage-store",
      "aws/dynamo-policy-releases",
      "aws/dynamo-references",
      "aws/dynamo-work-lists",
      "aws/released-policy-store",
      "aws/s3-document-store",
      "aws/ssm-secrets",
      "channels/pos-table",
      "channels/poslog",
      "channels/sap-posdm",
      "channels/shopify",
      "channels/square-items",
    ],
  },
  "escalate-exceptions": {
    packages: ["@noble/hashes", "zod"],
    adapters: [
      "aws/dynamo-lineage-store",
      "aws/dynamo-policy-releases",
      "aws/dynamo-work-lists",
      "aws/emf-metrics",
      "aws/released-policy-store",
      "aws/s3-document-store",
    ],
  },
  "measure-lineage": {
    packages: ["@noble/hashes", "temporal-polyfill", "temporal-utils", "zod"],
    adapters: [
      "aws/dynamo-lineage-store",
      "aws/dynamo-policy-releases",
      "aws/emf-metrics",
      "aws/lineage-stream-record",
      "aws/released-policy-store",
      "aws/s3-document-store",
    ],
  },
  "measure-books": {
    packages: ["@noble/hashes", "temporal-polyfill", "temporal-utils", "zod"],
    adapters: [
      "aws/dynamo-lineage-store",
      "aws/dynamo-policy-releases",
      "aws/emf-metrics",
      "aws/released-policy-store",
      "aws/s3-document-store",
    ],
  },
  "record-exception": { packages: ["@noble/hashes", "zod"], adapters: ["aws/dynamo-lineage-store"] },
};

const ofAll = { packages: ["@middy/core"], adapters: ["aws/aws-api", "aws/aws-failure", "aws/sign-request", "clock", "http"] };

describe("a bundle holds only what its function needs", () => {
  test.each(functions.map(({ name }) => name))("%s", (name) => {
    expect(packagesOf(bundleOf(name))).toEqual([...ofAll.packages, ...(contents[name]?.packages ?? [])].sort());
    expect(adaptersOf(bundleOf(name))).toEqual([...ofAll.adapters, ...(contents[name]?.adapters ?? [])].sort());
  });

  test("what is bundled and not needed would be seen", () => {
    const modules = new Map([
      ["jsonata", 1],
      ["zod", 1],
      ["adapters/aws/sqs-queue.ts", 1],
      ["adapters/channels/poslog/read-poslog.ts", 1],
    ]);
    const bundle = { name: "x", file: "x", bytes: 4, modules };
    expect([packagesOf(bundle), adaptersOf(bundle)]).toEqual([
      ["jsonata", "zod"],
      ["aws/sqs-queue", "channels/poslog"],
    ]);
  });

  test("no bundle imports node:http, which evaluates the whole of fetch before the handler is ready", () => {
    const importing = [...bundles.values()].filter(({ file }) => importsHttp(readFileSync(file, "utf8"))).map(({ name }) => name);
    expect(importing).toEqual([]);
    expect(['import{request as a}from"node:http";', 'import"http"', 'import{x}from"node:https"'].map(importsHttp)).toEqual([
      true,
      true,
      false,
    ]);
  });

  test("the webhook function knows no posting, no policy and no calendar: the business date is derived when planning", () => {
    const folders = [...bundleOf("receive-shopify-webhook").modules.keys()].flatMap(
      (module) => /^domain\/([^/]+)\//.exec(module)?.[1] ?? [],
    );
    expect([...new Set(folders)].sort()).toEqual(["canonical", "failures", "identity", "lineage", "money"]);
  });

  test("no function carries a client of AWS, the interpreter or the embedded host", () => {
    const strangers = /^(?:@aws-sdk|@smithy|jsonata|aws-cdk-lib)|^(?:hub|lib|cli|sample|sandbox-erp|adapters\/embedded)\//;
    const found = [...bundles.values()].flatMap(({ name, modules }) =>
      [...modules.keys()].filter((module) => strangers.test(module)).map((module) => `${name}: ${module}`),
    );
    expect(found).toEqual([]);
    expect(["@aws-sdk/client-s3", "hub/open-hub.ts", "domain/posting/target.ts"].map((module) => strangers.test(module))).toEqual([
      true,
      true,
      false,
    ]);
  });
});

function importsHttp(code: string): boolean {
  return /(?:from|import)\s*"(?:node:)?http"/.test(code);
}

function packagesOf({ modules }: Bundle): string[] {
  return [...modules.keys()].filter((module) => !module.includes(".ts")).sort();
}

/** Adapters of AWS one by one, as their door names them, without the parts that they share; of everything else by folder. */
function adaptersOf({ modules }: Bundle): string[] {
  const door = readFileSync(join(project, "adapters/aws/index.ts"), "utf8");
  const adapters = [...modules.keys()].flatMap((module) => {
    const aws = /^adapters\/(aws\/[^.]+)\.ts$/.exec(module)?.[1];
    const other = /^adapters\/((?:channels|erps|settlements|banks)\/[^/]+|clock|http|inflate|embedded)\//.exec(module)?.[1];
    return aws !== undefined ? (door.includes(`"./${basename(aws)}.ts"`) ? [aws] : []) : other !== undefined ? [other] : [];
  });
  return [...new Set(adapters)].sort();
}

describe("a function binds its ports from the environment that wiring/ promises", () => {
  const environment = (name: string) => {
    const wired = functions.find((each) => each.name === name);
    const names = new Set(needsOnAws(wired!).flatMap(({ port }) => environmentOf[port]));
    return Object.fromEntries([...names].map((variable) => [variable, `https://example.invalid/${variable}`]));
  };
  const load = (name: string, env: Record<string, string>) => {
    const script = `const { handler } = await import(${JSON.stringify(bundleOf(name).file)}); console.log(typeof handler)`;
    return spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      encoding: "utf8",
      env: { AWS_REGION: "us-east-1", ...env },
    });
  };

  test.each(functions.map(({ name }) => name))("%s starts with exactly that", (name) => {
    const { stdout, stderr } = load(name, environment(name));
    expect([stdout, stderr]).toEqual(["function\n", ""]);
  });

  test.each([
    ["receive-shopify-webhook", "LINEAGE_TABLE", "the name of the lineage table"],
    ["dispatch-postings", "MACHINE_ARN_PREFIX", "what stands before a machine's name of wiring/ in its ARN"],
    ["announce-events", "EVENT_BUS", "the name of the bus"],
  ])("%s without %s fails at its cold start and says what to set", (name, variable, meaning) => {
    const { [variable]: _, ...rest } = environment(name);
    const { status, stderr } = load(name, rest);
    expect(status).not.toBe(0);
    expect(stderr).toContain(
      `Error: ${variable} is not set: the stack sets it from the needs of wiring/functions.ts; set it to ${meaning}`,
    );
  });
});

test("an entry that names one binding carries no other", async () => {
  const entry = join(folder, "canary", "entry.ts");
  mkdirSync(join(folder, "canary"));
  writeFileSync(
    entry,
    `import { clock } from ${JSON.stringify(join(project, functionEntries, "bindings/index.ts"))};\nexport const handler = clock;\n`,
  );
  const { metafile } = await build({
    ...functionBundling,
    mainFields: [...functionBundling.mainFields],
    absWorkingDir: project,
    entryPoints: [entry],
    outdir: join(folder, "canary-out"),
    metafile: true,
  });
  const inputs = Object.values(metafile.outputs)[0]?.inputs ?? {};
  const carried = Object.entries(inputs).filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && /^(?:adapters|functions)\//.test(path));
  expect(carried.map(([path]) => path).sort()).toEqual(["adapters/clock/system-clock.ts", "functions/aws/bindings/clock.ts"]);
});
