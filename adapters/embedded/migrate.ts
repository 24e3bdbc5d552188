import type { DatabaseSync } from "node:sqlite";
import { Invalid } from "#domain/failures";
import { hostIdentity, isProcessAlive } from "./process-identity.ts";

/** Longer than a worker's lease: one that does not renew it for so long is none any more, whatever its clock says. */
const silenceMilliseconds = 6_000;
const lookMilliseconds = 50;

interface Holder {
  readonly owner: string;
  readonly host: string;
  readonly processId: number;
  readonly expiresAt: number;
}

/**
 * Brings a database to the form that this program knows, one migration after the other in one transaction. An older form is left alone while a
 * worker holds it: that one would read what it does not know, and write what is read no more. Throws Invalid for that, and for a
 * database that is newer than this program.
 */
export function migrate(
  connection: DatabaseSync,
  path: string,
  migrations: readonly string[],
  silence: number = silenceMilliseconds,
): void {
  if (schemaVersion(connection) === migrations.length) return;
  const silent = silentHolder(connection, path, migrations.length, silence);
  connection.exec("BEGIN IMMEDIATE");
  try {
    // Read again under the lock: another process may have migrated meanwhile, or begun to work.
    const version = schemaVersion(connection);
    if (version > migrations.length) throw newerThanKnown(path, version, migrations.length);
    const holder = holderOf(connection);
    if (version < migrations.length && holder !== undefined && !isSame(holder, silent)) throw heldByOlder(path, version, holder);
    for (const migration of migrations.slice(version)) connection.exec(migration);
    connection.exec(`PRAGMA user_version = ${migrations.length}`);
    connection.exec("COMMIT");
  } catch (error) {
    if (connection.isTransaction) connection.exec("ROLLBACK");
    throw error;
  }
}

/** The form of a database, as the number of migrations that made it. */
function schemaVersion(connection: DatabaseSync): number {
  return Number(connection.prepare("PRAGMA user_version").get()?.user_version);
}

/**
 * The worker whose lease stands and who is there no more: its process is gone, or the lease is not renewed for as long as one lasts, which a
 * process of the same id or on another host shows as well as any. Throws for one that works.
 */
function silentHolder(connection: DatabaseSync, path: string, known: number, silence: number): Holder | undefined {
  const before = holderOf(connection);
  if (before === undefined || isGone(before)) return before;
  for (let waited = 0; waited < silence; waited += lookMilliseconds) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lookMilliseconds);
    const version = schemaVersion(connection);
    const now = holderOf(connection);
    // Another process of this version was faster.
    if (version >= known || now === undefined || isGone(now)) return now;
    if (!isSame(now, before)) throw heldByOlder(path, version, now);
  }
  return before;
}

function holderOf(connection: DatabaseSync): Holder | undefined {
  if (connection.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'lease'").get() === undefined) return undefined;
  const row = connection.prepare("SELECT owner, host, process, expires_at FROM lease ORDER BY expires_at DESC LIMIT 1").get();
  if (row === undefined) return undefined;
  const { owner, host, process: processId, expires_at: expiresAt } = row;
  return { owner: String(owner), host: String(host), processId: Number(processId), expiresAt: Number(expiresAt) };
}

/** One with the id of this very process was its predecessor. */
function isGone({ host, processId }: Holder): boolean {
  return host === hostIdentity() && (processId === process.pid || !isProcessAlive(processId));
}

function isSame(one: Holder, other: Holder | undefined): boolean {
  return one.owner === other?.owner && one.expiresAt === other.expiresAt;
}

function heldByOlder(path: string, version: number, { processId, host }: Holder): Invalid {
  const [name = host] = host.split(" ");
  return new Invalid(
    `${path} has the form of an older version of the hub (schema version ${version}), and process ${processId} on ${name} works on it: stop that hub, copy the data folder, then run this again; nothing was changed`,
  );
}

function newerThanKnown(path: string, version: number, known: number): Invalid {
  return new Invalid(`${path} has schema version ${version}, this program knows ${known}: start the newer version of the hub`);
}
