import type { Terminal } from "./command.ts";

/** Standard output and error as a terminal, with colour and progress only where a person looks. */
export function createTerminal(): Terminal {
  const live = process.stderr.isTTY === true;
  let inPlace = false;
  const clear = () => {
    if (inPlace) process.stderr.write("\r\u001b[2K");
    inPlace = false;
  };
  return {
    print(line) {
      clear();
      process.stdout.write(`${line}\n`);
    },
    note(line) {
      clear();
      process.stderr.write(`${line}\n`);
    },
    progress(line) {
      if (!live) return;
      process.stderr.write(`\r\u001b[2K${line}`);
      inPlace = true;
    },
    colour: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
    columns: process.stdout.columns ?? 120,
  };
}
