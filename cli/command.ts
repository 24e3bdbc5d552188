import type { ParseArgsOptionsConfig } from "node:util";
import type { HubOptions } from "#hub";

/** What every command is given. */
export interface CommandInput {
  readonly hub: HubOptions;
  /** Machine output alone on stdout; everything for people goes to stderr. */
  readonly json: boolean;
  readonly arguments: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly terminal: Terminal;
}

export interface Terminal {
  /** A line on stdout. */
  print(line: string): void;
  /** A line on stderr. */
  note(line: string): void;
  /** The line of progress on stderr, in place on a terminal; nothing elsewhere. */
  progress(line: string): void;
  /** Takes the line of progress away. */
  clear(): void;
  /** Whether a person looks at stderr: lines of progress are shown in place. */
  readonly live: boolean;
  /** Width for tables. */
  readonly columns: number;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Behind `npm run -s hub -- `. */
  readonly usage: readonly string[];
  readonly examples: readonly string[];
  readonly options: ParseArgsOptionsConfig;
  /** How many words it takes beside its options. */
  readonly argumentsMax: number;
  /** The exit status: 0 done, 1 the command's own check failed. Throws UsageError for 2; anything else thrown is 3. */
  run(input: CommandInput): Promise<number>;
}

/** Bad usage: the message says what is allowed. Exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export function textOption(input: CommandInput, name: string): string | undefined {
  const value = input.options[name];
  return typeof value === "string" ? value : undefined;
}

/** A YYYY-MM-DD option; UsageError for anything else. */
export function dayOption(input: CommandInput, name: string): string | undefined {
  const value = textOption(input, name);
  if (value !== undefined && !isDay(value)) throw new UsageError(`--${name} takes a day such as 2026-11-27, not ${JSON.stringify(value)}`);
  return value;
}

function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // Date.parse takes 2026-02-30 for the second of March.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
