import { execFile } from "node:child_process";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import type { MiniStack } from "../../scripts/ministack.ts";

const cdk = join(resolve(import.meta.dirname, "../.."), "node_modules/.bin/cdk");
const commandMilliseconds = 240_000;
const outputBytesMax = 32 * 1024 * 1024;

/** The CDK's own command line as an operator has it, in front of the emulator; what it said is in the error of one that fails. `home` is written to. */
export async function runCdk(
  emulator: MiniStack,
  { cwd, home }: { readonly cwd: string; readonly home: string },
  ...words: string[]
): Promise<void> {
  const { PATH = "" } = process.env;
  try {
    await promisify(execFile)(cdk, [...words, "--no-notices"], {
      cwd,
      timeout: commandMilliseconds,
      maxBuffer: outputBytesMax,
      env: {
        PATH: `${dirname(process.execPath)}:${PATH}`,
        HOME: home,
        CI: "true",
        AWS_ENDPOINT_URL: emulator.endpoint,
        AWS_REGION: emulator.region,
        AWS_ACCESS_KEY_ID: emulator.account,
        AWS_SECRET_ACCESS_KEY: "local",
      },
    });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`cdk ${words[0]} failed:\n${`${stdout}${stderr}`.slice(-8_000)}`, { cause: error });
  }
}
