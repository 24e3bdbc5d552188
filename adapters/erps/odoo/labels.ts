import * as z from "zod/mini";
import type { StockLevel } from "#domain/inventory";

/*
 * Odoo's entries have a reference, which is our key, and an origin; their lines a label. What the books must tell beside amounts stands there: for
 * a person first, then as JSON. Odoo has no unique constraint on them; that a key is sent once is the posting protocol's work (look-up).
 */

const separator = " · ";
const hashLength = 16;

/** What the origin of an entry says. */
export interface EntryOrigin {
  readonly businessDate: string;
  /** Transaction currency. */
  readonly currency: string;
  /** The first 16 digits of the content's hash; of what it reverses for a reversal. */
  readonly hash: string;
  readonly memo: string;
}

const originPattern = /^throughline (\d{4}-\d{2}-\d{2}) ([A-Z]{3}) ([0-9a-f]{16}) · (.*)$/su;

export function originText({ businessDate, currency, hash, memo }: EntryOrigin): string {
  return `throughline ${businessDate} ${currency} ${hash.slice(0, hashLength)}${separator}${memo}`;
}

/** Undefined for an entry that is not ours. */
export function readOrigin(text: string | undefined): EntryOrigin | undefined {
  const [, businessDate, currency, hash, memo] = originPattern.exec(text ?? "") ?? [];
  if (businessDate === undefined || currency === undefined || hash === undefined || memo === undefined) return undefined;
  return { businessDate, currency, hash, memo };
}

export function sameHash(origin: EntryOrigin, hash: string): boolean {
  return origin.hash === hash.slice(0, hashLength);
}

/** What an inventory line tells of the movement that it books. */
export interface BookedMovement {
  readonly id: string;
  readonly item: string;
  readonly location: string;
  readonly quantityMillionths: number;
  /** Total for the whole quantity, not negative, minor units. */
  readonly cost: number;
  /** Signed change of the inventory account. */
  readonly change: number;
  /** What was there after it; the next movement of this item at this location starts from it. */
  readonly after: StockLevel;
  /** It was never received: it moved at no cost. */
  readonly costUnknown?: boolean | undefined;
}

export interface LineLabel {
  readonly role: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly movement?: BookedMovement | undefined;
}

const level = z.object({ quantity: z.int(), value: z.int(), averageValue: z.int(), averageQuantity: z.int() });
const movementLabel = z.object({
  id: z.string(),
  item: z.string(),
  location: z.string(),
  quantityMillionths: z.int(),
  cost: z.int(),
  change: z.int(),
  after: level,
  costUnknown: z.optional(z.boolean()),
});
const lineLabel = z.object({ role: z.string(), dimensions: z.record(z.string(), z.string()), movement: z.optional(movementLabel) });

export function labelText(label: LineLabel): string {
  const shown = label.movement === undefined ? label.role : shelf(label.movement.item, label.movement.location);
  return `${shown}${separator}${JSON.stringify(label)}`;
}

/** Undefined for a line that is not ours. */
export function readLabel(text: string | undefined): LineLabel | undefined {
  const start = (text ?? "").indexOf(`${separator}{`);
  if (text === undefined || start < 0) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text.slice(start + separator.length));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const parsed = lineLabel.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** An item at a location, as lines name it. */
export function shelf(item: string, location: string): string {
  return `${item} @ ${location}`;
}

/** For =like: the lines of movements, of one shelf or of all. */
export function likeShelf(item?: string, location?: string): string {
  return `${item === undefined || location === undefined ? "% @ %" : escaped(shelf(item, location))}${separator}{%`;
}

/** A text in which LIKE finds nothing special. */
export function escaped(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
