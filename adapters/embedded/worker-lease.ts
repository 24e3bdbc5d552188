import type { Clock } from "#ports/clock";
import type { HubDatabase } from "./database.ts";
import { nowMilliseconds } from "./instant.ts";
import { hostIdentity, isProcessAlive } from "./process-identity.ts";

export interface LeaseHolder {
  /** Names one worker, unique among all that ever ran on this data folder. */
  readonly owner: string;
  readonly host: string;
  readonly processId: number;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export type LeaseAnswer = { readonly kind: "held" } | { readonly kind: "held-by-other"; readonly holder: LeaseHolder };

/** One worker at a time on a data folder; the others write, and wait for it. */
export interface WorkerLease {
  /** Takes the lease, or renews it: if it is free, expired, already this owner's, or its owner's process on this host is gone. */
  acquire(): Promise<LeaseAnswer>;
  /** Extends the lease. False when it is no longer this owner's: the worker must stop at once. */
  renew(): Promise<boolean>;
  /** Gives it up; no effect when it is another's. */
  release(): Promise<void>;
  /** Who holds an unexpired lease. */
  holder(): Promise<LeaseHolder | undefined>;
}

export function createWorkerLease(options: {
  readonly database: HubDatabase;
  readonly clock: Clock;
  readonly name: string;
  readonly owner: string;
  readonly leaseSeconds: number;
  /** Default: this host and this process, asked of the operating system. */
  readonly host?: string;
  readonly processId?: number;
  readonly isProcessAlive?: (processId: number) => boolean;
}): WorkerLease {
  const { database, clock, name, owner, leaseSeconds } = options;
  const host = options.host ?? hostIdentity();
  const processId = options.processId ?? process.pid;
  const isAlive = options.isProcessAlive ?? isProcessAlive;
  const read = database.connection.prepare("SELECT owner, host, process, expires_at FROM lease WHERE name = ?");
  const take = database.connection.prepare(
    `INSERT INTO lease (name, owner, host, process, expires_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, host = excluded.host, process = excluded.process, expires_at = excluded.expires_at`,
  );
  const extend = database.connection.prepare("UPDATE lease SET expires_at = ? WHERE name = ? AND owner = ? AND expires_at > ?");
  const remove = database.connection.prepare("DELETE FROM lease WHERE name = ? AND owner = ?");

  function stored(): LeaseHolder | undefined {
    const row = read.get(name);
    return (
      row && {
        owner: String(row.owner),
        host: String(row.host),
        processId: Number(row.process),
        expiresAt: Number(row.expires_at),
      }
    );
  }

  function isOver(holder: LeaseHolder, now: number): boolean {
    return holder.expiresAt <= now || (holder.host === host && !isAlive(holder.processId));
  }

  return {
    async acquire() {
      return database.write((): LeaseAnswer => {
        const now = nowMilliseconds(clock);
        const holder = stored();
        if (holder && holder.owner !== owner && !isOver(holder, now)) return { kind: "held-by-other", holder };
        take.run(name, owner, host, processId, now + leaseSeconds * 1_000);
        return { kind: "held" };
      });
    },
    async renew() {
      return database.write(() => {
        const now = nowMilliseconds(clock);
        return extend.run(now + leaseSeconds * 1_000, name, owner, now).changes === 1;
      });
    },
    async release() {
      await database.write(() => remove.run(name, owner));
    },
    async holder() {
      const holder = database.read(stored);
      return holder && !isOver(holder, nowMilliseconds(clock)) ? holder : undefined;
    },
  };
}
