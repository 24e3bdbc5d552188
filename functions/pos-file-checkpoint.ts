import * as z from "zod/mini";
import { canonicalJson, sha256Hex } from "#domain/canonical";
import { Invalid } from "#domain/failures";
import { passingAddress } from "#domain/lineage";
import type { DocumentStore } from "#ports/document-store";
import type { PassStanding } from "./pass-over-drop.ts";
import type { ScanStanding } from "./scan-pos-file.ts";

/** Raised whenever a checkpoint means something else than it did: one of another release is not gone on with. */
const shape = 1;

/** From where a run of the check goes on; only the scan where it is the first one. */
export interface CheckBegun {
  readonly scan: ScanStanding;
  readonly pass?: PassStanding | undefined;
  /** What the reader stated behind the last transaction; absent: nothing more is read, only hashed. */
  readonly reader?: string | undefined;
  /** Bytes that were read behind that transaction, and where they lie: no byte of the file is read again. */
  readonly rest?: { readonly bytes: Uint8Array; readonly start: number } | undefined;
}

export interface Checkpoint extends CheckBegun {
  readonly format: string;
  /** Of the file. */
  readonly bytes: number;
  readonly pass: PassStanding;
}

const checkpointSchema = z.object({
  shape: z.literal(shape),
  format: z.string(),
  bytes: z.int(),
  pass: z.object({ at: z.int(), hash: z.object({ words: z.array(z.int()).check(z.length(8)), bytes: z.int(), rest: z.string() }) }),
  reader: z.optional(z.string()),
  rest: z.optional(z.object({ address: z.string(), start: z.int() })),
  scan: z.custom<ScanStanding>((value) => typeof value === "object" && value !== null),
});

/** Keeps it under the address of its content, which is answered. */
export async function keepCheckpoint(documents: DocumentStore, { rest, ...checkpoint }: Checkpoint): Promise<string> {
  const keep = async (bytes: Uint8Array): Promise<string> => {
    const address = passingAddress(sha256Hex(bytes));
    await documents.put(address, bytes);
    return address;
  };
  const kept = rest === undefined ? {} : { rest: { address: await keep(rest.bytes), start: rest.start } };
  return keep(new TextEncoder().encode(canonicalJson({ shape, ...checkpoint, ...kept })));
}

/** Throws Invalid where it is gone, of another release, or of a file that has changed since. */
export async function readCheckpoint(documents: DocumentStore, address: string, bytes: number, file: string): Promise<Checkpoint> {
  const gone = (what: string) => new Invalid(`the check of ${file} cannot go on from ${address}, ${what}: drop the file again`);
  const body = await documents.get(address);
  if (body === undefined) throw gone("which is not there");
  const read = checkpointSchema.safeParse(JSON.parse(new TextDecoder().decode(body)));
  if (!read.success) throw gone("which another release wrote");
  const { rest, shape: _, ...checkpoint } = read.data;
  if (checkpoint.bytes !== bytes) throw gone(`since the file had ${checkpoint.bytes} bytes then and has ${bytes} now`);
  if (rest === undefined) return checkpoint;
  const restBytes = await documents.get(rest.address);
  if (restBytes === undefined) throw gone(`of which ${rest.address} is not there`);
  return { ...checkpoint, rest: { bytes: restBytes, start: rest.start } };
}
