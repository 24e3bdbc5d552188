import type { FileProgress, FileStep } from "#functions/file-progress";
import type { Terminal } from "./command.ts";

const barCells = 24;
/** On a terminal the bar moves this often at most; elsewhere a line is written this often, so that a log stays readable. */
const millisecondsBetween = { bar: 200, line: 10_000 };

/** Shows on stderr how far each POS file has come: a bar in place on a terminal, now and then a line elsewhere. `now`: milliseconds. */
export function showFileProgress(terminal: Terminal, now: () => number = () => performance.now()): FileProgress {
  const furthest = new Map<string, number>();
  // A file that is done in less time than a line stands for needs none.
  let shown = now();
  return (step) => {
    const key = `${step.step} ${step.drop}`;
    const at = Math.max(step.at, furthest.get(key) ?? 0);
    furthest.set(key, at);
    if (at >= step.of) furthest.delete(key);
    if (now() - shown < (terminal.live ? millisecondsBetween.bar : millisecondsBetween.line)) return;
    shown = now();
    const line = lineOf({ ...step, at });
    if (terminal.live) terminal.progress(`${bar(at / step.of)} ${line}`);
    else terminal.note(line);
  };
}

function lineOf({ drop, step, at, of }: FileStep): string {
  const file = `file ${drop.slice(drop.lastIndexOf("/") + 1, drop.lastIndexOf("/") + 13)}`;
  const percent = `${Math.floor((at / of) * 100)} %`;
  return step === "check"
    ? `${percent} ${file}: ${megabytes(at)} of ${megabytes(of)} MB checked`
    : `${percent} ${file}: ${count(at)} of ${count(of)} tickets taken in`;
}

function bar(share: number): string {
  const full = Math.floor(share * barCells);
  return `[${"#".repeat(full)}${".".repeat(barCells - full)}]`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function count(tickets: number): string {
  return tickets.toLocaleString("en-US");
}
