import { readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Process ids mean something only within one host and, on Linux, one process namespace: containers may share a host name. */
export function hostIdentity(): string {
  try {
    return `${hostname()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

export function isProcessAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // ESRCH: no such process. Anything else, such as EPERM, is the answer of one that runs.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
