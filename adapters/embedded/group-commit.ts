import type { DatabaseSync } from "node:sqlite";
import { Unavailable, UnknownOutcome } from "#domain/failures";
import { asError, isBusy, isDatabaseError, notApplied, reasonOf } from "./database-failures.ts";

/** Writes that share one commit at most; the rest waits for the next turn of the event loop. */
const writesPerCommitMax = 1_000;

/** One write's work: synchronous statements only. It may run twice (when a companion fails), so it has no effect but the database's. */
type Work<T> = () => T;

interface PendingWrite {
  readonly work: Work<unknown>;
  readonly succeed: (value: unknown) => void;
  readonly fail: (error: Error) => void;
}

export interface GroupCommit {
  /**
   * Runs `work` in a transaction shared with every other write of this turn of the event loop, and answers after the commit: one flush
   * to disk for all of them. Throws what `work` throws (nothing of it applied), Unavailable (not applied) or UnknownOutcome.
   */
  write<T>(work: Work<T>): Promise<T>;
  /** Commits what is pending, then refuses further writes. */
  close(): void;
}

/**
 * `schemaVersion` is the form of the database that the writes are for: once a newer program has brought it to another one, nothing is written.
 * `later` runs its argument after this turn of the event loop: the writes that come until then share a commit.
 */
export function createGroupCommit(
  connection: DatabaseSync,
  schemaVersion: number,
  later: (commit: () => void) => void = setImmediate,
): GroupCommit {
  const begin = connection.prepare("BEGIN IMMEDIATE");
  const form = connection.prepare("PRAGMA user_version");
  const commit = connection.prepare("COMMIT");
  let pending: PendingWrite[] = [];
  let scheduled = false;
  let closed = false;

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    later(flush);
  }

  function flush(): void {
    scheduled = false;
    if (pending.length === 0) return;
    const batch = pending.slice(0, writesPerCommitMax);
    pending = pending.slice(writesPerCommitMax);
    if (pending.length > 0) schedule();
    commitTogether(batch);
  }

  function commitTogether(batch: readonly PendingWrite[]): void {
    let found: number;
    try {
      begin.run();
      found = Number(form.get()?.user_version);
    } catch (error) {
      rollBack();
      failAll(batch, notApplied("no write transaction could be opened, another process may hold it", error));
      return;
    }
    if (found !== schemaVersion) {
      rollBack();
      failAll(batch, overtaken(found, schemaVersion));
      return;
    }
    const values: unknown[] = [];
    try {
      for (const write of batch) values.push(write.work());
    } catch (error) {
      rollBack();
      // One write's fault must not become its companions': each is run again in a transaction of its own.
      if (batch.length > 1) for (const write of batch) commitTogether([write]);
      else failAll(batch, isDatabaseError(error) ? notApplied("the write was rolled back", error) : asError(error));
      return;
    }
    try {
      commit.run();
    } catch (error) {
      rollBack();
      // A busy commit wrote nothing. After any other fault the commit record may stand in the log and be found when the file is opened again.
      failAll(
        batch,
        isBusy(error)
          ? notApplied("the commit found the database busy and was rolled back", error)
          : new UnknownOutcome(`the commit failed (${reasonOf(error)}): read the items before writing them again`, { cause: error }),
      );
      return;
    }
    for (const [index, write] of batch.entries()) write.succeed(values[index]);
  }

  function rollBack(): void {
    // SQLite has already rolled back by itself after some faults, such as a full disk.
    if (!connection.isTransaction) return;
    try {
      connection.exec("ROLLBACK");
    } catch {
      // What was begun stays uncommitted: every later BEGIN fails on it and says so to its callers, until the file is opened anew.
    }
  }

  return {
    write<T>(work: Work<T>): Promise<T> {
      if (closed) return Promise.reject(new Unavailable("the hub's database is closed: open it again before writing"));
      return new Promise<T>((resolve, reject) => {
        pending.push({ work, succeed: resolve as (value: unknown) => void, fail: reject });
        schedule();
      });
    },
    close() {
      while (pending.length > 0) flush();
      closed = true;
    },
  };
}

function failAll(batch: readonly PendingWrite[], error: Error): void {
  for (const write of batch) write.fail(error);
}

function overtaken(found: number, known: number): Unavailable {
  return new Unavailable(
    `another version of the hub has brought the data folder to schema version ${found}, and this one knows ${known}: stop this one and start that; nothing was written`,
  );
}
