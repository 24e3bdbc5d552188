import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { cruise, type ICruiseOptions, type ICruiseResult, type IFlattenedRuleSet } from "dependency-cruiser";
import { describe, expect, test } from "vitest";

const projectFolder = resolve(import.meta.dirname, "../..");
const canariesFolder = resolve(import.meta.dirname, "canaries");

interface FenceConfiguration {
  readonly forbidden: NonNullable<IFlattenedRuleSet["forbidden"]>;
  readonly options: ICruiseOptions;
}
const configuration = createRequire(import.meta.url)("../../.dependency-cruiser.cjs") as FenceConfiguration;

async function cruiseFolder(folder: string, options: ICruiseOptions): Promise<ICruiseResult> {
  const result = await cruise(["."], { ...options, baseDir: folder, validate: true, ruleSet: { forbidden: configuration.forbidden } });
  if (typeof result.output === "string") throw new Error("the cruise gave text instead of a result");
  return result.output;
}

/** [rule, file, what it imports]: the whole of what the canaries must raise. The other files there are lawful and raise nothing. */
const expected = [
  ["adapters-speak-http-through-the-port", "adapters/channels/shopify/imports-http.ts", "https"],
  ["adapters-speak-http-through-the-port", "adapters/embedded/sqlite/imports-http.ts", "http"],
  ["adapters-stand-alone", "adapters/channels/shopify/imports-another-channel.ts", "adapters/channels/poslog/index.ts"],
  ["adapters-stand-alone", "adapters/clock/imports-a-channel.ts", "adapters/channels/poslog/index.ts"],
  ["adapters-stand-alone", "adapters/embedded/sqlite/imports-a-channel.ts", "adapters/channels/poslog/index.ts"],
  ["adapters-stand-alone", "adapters/http/imports-a-channel.ts", "adapters/channels/poslog/index.ts"],
  ["adapters-stand-alone", "adapters/inflate/imports-a-channel.ts", "adapters/channels/poslog/index.ts"],
  ["adapters-stand-alone", "adapters/policy-files/imports-a-channel.ts", "adapters/channels/poslog/index.ts"],
  ["aws-adapters-speak-to-aws", "adapters/aws/dynamodb/imports-sqlite.ts", "node:sqlite"],
  ["aws-adapters-through-bindings", "functions/aws/imports-an-aws-adapter.ts", "adapters/aws/dynamodb/index.ts"],
  ["aws-adapters-through-bindings", "hub/imports-an-aws-adapter.ts", "adapters/aws/dynamodb/index.ts"],
  ["bin-app-is-lib", "bin/app.ts", "hub/index.ts"],
  ["bin-has-two-entries", "bin/other.ts", "domain/money/index.ts"],
  ["bin-hub-is-the-cli", "bin/hub.ts", "hub/index.ts"],
  ["cli-drives-the-hub", "cli/imports-lib.ts", "lib/stack.ts"],
  ["clock-is-one-adapter", "adapters/clock/imports-a-channel.ts", "adapters/channels/poslog/index.ts"],
  ["domain-folders-are-entered-by-their-door", "domain/posting/imports-past-a-door.ts", "domain/money/index.ts"],
  ["domain-is-pure", "domain/posting/imports-a-test.ts", "test/anything.ts"],
  ["domain-is-pure", "domain/posting/imports-a-type-of-a-port.ts", "ports/clock.ts"],
  ["domain-is-pure", "domain/posting/imports-node.ts", "fs"],
  ["domain-is-pure", "domain/posting/imports-nothing-there.ts", "#domain/nothing-there"],
  ["domain-is-pure", "domain/posting/imports-in-a-type.ts", "hub/index.ts"],
  ["domain-is-pure", "domain/posting/imports-the-hub.ts", "hub/index.ts"],
  ["domain-is-pure", "domain/posting/imports-when-asked.ts", "hub/index.ts"],
  ["embedded-adapters-use-one-machine", "adapters/embedded/sqlite/imports-aws.ts", "node_modules/@aws-sdk/client-dynamodb"],
  ["embedded-adapters-use-one-machine", "adapters/embedded/sqlite/imports-a-worker.ts", "worker_threads"],
  ["embedded-adapters-use-one-machine", "adapters/embedded/sqlite/imports-http.ts", "http"],
  ["folders-are-entered-by-their-door", "cli/imports-lib.ts", "lib/stack.ts"],
  ["folders-are-entered-by-their-door", "domain/posting/imports-a-test.ts", "test/anything.ts"],
  ["folders-are-entered-by-their-door", "hub/imports-a-lambda-entry.ts", "functions/aws/post-to-erp.ts"],
  ["functions-know-ports-and-domain", "functions/imports-a-lambda-entry.ts", "functions/aws/post-to-erp.ts"],
  ["functions-know-ports-and-domain", "functions/imports-an-adapter.ts", "adapters/embedded/sqlite/index.ts"],
  ["functions-know-ports-and-domain", "functions/imports-node.ts", "fs"],
  ["functions-know-types-of-wiring", "functions/imports-a-value-of-wiring.ts", "wiring/index.ts"],
  ["http-is-one-adapter", "adapters/http/imports-a-channel.ts", "adapters/channels/poslog/index.ts"],
  ["hub-is-a-host", "hub/imports-a-dev-dependency.ts", "node_modules/fast-check"],
  ["hub-is-a-host", "hub/imports-a-lambda-entry.ts", "functions/aws/post-to-erp.ts"],
  ["hub-is-a-host", "hub/imports-an-aws-adapter.ts", "adapters/aws/dynamodb/index.ts"],
  ["hub-is-a-host", "hub/imports-the-cli.ts", "cli/index.ts"],
  ["imports-resolve", "domain/posting/imports-nothing-there.ts", "#domain/nothing-there"],
  ["inflate-is-one-adapter", "adapters/inflate/imports-a-channel.ts", "adapters/channels/poslog/index.ts"],
  ["lambda-entries-bind", "functions/aws/imports-sqlite.ts", "adapters/embedded/sqlite/index.ts"],
  ["lib-builds-from-wiring", "lib/imports-another-dev-dependency.ts", "node_modules/fast-check"],
  ["lib-builds-from-wiring", "lib/imports-posting.ts", "domain/posting/index.ts"],
  ["money-library-behind-domain-money", "domain/posting/imports-the-money-library.ts", "node_modules/dinero.js"],
  ["no-runtime-cycles", "domain/posting/imports-itself-back.ts", "domain/posting/imports-itself.ts"],
  ["nobody-imports-the-hosts-and-tests", "domain/posting/imports-a-test.ts", "test/anything.ts"],
  ["nobody-imports-the-hosts-and-tests", "domain/posting/imports-in-a-type.ts", "hub/index.ts"],
  ["nobody-imports-the-hosts-and-tests", "domain/posting/imports-the-hub.ts", "hub/index.ts"],
  ["nobody-imports-the-hosts-and-tests", "domain/posting/imports-when-asked.ts", "hub/index.ts"],
  ["outside-adapters-translate", "adapters/channels/shopify/imports-aws.ts", "node_modules/@aws-sdk/client-dynamodb"],
  ["outside-adapters-translate", "adapters/channels/shopify/imports-http.ts", "https"],
  ["outside-adapters-translate", "adapters/erps/sandbox/imports-the-sandbox-erp.ts", "sandbox-erp/index.ts"],
  ["ports-are-types", "ports/imports-a-value.ts", "domain/money/index.ts"],
  ["ports-know-the-domain", "ports/imports-an-adapter.ts", "adapters/embedded/sqlite/index.ts"],
  ["policy-files-are-read-once", "adapters/policy-files/imports-a-channel.ts", "adapters/channels/poslog/index.ts"],
  ["erp-kinds-are-listed-once", "adapters/erp-kinds/imports-an-embedded-adapter.ts", "adapters/embedded/sqlite/index.ts"],
  ["pos-formats-are-listed-once", "adapters/pos-formats/imports-an-embedded-adapter.ts", "adapters/embedded/sqlite/index.ts"],
  ["product-does-not-import-what-proves-it", "domain/posting/imports-a-test.ts", "test/anything.ts"],
  ["product-runs-without-dev-dependencies", "hub/imports-a-dev-dependency.ts", "node_modules/fast-check"],
  ["sample-drives-the-hub", "sample/imports-the-cli.ts", "cli/index.ts"],
  ["sandbox-erp-is-independent", "sandbox-erp/imports-the-domain.ts", "domain/money/index.ts"],
  ["settlement-formats-are-listed-once", "adapters/settlement-formats/imports-a-channel.ts", "adapters/channels/poslog/index.ts"],
  ["simulation-drives-the-hub", "simulation/imports-the-cli.ts", "cli/index.ts"],
  ["temporal-behind-domain-calendar", "domain/posting/imports-temporal.ts", "node_modules/temporal-polyfill"],
  ["wiring-is-data", "wiring/imports-a-function.ts", "functions/post-to-erp.ts"],
  ["wiring-knows-types-of-ports", "wiring/imports-a-value-of-a-port.ts", "ports/imports-a-value.ts"],
];

