import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { answersHttp, endProcess, freePort } from "./local-process.ts";

/**
 * Tryton, an ERP that others built and companies run, for tests: its packages are installed by pip, pinned, into a virtual environment in
 * `.cache/tryton`, where an empty database with the modules account, stock and purchase is made once and copied for each start. Needs Python 3.10 with
 * venv and pip.
 */
export interface Tryton {
  readonly url: string;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  stop(): Promise<void>;
}

export type TrytonStart = Tryton | { readonly skipped: string };

const version = "8.0.12";
/** Everything that it needs, so that a test run of next year runs what one of today ran. */
const packages = [
  `trytond==${version}`,
  "trytond_account==8.0.4",
  "trytond_account_invoice==8.0.2",
  "trytond_account_invoice_stock==8.0.0",
  "trytond_account_product==8.0.1",
  "trytond_company==8.0.1",
  "trytond_country==8.0.0",
  "trytond_currency==8.0.0",
  "trytond_party==8.0.4",
  "trytond_product==8.0.2",
  "trytond_purchase==8.0.3",
  "trytond_stock==8.0.5",
  "argon2-cffi==25.1.0",
  "argon2-cffi-bindings==26.2.0",
  "cffi==2.1.1",
  "defusedxml==0.7.1",
  "Genshi==0.7.12",
  "lxml==6.1.3",
  "MarkupSafe==3.0.4",
  "polib==1.2.0",
  "puremagic==1.30",
  "pwdlib==0.3.1",
  "pycparser==3.12",
  "python-dateutil==4.0.0",
  "python-sql==1.8.1",
  "python-stdnum==2.2",
  "relatorio==1.0.0",
  "simpleeval==1.0.8",
  "tzdata==2026.6",
  "Werkzeug==3.1.9",
];
const cacheFolder = join(import.meta.dirname, "..", ".cache", "tryton");
// Named after what is in it beside the server: another list of packages is another environment.
const environmentFolder = join(cacheFolder, `${version}-purchase`);
const template = join(cacheFolder, `${version}-purchase.sqlite`);
const installTimeoutMilliseconds = 240_000;
const databaseTimeoutMilliseconds = 400_000;
const startTimeoutMilliseconds = 60_000;
const database = "throughline";
const user = "admin";
// Of a database that lives for one test run on loopback.
const password = "only-for-this-test-run";
const run = promisify(execFile);

/** Starts an empty one on a free port, or says why it cannot. */
export async function startTryton(): Promise<TrytonStart> {
  const missing = existsSync(join(environmentFolder, "bin", "trytond")) ? undefined : await provide();
  if (missing !== undefined) return { skipped: missing };
  if (!existsSync(template)) await makeTemplate();
  const folder = await mkdtemp(join(tmpdir(), "throughline-tryton-"));
  const port = await freePort();
  await copyFile(template, join(folder, `${database}.sqlite`));
  await configure(folder, port);
  const environment = { PATH: process.env.PATH, HOME: folder };
  const python = join(environmentFolder, "bin", "python");
  const child = spawn(python, ["-m", "trytond.cli", "-c", join(folder, "trytond.conf"), "-d", database], {
    stdio: "ignore",
    env: environment,
  });
  // A test run that ends without stopping it must not leave it behind.
  process.once("exit", () => child.kill("SIGKILL"));
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await endProcess(child);
    await rm(folder, { recursive: true, force: true });
  };
  if (await answersHttp(url, child, startTimeoutMilliseconds)) return { url, database, user, password, stop };
  await stop();
  throw new Error(
    `Tryton did not answer on port ${port} within ${startTimeoutMilliseconds / 1_000} s: run it by hand, ${python} -m trytond.cli`,
  );
}

async function configure(folder: string, port: number): Promise<void> {
  const settings = [
    "[database]",
    "uri = sqlite://",
    `path = ${folder}`,
    "[web]",
    `listen = 127.0.0.1:${port}`,
    "[session]",
    "timeout = 3600",
    "",
  ];
  await writeFile(join(folder, "trytond.conf"), settings.join("\n"));
}

/** Undefined when it is there, else why not. */
async function provide(): Promise<string | undefined> {
  await mkdir(cacheFolder, { recursive: true });
  const work = await mkdtemp(join(cacheFolder, "install-"));
  const options = { timeout: installTimeoutMilliseconds };
  try {
    await run("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 10))"], options);
    await run("python3", ["-m", "venv", join(work, "venv")], options);
    const pip = ["-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--no-deps", ...packages];
    await run(join(work, "venv", "bin", "python"), pip, options);
    // Python finds an environment by where it is started, so it may move. Another test run may have been quicker: then its folder stays.
    await rename(join(work, "venv"), environmentFolder).catch((error: unknown) => {
      if (!existsSync(environmentFolder)) throw error;
    });
    return undefined;
  } catch (error) {
    return `Python 3.10 with venv is absent, or pip could not install trytond ${version} (${error instanceof Error ? error.name : "error"})`;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function makeTemplate(): Promise<void> {
  const work = await mkdtemp(join(cacheFolder, "database-"));
  try {
    await configure(work, 0);
    await writeFile(join(work, "password"), password, { mode: 0o600 });
    await writeFile(join(work, `${database}.sqlite`), "");
    const admin = ["-m", "trytond.cli.admin", "-c", join(work, "trytond.conf"), "-d", database, "--all", "--email", "admin@example.com"];
    await run(join(environmentFolder, "bin", "python"), [...admin, "-u", "account", "stock", "purchase", "--activate-dependencies"], {
      timeout: databaseTimeoutMilliseconds,
      env: { PATH: process.env.PATH, HOME: work, TRYTONPASSFILE: join(work, "password") },
    });
    await rename(join(work, `${database}.sqlite`), template);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
