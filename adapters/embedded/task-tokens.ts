import { randomBytes } from "node:crypto";
import { Invalid } from "#domain/failures";
import type { Clock } from "#ports/clock";
import type { CallbackAnswer, TaskCallbacks } from "#ports/task-callbacks";
import type { HubDatabase } from "./database.ts";
import { nowMilliseconds } from "./instant.ts";
import { assertPageLimit } from "./page-limit.ts";

/** How a task stands that was handed out under a token. Its first end stays. */
export type TaskStatus =
  | { readonly status: "waiting"; readonly lastHeartbeatAt?: string }
  | { readonly status: "succeeded"; readonly output: unknown }
  | { readonly status: "failed"; readonly error: string; readonly cause: string }
  | { readonly status: "timed-out"; readonly why: "timeout" | "heartbeat" }
  | { readonly status: "closed" };

/** Tasks that wait for a callback: ports/workflows's callbacks, and what whoever waits for them needs. All of it durable when answered. */
export interface TaskTokens extends TaskCallbacks {
  /** The token of an attempt within an execution: made at the first call, the same one ever after. It cannot be guessed. */
  open(task: { readonly machine: string; readonly execution: string; readonly place: string }): Promise<string>;
  /** A token that was never given out is "closed". */
  read(token: string): Promise<TaskStatus>;
  /** False when the task does not wait any more. */
  expire(token: string, why: "timeout" | "heartbeat"): Promise<boolean>;
  close(token: string): Promise<void>;
  /** Tokens whose tasks were ended by a callback after the `cursor` (0: from the beginning), in order, at most `limit`. */
  endedAfter(cursor: number, limit: number): Promise<readonly { readonly token: string; readonly cursor: number }[]>;
}

const tokenBytes = 32;
/** The quotas of AWS on SendTaskSuccess and SendTaskFailure. */
const outputBytesMax = 262_144;
const errorCharactersMax = 256;
const causeCharactersMax = 32_768;

export function createTaskTokens(options: { readonly database: HubDatabase; readonly clock: Clock }): TaskTokens {
  const { database, clock } = options;
  const { connection } = database;
  const insert = connection.prepare(
    "INSERT INTO execution_task (token, machine, name, place, status) VALUES (?, ?, ?, ?, 'waiting') ON CONFLICT DO NOTHING",
  );
  const readToken = connection.prepare("SELECT token FROM execution_task WHERE machine = ? AND name = ? AND place = ?");
  const readTask = connection.prepare("SELECT status, answer, heartbeat_at FROM execution_task WHERE token = ?");
  const answer = connection.prepare(
    `UPDATE execution_task SET status = ?, answer = ?, ended = (SELECT coalesce(max(ended), 0) + 1 FROM execution_task)
      WHERE token = ? AND status = 'waiting'`,
  );
  const beat = connection.prepare("UPDATE execution_task SET heartbeat_at = ? WHERE token = ? AND status = 'waiting'");
  const end = connection.prepare("UPDATE execution_task SET status = ?, answer = ? WHERE token = ? AND status = 'waiting'");
  const readEnded = connection.prepare("SELECT token, ended FROM execution_task WHERE ended > ? ORDER BY ended LIMIT ?");

  /** Runs an update that takes effect only while the task waits. */
  function callback(token: string, update: () => boolean): Promise<CallbackAnswer> {
    return database.write(() => {
      if (update()) return "accepted";
      return readTask.get(token) === undefined ? "unknown-token" : "too-late";
    });
  }

  return {
    async open({ machine, execution, place }) {
      const minted = randomBytes(tokenBytes).toString("base64url");
      return database.write(() => {
        insert.run(minted, machine, execution, place);
        return String(readToken.get(machine, execution, place)?.token);
      });
    },
    async read(token) {
      const row = database.read(() => readTask.get(token));
      return row === undefined ? { status: "closed" } : statusOf(row);
    },
    async expire(token, why) {
      return database.write(() => end.run("timed-out", JSON.stringify({ why }), token).changes === 1);
    },
    async close(token) {
      await database.write(() => end.run("closed", null, token));
    },
    async endedAfter(cursor, limit) {
      assertPageLimit(limit);
      return database.read(() => readEnded.all(cursor, limit)).map((row) => ({ token: String(row.token), cursor: Number(row.ended) }));
    },
    async completeTask(token, output) {
      const text = JSON.stringify({ output: output ?? null });
      if (Buffer.byteLength(JSON.stringify(output ?? null)) > outputBytesMax) {
        throw new Invalid(`the output of a task has more than ${outputBytesMax} bytes: pass an address instead of the content`);
      }
      return callback(token, () => answer.run("succeeded", text, token).changes === 1);
    },
    async failTask(token, error, cause) {
      if (error.length > errorCharactersMax || cause.length > causeCharactersMax) {
        throw new Invalid(
          `the failure of a task has an error of at most ${errorCharactersMax} and a cause of at most ${causeCharactersMax} characters`,
        );
      }
      const text = JSON.stringify({ error, cause });
      return callback(token, () => answer.run("failed", text, token).changes === 1);
    },
    async heartbeatTask(token) {
      return callback(token, () => beat.run(nowMilliseconds(clock), token).changes === 1);
    },
  };
}

function statusOf(row: Record<string, unknown>): TaskStatus {
  const { status } = row;
  if (status === "waiting") {
    return row.heartbeat_at === null ? { status } : { status, lastHeartbeatAt: new Date(Number(row.heartbeat_at)).toISOString() };
  }
  const answer = row.answer === null ? {} : (JSON.parse(String(row.answer)) as object);
  return { status, ...answer } as TaskStatus;
}
