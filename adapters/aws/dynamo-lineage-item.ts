import { Invalid } from "#domain/failures";
import { assertStorable, type LineageItem } from "#domain/lineage";
import { packText, type UnpackedText, unpackText } from "./dynamo-packed-text.ts";
import { type Row, stringOf } from "./dynamo-table.ts";
import { textsOf } from "./lineage-texts.ts";

/** What a row of the lineage is: an item, or why it cannot be read. "newer-version": by this version of the program, that is. */
export type RowReading =
  | { readonly kind: "item"; readonly item: LineageItem }
  | { readonly kind: "newer-version"; readonly reason: string }
  | { readonly kind: "unreadable"; readonly reason: string };

const knownTypes: Readonly<Record<LineageItem["type"], true>> = {
  document: true,
  plan: true,
  "take-over": true,
  outcome: true,
  approval: true,
  "approval-decision": true,
  exception: true,
  closure: true,
  escalation: true,
  retry: true,
  erasure: true,
  reservation: true,
  "reservation-end": true,
};

/**
 * One row: `pk` the transaction, `sk` the lineage key, `type` of the item (rows of other kinds have none), `body` and `raw` packed. The
 * body repeats the keys and the raw body what the body says, so each is packed knowing the ones before it; `raw` can be removed alone.
 * Throws Invalid when the item is above what every lineage store takes.
 */
export function rowOf(item: LineageItem): Row {
  const { transaction, key, type } = item;
  assertStorable(transaction, key, JSON.stringify(item));
  const { body, raw } = textsOf(item);
  const keys = transaction + key;
  return {
    pk: { S: transaction },
    sk: { S: key },
    type: { S: type },
    body: packText(body, keys),
    ...(raw === undefined ? {} : { raw: packText(raw, keys + body) }),
  };
}

export function readRow(row: Row): RowReading {
  const [transaction, key] = [stringOf(row.pk), stringOf(row.sk)];
  const which = `${key} of ${transaction}`;
  const keys = `${transaction}${key}`;
  const type = stringOf(row.type);
  if (type === undefined || row.body === undefined) {
    return { kind: "unreadable", reason: `row ${which} has no type or no body: it was not written by this program, look at the table` };
  }
  if (!Object.hasOwn(knownTypes, type)) return newerVersion(which, `type "${type.slice(0, 50)}"`);
  const body = unpackText(row.body, keys);
  if (body.kind !== "text") return unread(which, body);
  const raw = row.raw === undefined ? undefined : unpackText(row.raw, keys + body.text);
  if (raw !== undefined && raw.kind !== "text") return unread(which, raw);
  try {
    const item = JSON.parse(body.text) as LineageItem;
    if (item.type !== "document" || raw === undefined) return { kind: "item", item };
    return { kind: "item", item: { ...item, raw: { ...item.raw, inline: raw.text } } };
  } catch {
    return unread(which, { kind: "damaged", reason: "its body is no JSON" });
  }
}

/** Throws Invalid for a row that cannot be read: the desk sees it, and its neighbours go on. */
export function itemOf(row: Row): LineageItem {
  const reading = readRow(row);
  if (reading.kind === "item") return reading.item;
  throw new Invalid(reading.reason);
}

function unread(which: string, part: Exclude<UnpackedText, { kind: "text" }>): RowReading {
  if (part.kind === "unknown-version") return newerVersion(which, `packing ${part.version}`);
  return { kind: "unreadable", reason: `row ${which} is damaged (${part.reason}): restore it from a backup` };
}

function newerVersion(which: string, what: string): RowReading {
  return {
    kind: "newer-version",
    reason: `row ${which} has ${what}, which this version of the program does not know: deploy the version that wrote it, or a later one, then send it again`,
  };
}
