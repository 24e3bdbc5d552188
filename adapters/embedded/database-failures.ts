import { Invalid, Unavailable } from "#domain/failures";

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
  return new Unavailable(`${what} (${reasonOf(cause)}): nothing was written, try again`, { cause });
}

/** What SQLite says, and of a disk that does not take what is written, where to look. */
export function reasonOf(cause: unknown): string {
  const { message } = asError(cause);
  return isDiskFault(cause) ? `${message}: the disk of the data folder is full, read-only or broken` : message;
}

/** The fault of somebody who opens a data folder that cannot be written, as one sentence for whoever did; another error as it is. */
export function faultOfOpening(folder: string, cause: unknown): unknown {
  const isOfTheDisk = isDiskFault(cause) || diskErrors.has((cause as NodeJS.ErrnoException)?.code ?? "");
  if (!isOfTheDisk) return cause;
  return new Invalid(
    `the data folder ${folder} cannot be written (${asError(cause).message}): free its disk, or let this process write there, then start again; nothing that was answered is lost`,
    { cause },
  );
}

const diskErrors: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "EFBIG", "EIO"]);

/** SQLite's primary result codes of a file that cannot be written or opened: read-only, input or output, full, cannot open. */
const diskCodes: ReadonlySet<number> = new Set([8, 10, 13, 14]);

function isDiskFault(error: unknown): boolean {
  return isDatabaseError(error) && error.errcode !== undefined && diskCodes.has(error.errcode & 0xff);
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
