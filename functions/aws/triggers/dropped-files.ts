import * as z from "zod/mini";
import { sha256Hex } from "#domain/canonical";
import { Invalid, Unavailable, UnknownOutcome } from "#domain/failures";
import type { DroppedFile } from "#functions/receive-dropped-file";
import type { Queue } from "#ports/queue";
import { drops } from "#wiring";
import { eventQueue, type Taken } from "./event-queue.ts";
import type { LambdaHandler } from "./lambda-handler.ts";
import type { BatchAnswer } from "./queue-event.ts";

/** The parts of S3's "Object Created" event on EventBridge that are read. Its keys are as they are, not URL-encoded. */
const eventSchema = z.object({
  time: z.string().check(z.minLength(1)),
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({
      key: z.string().check(z.minLength(1)),
      size: z.optional(z.number()),
      etag: z.optional(z.string()),
      "version-id": z.optional(z.string()),
      sequencer: z.optional(z.string()),
    }),
  }),
});

/** Files that appear in the drops bucket; `receive` starts the machine of their folder. */
export function droppedFiles(name: string, receive: (file: DroppedFile) => Promise<unknown>, queue: Queue): LambdaHandler<BatchAnswer> {
  const take = async (text: string): Promise<Taken> => {
    try {
      const file = readDroppedFile(text);
      if (file !== undefined) await receive(file);
      return "taken";
    } catch (error) {
      if (error instanceof Unavailable || error instanceof UnknownOutcome) return "again";
      if (error instanceof Invalid) return { class: "transport.parse", reason: error.message, content: text };
      throw error;
    }
  };
  return eventQueue(name, take, queue);
}

/** Undefined for the mark that some tools leave for a folder. Throws Invalid. */
function readDroppedFile(text: string): DroppedFile | undefined {
  const parsed = eventSchema.safeParse(jsonOf(text));
  if (!parsed.success) throw new Invalid('this is no "Object Created" event of S3: check the rule that fills the queue');
  const { time, detail } = parsed.data;
  const { key, size, etag = "", sequencer = "", "version-id": versionId = "" } = detail.object;
  if (key.endsWith("/") && (size ?? 0) === 0) return undefined;
  const drop = drops.find(({ folder }) => key.startsWith(`${folder}/`));
  if (drop === undefined) {
    throw new Invalid(
      `${key.slice(0, 200)} lies in no folder that is taken in: drop it into ${drops.map(({ folder }) => `${folder}/`).join(", ")}`,
    );
  }
  // The store's own name for this version; without versions its ETag and the order of its writes have to do.
  const name = `${detail.bucket.name}/${key}/${versionId === "" ? `${etag}/${sequencer}` : versionId}`;
  const version = sha256Hex(new TextEncoder().encode(name)).slice(0, 32);
  // Read by its version, so that what is written over it before it is read takes nothing away.
  const address = versionId === "" ? `drops/${key}` : `drops@${encodeURIComponent(versionId)}/${key}`;
  return {
    machine: drop.machine,
    ...(drop.archives === undefined ? {} : { archives: drop.archives }),
    address,
    file: key.slice(drop.folder.length + 1),
    version,
    receivedAt: instantOf(time),
  };
}

function instantOf(time: string): string {
  const at = Date.parse(time);
  if (Number.isNaN(at)) throw new Invalid('the time of this "Object Created" event is no time: check the rule that fills the queue');
  return new Date(at).toISOString();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
