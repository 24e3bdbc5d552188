import { archiveKind } from "#domain/archives";
import type { DocumentStore } from "#ports/document-store";
import type { Workflows } from "#ports/workflows";
import type { CheckPosFileInput } from "./check-pos-file.ts";

export interface ReceiveDroppedFileDependencies {
  readonly documents: DocumentStore;
  readonly workflows: Workflows;
}

export interface DroppedFile {
  /** The machine that takes it in. */
  readonly machine: string;
  /** The machine that unpacks it, should it be an archive; absent: it is taken in as it is. */
  readonly archives?: string | undefined;
  /** Where its bytes lie in the document store. */
  readonly address: string;
  /** The name that the sender gave. */
  readonly file: string;
  /** With `receivedAt` it names one drop: the bytes' hash, or the store's own name for this version of the object. */
  readonly version: string;
  readonly receivedAt: string;
}

export interface ReceivedFile {
  readonly machine: string;
  readonly execution: string;
  readonly answer: "started" | "already-started";
}

/** Starts the machine on one dropped file. The same drop told again is the same execution, so nothing is taken in twice. */
export function createHandler({ documents, workflows }: ReceiveDroppedFileDependencies) {
  return async function receiveDroppedFile({
    archives,
    address,
    file,
    version,
    receivedAt,
    ...dropped
  }: DroppedFile): Promise<ReceivedFile> {
    const execution = `${version}-${receivedAt}`;
    const input: CheckPosFileInput = { drop: address, file, receivedAt };
    const machine = archives !== undefined && (await isArchive(address)) ? archives : dropped.machine;
    return { machine, execution, answer: await workflows.start(machine, execution, input) };
  };

  /** By its first bytes, whatever its name says. */
  async function isArchive(address: string): Promise<boolean> {
    const head = await documents.readRange(address, 0, 4);
    return head !== undefined && archiveKind(head) !== undefined;
  }
}
