import * as z from "zod/mini";
import type { Problem } from "#domain/exceptions";
import { Invalid, Unavailable } from "#domain/failures";
import {
  type ClosureItem,
  closureKey,
  type DocumentItem,
  documentItem,
  type ExceptionItem,
  factsHash,
  type LineageItem,
  type ParsedDocument,
  rawBodyOf,
} from "#domain/lineage";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import type { PolicyStore } from "#ports/policy-store";
import { type DocumentReaders, doorOf } from "./document-doors.ts";
import { exceptionInput } from "./exception-input.ts";
import { readTransaction } from "./read-transaction.ts";

export interface EditDocumentDependencies extends DocumentReaders {
  readonly documents: DocumentStore;
  readonly lineage: LineageStore;
  readonly policies: PolicyStore;
  readonly clock: Clock;
}

const inputSchema = z.object({
  ...exceptionInput,
  /** The corrected document, as text. */
  body: z.string().check(z.minLength(1), z.maxLength(8_000_000)),
});

export type EditDocumentInput = z.infer<typeof inputSchema>;

/**
 * "edited": the correction is on record beside the original, and what it held is looked at. "edited-before": the same correction was there.
 * Otherwise nothing changed: the exception is "unknown" or "closed"; no document was kept out by it ("not-a-document"); its bytes were
 * removed ("original-removed") or no door reads it alone ("not-editable"); the correction is none ("unchanged"), is about something else
 * ("another-document"), is older than what it corrects ("older"), cannot be read ("unreadable"), or does not pass the gate ("still-wrong").
 */
export type DocumentEdit =
  | { readonly outcome: "edited" | "edited-before"; readonly transaction: string; readonly document: string }
  | {
      readonly outcome:
        | "unknown"
        | "closed"
        | "not-a-document"
        | "original-removed"
        | "not-editable"
        | "unchanged"
        | "another-document"
        | "older";
    }
  | { readonly outcome: "unreadable"; readonly message: string }
  | { readonly outcome: "still-wrong"; readonly issues: readonly Pick<Problem, "class" | "code" | "message">[] };

/** The document that an open exception keeps out of the books, and its bytes while they are there. */
export type QuarantinedDocument =
  | { readonly kind: "found"; readonly document: DocumentItem; readonly exception: ExceptionItem; readonly original: Uint8Array }
  | { readonly kind: "unknown" | "closed" | "not-a-document" | "original-removed" };

export async function quarantinedDocument(
  { lineage, documents }: Pick<EditDocumentDependencies, "lineage" | "documents">,
  transaction: string,
  exception: string,
): Promise<QuarantinedDocument> {
  const view = await readTransaction(lineage, transaction);
  const state = view.exceptions.find(({ opened }) => opened.key === exception);
  if (state === undefined) return { kind: "unknown" };
  if (state.closed !== undefined) return { kind: "closed" };
  const { opened } = state;
  const document = view.documents
    .filter(({ issues }) =>
      issues.some((issue) => issue.class === opened.class && issue.code === opened.code && issue.cause === opened.cause),
    )
    .reduce<DocumentItem | undefined>((last, each) => (last === undefined || each.at > last.at ? each : last), undefined);
  if (document === undefined) return { kind: "not-a-document" };
  const { inline, address } = document.raw;
  const original =
    inline !== undefined ? new TextEncoder().encode(inline) : address === undefined ? undefined : await documents.get(address);
  return original === undefined ? { kind: "original-removed" } : { kind: "found", document, exception: opened, original };
}

/**
 * A person corrects a document that was kept and not believed. The correction goes through the door and the gate that the original came by, and
 * becomes a document of its own beside it: its bytes can be removed like those of any other, and a later version of the source replaces both.
 * Doing it again is harmless. Throws Invalid for an input that is none, Unavailable when nobody can say whether it was recorded: edit again.
 */
export function createHandler(dependencies: EditDocumentDependencies) {
  const { documents, lineage, policies, clock } = dependencies;
  return async function editDocument(input: unknown): Promise<DocumentEdit> {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success) throw new Invalid("edit-document takes {transaction, exception, body, by, reason}, and by names a person");
    const { transaction, exception: key, body, by, reason } = parsed.data;
    const found = await quarantinedDocument(dependencies, transaction, key);
    if (found.kind !== "found") return { outcome: found.kind };
    const { document, exception, original } = found;
    const door = doorOf(dependencies, await policies.current(), document, original);
    if (door === undefined) return { outcome: "not-editable" };
    const bytes = new TextEncoder().encode(body);
    const read = readBy(door, bytes);
    if ("message" in read) return { outcome: "unreadable", message: read.message };
    const refusal = refusalOf(read, document);
    if (refusal !== undefined) return refusal;
    const raw = rawBodyOf(bytes);
    if (raw.address !== undefined) await documents.put(raw.address, bytes);
    const from = read.transaction === transaction ? document.key : `${transaction}/${document.key}`;
    const item: DocumentItem = { ...documentItem(read, raw, clock.now()), edited: { from, by, reason } };
    const answer = await insertOne(item);
    // In the stream of a document without identity nothing comes after it that could close the exception.
    if (read.transaction !== transaction) {
      const closure: ClosureItem = { type: "closure", transaction, key: closureKey(exception.key), at: clock.now(), by, reason };
      await insertOne(closure);
    }
    return { outcome: answer === "inserted" ? "edited" : "edited-before", transaction: read.transaction, document: item.key };
  };

  async function insertOne(item: LineageItem): Promise<"inserted" | "conflict"> {
    const [answer] = await lineage.insert([item]);
    if (answer === "inserted" || answer === "conflict") return answer;
    throw new Unavailable(`nobody can say whether the correction in ${item.transaction} was recorded: edit again`);
  }
}

function readBy(door: (body: Uint8Array) => ParsedDocument, body: Uint8Array): ParsedDocument | { readonly message: string } {
  try {
    return door(body);
  } catch (error) {
    if (error instanceof Error && (error instanceof Invalid || error.name.startsWith("Unreadable"))) return { message: error.message };
    throw error;
  }
}

function refusalOf(read: ParsedDocument, document: DocumentItem): DocumentEdit | undefined {
  if (factsHash(read) === document.contentHash) return { outcome: "unchanged" };
  // What had no identity may be given one.
  const isSame =
    document.kind === "file" ? read.kind !== "file" : read.transaction === document.transaction && read.source === document.source;
  if (!isSame) return { outcome: "another-document" };
  if (read.issues.length > 0)
    return { outcome: "still-wrong", issues: read.issues.map(({ class: name, code, message }) => ({ class: name, code, message })) };
  const [version, brokenVersion] = [versionOf(read), versionOf(document)];
  if (version !== undefined && brokenVersion !== undefined && version < brokenVersion) return { outcome: "older" };
  return undefined;
}

function versionOf({ version, events }: Pick<ParsedDocument, "version" | "events">): string | undefined {
  return version ?? events[0]?.version;
}
