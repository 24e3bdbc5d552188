import { Unavailable } from "#domain/failures";

/** An error of SQLite itself, or of a connection that is closed: not one of the caller's own making. */
export function isDatabaseError(error: unknown): error is Error & { readonly errcode?: number } {
  return error instanceof Error && "code" in error && (error.code === "ERR_SQLITE_ERROR" || error.code === "ERR_INVALID_STATE");
}

/** Whether another connection holds the lock that was needed. */
export function isBusy(error: unknown): boolean {
  const sqliteBusy = 5;
  // The low byte is SQLite's primary result code.
  return isDatabaseError(error) && error.errcode !== undefined && (error.errcode & 0xff) === sqliteBusy;
}

export function notApplied(what: string, cause: unknown): Unavailable {
  return new Unavailable(`${what} (${asError(cause).message}): nothing was written, try again`, { cause });
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
