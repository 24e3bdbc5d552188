import type { LineageItem } from "#domain/lineage";
import { readRow } from "./dynamo-lineage-item.ts";
import type { Row } from "./dynamo-table.ts";

/** What a record of the table's stream brings. The last two are for a dead letter: another try finds the same. */
export type StreamRecordReading =
  | { readonly kind: "item"; readonly item: LineageItem }
  /** Nothing was inserted into the lineage: `reason` says what it is instead. */
  | { readonly kind: "passed-over"; readonly reason: string }
  /** Only a later version of the program can read it. */
  | { readonly kind: "newer-version"; readonly reason: string }
  | { readonly kind: "unreadable"; readonly reason: string };

/**
 * Reads a record as Lambda delivers it from a DynamoDB stream with new images: `{ eventName, dynamodb: { Keys, NewImage } }`, where B
 * attributes are base64 text. The event source's filter (wiring/lineage-table.ts) keeps most of what is passed over away. Never throws.
 */
export function readStreamRecord(record: unknown): StreamRecordReading {
  if (!isObject(record) || !isObject(record.dynamodb)) return { kind: "unreadable", reason: "it is no record of a DynamoDB stream" };
  const { eventName } = record;
  if (eventName === "MODIFY" || eventName === "REMOVE") {
    return { kind: "passed-over", reason: `${eventName}: only inserts are announced` };
  }
  if (eventName !== "INSERT") return { kind: "unreadable", reason: "it has no event name of a DynamoDB stream" };
  const image = record.dynamodb.NewImage;
  if (!isObject(image)) return { kind: "unreadable", reason: "it has no new image: the stream's view must be NEW_IMAGE" };
  if (!Object.values(image).every(isObject))
    return { kind: "unreadable", reason: "its new image has no attributes as DynamoDB writes them" };
  if (image.type === undefined) return { kind: "passed-over", reason: "the row is no item of the lineage" };
  return readRow(image as Row);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
