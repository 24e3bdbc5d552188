import { expect, test } from "vitest";
import { showFileProgress } from "../../cli/file-progress.ts";
import { createTerminal } from "../../cli/terminal.ts";

const drop = "drops/pos/5e2c8f0a9b7d4411aa";

/** What stderr shows of these steps, each so many milliseconds after the one before. */
function shown(isTTY: boolean, steps: readonly [number, "check" | "take-in", number, number][]): string[] {
  const written: string[] = [];
  const stderr = { write: (text: string) => void written.push(text), isTTY, columns: 100 };
  let now = 0;
  const progress = showFileProgress(createTerminal({ write: () => {} }, stderr), () => now);
  for (const [after, step, at, of] of steps) {
    now += after;
    progress({ drop, step, at, of });
  }
  return written;
}

test("on a terminal a bar moves in place, five times a second at most, and never back", () => {
  expect(
    shown(true, [
      [100, "check", 1_000_000, 4_000_000],
      [100, "check", 2_000_000, 4_000_000],
      [250, "take-in", 900, 1_200],
      [250, "take-in", 600, 1_200],
    ]),
  ).toEqual([
    "\r\u001b[2K[############............] 50 % file 5e2c8f0a9b7d: 2.0 of 4.0 MB checked",
    "\r\u001b[2K[##################......] 75 % file 5e2c8f0a9b7d: 900 of 1,200 tickets taken in",
    "\r\u001b[2K[##################......] 75 % file 5e2c8f0a9b7d: 900 of 1,200 tickets taken in",
  ]);
});

test("elsewhere a line is written every ten seconds, and none for a file that is done sooner", () => {
  expect(
    shown(false, [
      [9_000, "check", 4_000_000, 4_000_000],
      [2_000, "take-in", 500_000, 1_000_000],
      [2_000, "take-in", 600_000, 1_000_000],
    ]),
  ).toEqual(["50 % file 5e2c8f0a9b7d: 500,000 of 1,000,000 tickets taken in\n"]);
});
