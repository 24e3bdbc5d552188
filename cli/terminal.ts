import type { Terminal } from "./command.ts";

/** The part of a stream of process that a terminal needs. */
export interface OutputStream {
  write(text: string): unknown;
  on?(event: "error", listener: (error: NodeJS.ErrnoException) => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const columnsWithoutTerminal = 140;
const clearLine = "\r\u001b[2K";

/** Standard output and error as a terminal, with progress only where a person looks. */
export function createTerminal(stdout: OutputStream = process.stdout, stderr: OutputStream = process.stderr): Terminal {
  const live = stderr.isTTY === true;
  // A reader that has seen enough (`| head`) closes the pipe: that is its good right and no fault.
  stdout.on?.("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
  let inPlace = false;
  const clear = () => {
    if (inPlace) stderr.write(clearLine);
    inPlace = false;
  };
  return {
    print(line) {
      clear();
      stdout.write(`${line}\n`);
    },
    note(line) {
      clear();
      stderr.write(`${line}\n`);
    },
    progress(line) {
      if (!live) return;
      // A longer line would be broken by the terminal, and only its last row cleared.
      stderr.write(`${clearLine}${line.slice(0, (stderr.columns ?? 80) - 1)}`);
      inPlace = true;
    },
    clear,
    live,
    columns: stdout.columns ?? columnsWithoutTerminal,
  };
}
