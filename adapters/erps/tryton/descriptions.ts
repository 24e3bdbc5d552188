import * as z from "zod/mini";
import type { StockLevel } from "#domain/inventory";

/*
 * Tryton's moves and lines have one text each. What the books must tell beside amounts stands in it: for a person first, then as JSON. Tryton
 * has no unique constraint on it; that a key is sent once is the posting protocol's work (look-up).
 */

const separator = " · ";
const hashLength = 16;

/** What a move's description says. */
export interface MoveHead {
  readonly key: string;
  readonly businessDate: string;
  /** Transaction currency. */
  readonly currency: string;
  /** The first 16 digits of the content's hash; of what it reverses for a reversal. */
  readonly hash: string;
  readonly memo: string;
}

const movePattern = /^(.*) · (\d{4}-\d{2}-\d{2}) ([A-Z]{3}) ([0-9a-f]{16}) · (.*)$/su;

export function moveDescription(head: MoveHead): string {
  const { key, businessDate, currency, hash, memo } = head;
  return [key, `${businessDate} ${currency} ${hash.slice(0, hashLength)}`, memo].join(separator);
}

/** Undefined for a move that was entered by hand. */
export function readMove(description: string | null): MoveHead | undefined {
  const [, key, businessDate, currency, hash, memo] = movePattern.exec(description ?? "") ?? [];
  if (key === undefined || businessDate === undefined || currency === undefined || hash === undefined || memo === undefined)
    return undefined;
  return { key, businessDate, currency, hash, memo };
}

/** A pattern for LIKE: it finds at least the move of this key, perhaps others, as "_" stands for any character. */
export function likeKey(key: string): string {
  return `${key}${separator}%`;
}

export function sameHash(head: MoveHead, hash: string): boolean {
  return head.hash === hash.slice(0, hashLength);
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
  readonly costUnknown?: boolean;
}

export interface LineText {
  readonly role: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly movement?: BookedMovement;
}

const movementText = z.object({
  id: z.string(),
  item: z.string(),
  location: z.string(),
  quantity: z.int(),
  cost: z.int(),
  change: z.int(),
  after: z.tuple([z.int(), z.int(), z.int(), z.int()]),
  costUnknown: z.optional(z.boolean()),
});
const lineText = z.object({ role: z.string(), dimensions: z.record(z.string(), z.string()), movement: z.optional(movementText) });

export function lineDescription({ role, dimensions, movement }: LineText): string {
  const told = movement && {
    id: movement.id,
    item: movement.item,
    location: movement.location,
    quantity: movement.quantityMillionths,
    cost: movement.cost,
    change: movement.change,
    after: [movement.after.quantity, movement.after.value, movement.after.averageValue, movement.after.averageQuantity],
    ...(movement.costUnknown === true ? { costUnknown: true } : {}),
  };
  const shown = movement === undefined ? role : shelf(movement.item, movement.location);
  return [shown, JSON.stringify({ role, dimensions, ...(told && { movement: told }) })].join(separator);
}

/** Undefined for a line that was entered by hand. */
export function readLine(description: string | null): LineText | undefined {
  const start = (description ?? "").indexOf(`${separator}{`);
  if (description === null || start < 0) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(description.slice(start + separator.length));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const parsed = lineText.safeParse(value);
  if (!parsed.success) return undefined;
  const { role, dimensions, movement } = parsed.data;
  if (movement === undefined) return { role, dimensions };
  const [quantity, levelValue, averageValue, averageQuantity] = movement.after;
  return {
    role,
    dimensions,
    movement: {
      id: movement.id,
      item: movement.item,
      location: movement.location,
      quantityMillionths: movement.quantity,
      cost: movement.cost,
      change: movement.change,
      after: { quantity, value: levelValue, averageValue, averageQuantity },
      ...(movement.costUnknown === true ? { costUnknown: true } : {}),
    },
  };
}

/** An item at a location, as lines name it. */
export function shelf(item: string, location: string): string {
  return `${item} @ ${location}`;
}

/** For LIKE: the lines of movements of an item at a location. */
export function likeShelf(item: string, location: string): string {
  return `${shelf(item, location)}${separator}%`;
}