/** Packages are compared by name: where they lie, and which of their files is the entry, is not ours. */
function packageOf(path: string): string {
  return path.replace(/^.*node_modules\/((?:@[^/]+\/)?[^/]+).*$/, "node_modules/$1");
}

describe("the import fences", () => {
  test("each canary is reported by its rule, and nothing lawful is", async () => {
    const { exclude: _canariesAreExcludedThere, ...options } = configuration.options;
    const { summary } = await cruiseFolder(canariesFolder, options);
    const reported = summary.violations.map((violation) => [violation.rule.name, violation.from, packageOf(violation.to)]);
    expect(reported.sort()).toEqual([...expected].sort());
  });

  test("every rule has a canary", () => {
    const withCanary = new Set(expected.map(([rule]) => rule));
    expect(configuration.forbidden.map((rule) => rule.name).filter((name) => !withCanary.has(name))).toEqual([]);
  });

  test("the canaries resolve #… imports by the map of the project", async () => {
    const [project, canaries] = await Promise.all(
      [projectFolder, canariesFolder].map(async (folder) => JSON.parse(await readFile(resolve(folder, "package.json"), "utf8"))),
    );
    expect(canaries.imports).toEqual(project.imports);
  });

  test("the project keeps to the fences, and every one of its .ts files was read", async () => {
    const { modules, summary } = await cruiseFolder(projectFolder, configuration.options);
    const violations = summary.violations.map((violation) => `${violation.rule.name}: ${violation.from} → ${violation.to}`);
    expect(violations).toEqual([]);

    const read = modules.map((module) => module.source).filter((path) => path.endsWith(".ts") && !path.includes("node_modules/"));
    const onDisk = globSync("**/*.ts", {
      cwd: projectFolder,
      exclude: (path) => /(?:^|\/)(?:node_modules|canaries|\.[^/]+|coverage|cdk\.out)$/.test(path),
    });
    expect(read.sort()).toEqual(onDisk.sort());
    expect(summary.totalDependenciesCruised ?? 0).toBeGreaterThan(50);
  });
});
