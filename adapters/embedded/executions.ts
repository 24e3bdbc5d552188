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

export type ExecutionName = Pick<Execution, "machine" | "name">;

/** One event of an execution's history, as whoever runs it keeps it. */
export interface ExecutionEvent {
  /** 1, 2, 3 … without a gap. */
  readonly id: number;
  readonly previousEventId: number;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly type: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly place: string;
  readonly memo?: unknown;
}

/** The record of Standard machines: a name runs once, and what a crash left unfinished goes on from its history. */
export interface Executions {
  /** Records the start under a name that is unique per machine. */
  start(machine: string, name: string, input: unknown): Promise<"started" | "already-started">;
  /** Records how it ended, and closes the tasks that still wait in it; the first answer stays. */
  finish(machine: string, name: string, answer: WorkflowAnswer): Promise<void>;
  get(machine: string, name: string): Promise<Execution | undefined>;
  /** Started and not finished, oldest first, at most `limit`. */
  unfinished(limit: number): Promise<readonly ExecutionName[]>;
  /** The execution waits for an instant, milliseconds since 1970; the last one told counts. */
  rest(machine: string, name: string, until: number): Promise<void>;
  /** Whether one has not finished, and waits neither for a callback nor for an instant more than `seconds` away. */
  anyAtWork(seconds: number): Promise<boolean>;
  /** Adds events to a history. Throws Unavailable when one of them is there already: somebody else runs the execution. */
  append(machine: string, name: string, events: readonly ExecutionEvent[]): Promise<void>;
  /** The history so far, in order. Kept for 90 days after the end, as on AWS. */
  history(machine: string, name: string): Promise<readonly ExecutionEvent[]>;
}

const historyKeptMilliseconds = 90 * 24 * 3_600_000;
/** Histories that the end of an execution clears away at most. */
const clearedAtOnce = 20;

export function createExecutions(options: { readonly database: HubDatabase; readonly clock: Clock }): Executions {
  const { database, clock } = options;
  const { connection } = database;
  const insert = connection.prepare(
    "INSERT INTO execution (machine, name, input, status, started_at) VALUES (?, ?, ?, 'running', ?) ON CONFLICT DO NOTHING",
  );
  const end = connection.prepare(
    "UPDATE execution SET status = ?, answer = ?, ended_at = ? WHERE machine = ? AND name = ? AND status = 'running'",
  );
  const closeTasks = connection.prepare(
    "UPDATE execution_task SET status = 'closed' WHERE machine = ? AND name = ? AND status = 'waiting'",
  );
  const readOne = connection.prepare("SELECT * FROM execution WHERE machine = ? AND name = ?");
  const readRunning = connection.prepare(
    "SELECT machine, name FROM execution WHERE status = 'running' ORDER BY started_at, machine, name LIMIT ?",
  );
  const rest = connection.prepare("UPDATE execution SET rests_until_at = ? WHERE machine = ? AND name = ?");
  const readAtWork = connection.prepare(
    `SELECT 1 FROM execution AS e WHERE status = 'running' AND (rests_until_at IS NULL OR rests_until_at <= ?) AND NOT EXISTS
       (SELECT 1 FROM execution_task AS t WHERE t.machine = e.machine AND t.name = e.name AND t.status = 'waiting') LIMIT 1`,
  );
  const insertEvent = connection.prepare("INSERT INTO execution_event (machine, name, id, body) VALUES (?, ?, ?, ?)");
  const readEvents = connection.prepare("SELECT body FROM execution_event WHERE machine = ? AND name = ? ORDER BY id");
  const readOld = connection.prepare("SELECT machine, name FROM execution WHERE history = 1 AND ended_at < ? LIMIT ?");
  const forget = [
    "DELETE FROM execution_event WHERE machine = ? AND name = ?",
    "DELETE FROM execution_task WHERE machine = ? AND name = ?",
    "UPDATE execution SET history = 0 WHERE machine = ? AND name = ?",
  ].map((statement) => connection.prepare(statement));

  return {
    async start(machine, name, input) {
      const text = JSON.stringify(input) ?? "null";
      return database.write(() => (insert.run(machine, name, text, nowMilliseconds(clock)).changes === 1 ? "started" : "already-started"));
    },
    async finish(machine, name, answer) {
      await database.write(() => {
        const now = nowMilliseconds(clock);
        if (end.run(answer.status, JSON.stringify(answer), now, machine, name).changes === 1) closeTasks.run(machine, name);
        else if (!readOne.get(machine, name)) {
          throw new Invalid(`execution ${name} of ${machine} was never started, so it cannot be finished`);
        }
        for (const old of readOld.all(now - historyKeptMilliseconds, clearedAtOnce)) {
          for (const statement of forget) statement.run(String(old.machine), String(old.name));
        }
      });
    },
    async get(machine, name) {
      const row = database.read(() => readOne.get(machine, name));
      return row && executionOf(row);
    },
    async unfinished(limit) {
      assertPageLimit(limit);
      return database.read(() => readRunning.all(limit)).map((row) => ({ machine: String(row.machine), name: String(row.name) }));
    },
    async rest(machine, name, until) {
      await database.write(() => void rest.run(until, machine, name));
    },
    async anyAtWork(seconds) {
      return database.read(() => readAtWork.get(nowMilliseconds(clock) + seconds * 1000)) !== undefined;
    },
    async append(machine, name, events) {
      await database.write(() => {
        for (const event of events) insertEvent.run(machine, name, event.id, JSON.stringify(event));
      });
    },
    async history(machine, name) {
      return database.read(() => readEvents.all(machine, name)).map((row) => JSON.parse(String(row.body)) as ExecutionEvent);
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
