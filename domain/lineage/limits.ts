import { Invalid } from "#domain/failures";

/**
 * What every lineage store accepts, so that the two hosts cannot drift: DynamoDB takes 2,048 bytes of partition key, 1,024 of sort key
 * and 409,600 (names, keys and attributes together) of item. Content above 200 KB belongs in the document store anyway.
 */
const lineageLimits = { transactionBytesMax: 2_048, keyBytesMax: 1_024, bodyBytesMax: 400_000 } as const;

/**
 * Throws Invalid when an item, given as the JSON text that is stored, is above a limit. `inline`: the raw body, where a store keeps it beside the
 * rest of the item: it counts as the member that it would be.
 */
export function assertStorable(transaction: string, key: string, body: string, inline?: string): void {
  assertWithin("transaction id", transaction, transaction, lineageLimits.transactionBytesMax);
  assertWithin("key", key, transaction, lineageLimits.keyBytesMax);
  // A UTF-16 unit of a JSON string takes at most six units.
  const least = inline === undefined || (body.length + inline.length * 6) * 3 <= lineageLimits.bodyBytesMax;
  const whole = least ? body : `${body},"inline":${JSON.stringify(inline)}`;
  assertWithin(`item ${key.slice(0, 200)}`, whole, transaction, lineageLimits.bodyBytesMax);
}

function assertWithin(what: string, text: string, transaction: string, bytesMax: number): void {
  if (text.length === 0)
    throw new Invalid(`an empty ${what} cannot be stored in the lineage of "${transaction}": give it its derived name`);
  // A UTF-16 unit takes at most three bytes, so most texts need no second look.
  if (text.length * 3 <= bytesMax) return;
  const bytes = new TextEncoder().encode(text).byteLength;
  if (bytes > bytesMax) {
    throw new Invalid(
      `${what} of transaction ${transaction.slice(0, 200)} has ${bytes} bytes, above the ${bytesMax} that a lineage store takes: put large content into the document store and its address into the item`,
    );
  }
}
