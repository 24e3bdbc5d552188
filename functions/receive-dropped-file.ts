import type { Workflows } from "#ports/workflows";
import type { CheckPosFileInput } from "./check-pos-file.ts";

export interface ReceiveDroppedFileDependencies {
  readonly workflows: Workflows;
}

export interface DroppedFile {
  /** The machine that takes it in. */
  readonly machine: string;
  /** Where its bytes lie in the document store. */
  readonly address: string;
  /** The name that the sender gave. */
  readonly file: string;
  /** With `receivedAt` it names one drop: the bytes' hash, or the store's own name for this version of the object. */
  readonly version: string;
  readonly receivedAt: string;
}

export interface ReceivedFile {
  readonly execution: string;
  readonly answer: "started" | "already-started";
}

/** Starts the machine on one dropped file. The same drop told again is the same execution, so nothing is taken in twice. */
export function createHandler({ workflows }: ReceiveDroppedFileDependencies) {
  return async function receiveDroppedFile({ machine, address, file, version, receivedAt }: DroppedFile): Promise<ReceivedFile> {
    const execution = `${version}-${receivedAt}`;
    const input: CheckPosFileInput = { drop: address, file, receivedAt };
    return { execution, answer: await workflows.start(machine, execution, input) };
  };
}
