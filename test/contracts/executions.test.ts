import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createExecutions, openDatabase } from "#adapters/embedded";
import { settableClock } from "./settable-clock.ts";
import { temporaryFolder } from "./temporary-folder.ts";

function openExecutions(file = ":memory:") {
  const database = openDatabase(file);
  onTestFinished(() => database.close());
  const clock = settableClock();
  return { executions: createExecutions({ database, clock }), clock, database };
}

describe("executions of Standard machines", () => {
  it("starts a name once per machine, and keeps the first input", async () => {
    const { executions } = openExecutions();
    expect(await executions.start("ingest-pos-file", "file-a", { address: "sha256/aa" })).toBe("started");
    expect(await executions.start("ingest-pos-file", "file-a", { address: "sha256/bb" })).toBe("already-started");
    expect(await executions.start("close-day", "file-a", null)).toBe("started");
    expect(await executions.get("ingest-pos-file", "file-a")).toEqual({
      machine: "ingest-pos-file",
      name: "file-a",
      input: { address: "sha256/aa" },
      startedAt: Date.parse("2026-03-02T10:00:00.000Z"),
    });
    expect(await executions.get("ingest-pos-file", "file-b")).toBeUndefined();
  });

  it("gives one of two concurrent starts the name", async () => {
    const { executions } = openExecutions();
    const answers = await Promise.all([executions.start("m", "n", 1), executions.start("m", "n", 2)]);
    expect(answers).toEqual(["started", "already-started"]);
  });

  it("lists what a crash left unfinished, oldest first, and nothing that has ended", async () => {
    const file = join(temporaryFolder(), "hub.db");
    const before = openExecutions(file);
    await before.executions.start("m", "z-first", 1);
    before.clock.advance(1);
    await before.executions.start("m", "a-second", 2);
    await before.executions.start("m", "done", 3);
    await before.executions.finish("m", "done", { status: "succeeded", output: { tickets: 12 } });
    before.database.close();
    const after = openExecutions(file);
    expect(await after.executions.unfinished(10)).toEqual([
      { machine: "m", name: "z-first" },
      { machine: "m", name: "a-second" },
    ]);
    expect(await after.executions.get("m", "done")).toMatchObject({ answer: { status: "succeeded", output: { tickets: 12 } } });
    expect(await after.executions.start("m", "done", 3)).toBe("already-started");
  });

  it("keeps the first end of an execution, and refuses the end of one that never began", async () => {
    const { executions, clock } = openExecutions();
    await executions.start("m", "n", 1);
    clock.advance(3);
    await executions.finish("m", "n", { status: "failed", error: "Invalid", cause: "no root element" });
    await executions.finish("m", "n", { status: "succeeded", output: 1 });
    expect(await executions.get("m", "n")).toMatchObject({
      answer: { status: "failed", error: "Invalid", cause: "no root element" },
      endedAt: Date.parse("2026-03-02T10:00:03.000Z"),
    });
    await expect(executions.finish("m", "other", { status: "succeeded", output: 1 })).rejects.toThrow(
      "execution other of m was never started",
    );
  });
});
