import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { answersHttp, endProcess, freePort } from "./local-process.ts";

/**
 * MiniStack, an emulator of many AWS services in one Python process, for tests. Its wheel is downloaded by pip, checked against the pinned
 * hash and installed with pinned packages into a virtual environment in `.cache/ministack`. Needs Python 3.10 with venv and pip.
 */
export interface MiniStack {
  readonly endpoint: string;
  readonly region: string;
  readonly account: string;
  stop(): Promise<void>;
}

export type StartAnswer = MiniStack | { readonly skipped: string };

const version = "1.5.33";
const wheel = `ministack-${version}-py3-none-any.whl`;
const wheelSha256 = "36f9158cbe7eb7a3f910ccf1c052c98204511164249b783682f7a96ef56b0bba";
/** Everything that the wheel needs, so that a test run of next year runs what one of today ran. */
const packages = [
  "botocore==1.43.106",
  "defusedxml==0.7.1",
  "graphql-core==3.2.12",
  "h11==0.16.0",
  "h2==4.4.1",
  "hpack==4.2.0",
  "Hypercorn==0.18.0",
  "hyperframe==6.1.0",
  "jmespath==1.1.0",
  "jsonata-python==0.7.1",
  "priority==2.0.0",
  "python-dateutil==2.9.0.post0",
  "PyYAML==6.0.4",
  "six==1.17.0",
  "urllib3==2.8.0",
  "wsproto==1.3.2",
];
const pythonMinorMin = 10;
const cacheFolder = join(import.meta.dirname, "..", ".cache", "ministack");
const environmentFolder = join(cacheFolder, version);
const python = join(environmentFolder, "bin", "python");
const installTimeoutMilliseconds = 240_000;
const startTimeoutMilliseconds = 60_000;
const region = "us-east-1";
const account = "000000000000";
const run = promisify(execFile);

/** Starts an empty one on a free port, or says why it cannot. A wheel with another content than pinned is an error. */
export async function startMiniStack(): Promise<StartAnswer> {
  const missing = existsSync(python) ? undefined : await provide();
  if (missing !== undefined) return { skipped: missing };
  const port = await freePort();
  const child = spawn(python, ["-m", "ministack"], {
    stdio: "ignore",
    env: {
      // It runs functions by the Node that it finds: the one that the project runs on.
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      GATEWAY_PORT: String(port),
      BIND_HOST: "127.0.0.1",
      MINISTACK_REGION: region,
      LOG_LEVEL: "ERROR",
      SFTP_ENABLED: "0",
    },
  });
  // A test run that ends without stopping it must not leave it behind.
  process.once("exit", () => child.kill("SIGKILL"));
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = () => endProcess(child);
  if (await answersHttp(`${endpoint}/_ministack/health`, child, startTimeoutMilliseconds)) return { endpoint, region, account, stop };
  await stop();
  throw new Error(
    `MiniStack did not answer on port ${port} within ${startTimeoutMilliseconds / 1_000} s: run it by hand, ${python} -m ministack`,
  );
}

/** Undefined when it is there, else why not. */
async function provide(): Promise<string | undefined> {
  const minor = await pythonMinor();
  if (minor === undefined) return "python3 is not on the path";
  if (minor < pythonMinorMin) return `Python 3.${minor} is too old, 3.${pythonMinorMin} or later is needed`;
  await mkdir(cacheFolder, { recursive: true });
  const work = await mkdtemp(join(cacheFolder, "install-"));
  const pip = (...given: string[]) =>
    run(join(work, "venv", "bin", "python"), ["-m", "pip", "--disable-pip-version-check", "--quiet", ...given], {
      timeout: installTimeoutMilliseconds,
    });
  try {
    try {
      await run("python3", ["-m", "venv", join(work, "venv")], { timeout: installTimeoutMilliseconds });
      await pip("download", "--no-deps", "--dest", work, `ministack==${version}`);
    } catch (error) {
      return `Python could not make a virtual environment, or pip could not provide ministack ${version} (${error instanceof Error ? error.name : "error"})`;
    }
    const sha256 = createHash("sha256")
      .update(await readFile(join(work, wheel)))
      .digest("hex");
    if (sha256 !== wheelSha256) {
      throw new Error(`${wheel} has the SHA-256 ${sha256}, not the pinned one: do not run it, find out what changed`);
    }
    try {
      await pip("install", "--no-deps", join(work, wheel), ...packages);
    } catch (error) {
      return `pip could not install what ministack ${version} needs (${error instanceof Error ? error.name : "error"})`;
    }
    // Python finds an environment by where it is started, so it may move. Another test run may have been quicker: then its folder stays.
    await rename(join(work, "venv"), environmentFolder).catch((error: unknown) => {
      if (!existsSync(python)) throw error;
    });
    return undefined;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function pythonMinor(): Promise<number | undefined> {
  try {
    const { stdout } = await run("python3", ["-c", "import sys; print(sys.version_info[0] * 100 + sys.version_info[1])"], {
      timeout: 10_000,
    });
    return Number(stdout) - 300;
  } catch {
    // Absent, or broken: both mean that this machine cannot run the emulator.
    return undefined;
  }
}
