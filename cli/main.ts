import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { Invalid } from "#domain/failures";
import { type Command, type CommandInput, type Terminal, UsageError } from "./command.ts";
import { demo } from "./commands/demo.ts";
import { erp } from "./commands/erp.ts";
import { exceptions } from "./commands/exceptions.ts";
import { fetchCommand } from "./commands/fetch.ts";
import { ingest } from "./commands/ingest.ts";
import { lineage } from "./commands/lineage.ts";
import { period } from "./commands/period.ts";
import { policy } from "./commands/policy.ts";
import { privacy } from "./commands/privacy.ts";
import { replay } from "./commands/replay.ts";
import { report } from "./commands/report.ts";
import { restore } from "./commands/restore.ts";
import { simulate } from "./commands/simulate.ts";
import { start } from "./commands/start.ts";
import { storeDay } from "./commands/store-day.ts";
import { verify } from "./commands/verify.ts";
import { window } from "./commands/window.ts";
import { demoClockOf } from "./demo-clock.ts";
import { createTerminal } from "./terminal.ts";

export const commands: readonly Command[] = [
  demo,
  start,
  ingest,
  fetchCommand,
  lineage,
  report,
  exceptions,
  storeDay,
  window,
  period,
  policy,
  erp,
  privacy,
  replay,
  restore,
  verify,
  simulate,
];

const everywhere = {
  data: { type: "string" },
  policies: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** The command line. Exit status: 0 done, 1 the command's own check failed, 2 bad usage, 3 internal fault. */
export async function main(words: readonly string[], terminal: Terminal = createTerminal()): Promise<number> {
  try {
    return await runCommand(words, terminal);
  } finally {
    terminal.clear();
  }
}

async function runCommand(words: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const [name, ...rest] = words;
    if (name === undefined || name === "--help" || name === "-h" || name === "help") {
      terminal.print(overview());
      return name === undefined ? 2 : 0;
    }
    const command = commands.find((each) => each.name === name);
    if (command === undefined)
      throw new UsageError(`no command ${JSON.stringify(name)}: there are ${commands.map((each) => each.name).join(", ")}`);
    const input = read(command, rest, terminal);
    if (input === "help") {
      terminal.print(help(command));
      return 0;
    }
    return await command.run(input);
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.note(`${error.message}\nSee npm run -s hub -- --help`);
      return 2;
    }
    if (error instanceof Invalid) {
      terminal.note(error.message);
      return 2;
    }
    terminal.note(error instanceof Error ? `internal fault: ${error.stack ?? error.message}` : `internal fault: ${String(error)}`);
    return 3;
  }
}

function read(command: Command, words: readonly string[], terminal: Terminal): CommandInput | "help" {
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...words], options: { ...everywhere, ...command.options }, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${help(command)}`);
  }
  const options = parsed.values as Record<string, string | boolean | undefined>;
  if (options.help === true) return "help";
  const [surplus] = parsed.positionals.slice(command.argumentsMax);
  if (surplus !== undefined) throw new UsageError(`${command.name} does not take ${JSON.stringify(surplus)}\n\n${help(command)}`);
  const policiesFolder = typeof options.policies === "string" ? options.policies : "policies";
  if (!existsSync(policiesFolder)) throw new UsageError(`no policies in ${policiesFolder}: give --policies DIR`);
  const dataFolder = typeof options.data === "string" ? options.data : (process.env.HUB_DATA ?? ".hub");
  const webhookSecret = process.env.HUB_SHOPIFY_SECRET;
  const clock = demoClockOf(dataFolder);
  const hub = {
    dataFolder,
    policiesFolder,
    ...(webhookSecret === undefined ? {} : { webhookSecret }),
    ...(clock === undefined ? {} : { clock }),
  };
  return { hub, json: options.json === true, arguments: parsed.positionals, options, terminal };
}

function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    "throughline: one identity from the web order to the bank line",
    "",
    "npm run -s hub -- <command> [options]",
    "",
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    "Everywhere: --data DIR (default .hub, or HUB_DATA), --policies DIR (default policies), --json, --help",
    "Exit status: 0 done, 1 the command's own check failed, 2 bad usage, 3 internal fault",
  ].join("\n");
}

function help(command: Command): string {
  return [
    command.summary,
    "",
    ...command.usage.map((line) => `  npm run -s hub -- ${line}`),
    "",
    "Examples:",
    ...command.examples.map((line) => `  npm run -s hub -- ${line}`),
  ].join("\n");
}
