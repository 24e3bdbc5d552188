import { readFileSync, writeFileSync } from "node:fs";
import type { ExceptionItem } from "#domain/lineage";
import { type DocumentEdit, quarantinedDocument } from "#functions/edit-document";
import type { Hub } from "#hub";
import { UsageError } from "./command.ts";
import { rowOf } from "./read-lineage.ts";

/** What `exceptions edit` answers. */
export interface EditedDocument {
  readonly id: string;
  readonly transaction: string;
  readonly outcome: DocumentEdit["outcome"] | "saved";
  /** The document that corrects the other; null when nothing was recorded. */
  readonly document: string | null;
  readonly message: string;
}

/** Writes the original to a file that only its owner reads: it may say who somebody is. */
export async function saveOriginal(hub: Hub, exception: ExceptionItem, file: string): Promise<EditedDocument> {
  const found = await quarantinedDocument(hub, exception.transaction, exception.key);
  if (found.kind !== "found") return answerOf(exception, { outcome: found.kind });
  try {
    writeFileSync(file, found.original, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw new UsageError(`${file} exists: name a file that does not`);
    throw new UsageError(`${file} cannot be written: ${(error as Error).message}`);
  }
  const { transaction } = exception;
  const message = `${file} is the document as it came: correct it, then exceptions edit with --from ${file}; delete it afterwards, as it may hold personal data`;
  return { id: rowOf({ opened: exception }).id, transaction, outcome: "saved", document: null, message };
}

export async function editFrom(hub: Hub, exception: ExceptionItem, file: string, by: string, reason: string): Promise<EditedDocument> {
  let body: string;
  try {
    body = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch (error) {
    throw new UsageError(`--from names a file of text in UTF-8: ${(error as Error).message}`);
  }
  const { transaction, key } = exception;
  return answerOf(exception, await hub.editDocument({ transaction, exception: key, body, by, reason }));
}

function answerOf(exception: ExceptionItem, edit: DocumentEdit): EditedDocument {
  const { outcome } = edit;
  const document = "document" in edit ? edit.document : null;
  const transaction = "transaction" in edit ? edit.transaction : exception.transaction;
  return { id: rowOf({ opened: exception }).id, transaction, outcome, document, message: inWords(edit) };
}

function inWords(edit: DocumentEdit): string {
  switch (edit.outcome) {
    case "edited":
      return "the correction is on record beside the original, and what was held is looked at again now";
    case "edited-before":
      return "nothing changed: the same correction is on record";
    case "unknown":
      return "nothing changed: there is no such exception";
    case "closed":
      return "nothing changed: the exception is closed";
    case "not-a-document":
      return "nothing changed: no document was kept out by this exception; exceptions show says what to do";
    case "original-removed":
      return "nothing changed: the bytes of the document were removed, so nobody knows which gate it came by. Have the source send it again";
    case "not-editable":
      return "nothing changed: this kind of document is not read alone, but with its file. Have the source send a corrected file";
    case "unchanged":
      return "nothing changed: the correction says the same as the original";
    case "another-document":
      return "nothing changed: the correction is about another document; its ids must be those of the original";
    case "older":
      return "nothing changed: the correction states an older version than the original; leave the version as it was, or state a later one";
    case "unreadable":
      return `nothing changed: the correction cannot be read: ${edit.message}`;
    case "still-wrong":
      return `nothing changed: the correction does not pass the gate. ${edit.issues.map(({ class: name, code, message }) => `${name} / ${code}: ${message}`).join(" ")}`;
  }
}
