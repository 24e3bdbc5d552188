import { Invalid } from "#domain/failures";
import type { Clock } from "#ports/clock";
import type { WorkflowAnswer } from "#ports/workflows";
import type { HubDatabase } from "./database.ts";
import { nowMilliseconds } from "./instant.ts";
import { assertPageLimit } from "./page-limit.ts";

export interface Execution {
  readonly machine: string;
  readonly name: string;
  readonly input: unknown;
  /** Undefined while it runs. */
  readonly answer?: WorkflowAnswer;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt?: number;
}

/** The record of Standard machines: a name runs once, and what a crash left unfinished can be started again. */
export interface Executions {
  /** Records the start under a name that is unique per machine. */
  start(machine: string, name: string, input: unknown): Promise<"started" | "already-started">;
  /** Records how it ended; the first answer stays. */
  finish(machine: string, name: string, answer: WorkflowAnswer): Promise<void>;
  get(machine: string, name: string): Promise<Execution | undefined>;
  /** Started and not finished, oldest first, at most `limit`. */
  unfinished(limit: number): Promise<readonly Execution[]>;
}

export function createExecutions(options: { readonly database: HubDatabase; readonly clock: Clock }): Executions {
  const { database, clock } = options;
  const insert = database.connection.prepare(
    "INSERT INTO execution (machine, name, input, status, started_at) VALUES (?, ?, ?, 'running', ?) ON CONFLICT DO NOTHING",
  );
  const end = database.connection.prepare(
    "UPDATE execution SET status = ?, answer = ?, ended_at = ? WHERE machine = ? AND name = ? AND status = 'running'",
  );
  const readOne = database.connection.prepare("SELECT * FROM execution WHERE machine = ? AND name = ?");
  const readRunning = database.connection.prepare(
    "SELECT * FROM execution WHERE status = 'running' ORDER BY started_at, machine, name LIMIT ?",
  );
  return {
    async start(machine, name, input) {
      const text = JSON.stringify(input) ?? "null";
      return database.write(() => (insert.run(machine, name, text, nowMilliseconds(clock)).changes === 1 ? "started" : "already-started"));
    },
    async finish(machine, name, answer) {
      await database.write(() => {
        if (end.run(answer.status, JSON.stringify(answer), nowMilliseconds(clock), machine, name).changes === 1) return;
        if (!readOne.get(machine, name)) throw new Invalid(`execution ${name} of ${machine} was never started, so it cannot be finished`);
      });
    },
    async get(machine, name) {
      const row = database.read(() => readOne.get(machine, name));
      return row && executionOf(row);
    },
    async unfinished(limit) {
      assertPageLimit(limit);
      return database.read(() => readRunning.all(limit)).map(executionOf);
    },
  };
}

function executionOf(row: Record<string, unknown>): Execution {
  return {
    machine: String(row.machine),
    name: String(row.name),
    input: JSON.parse(String(row.input)),
    startedAt: Number(row.started_at),
    ...(row.answer === null ? {} : { answer: JSON.parse(String(row.answer)) as WorkflowAnswer, endedAt: Number(row.ended_at) }),
  };
}
