import * as z from "zod/mini";
import { customerReference } from "#domain/policy";

/** A whole, signed number of minor units of the event's currency. */
export const minorUnits = z.int();
/** Whole millionths of the item's unit: one piece is 1,000,000; 0.42 kg is 420,000. Never negative. */
export const quantityMillionths = z.int().check(z.nonnegative());
/** An instant: ISO 8601 in UTC with milliseconds, so that text order is time order: 2026-11-27T14:03:22.000Z. */
export const instant = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/));
/** A calendar day of a store or entity: YYYY-MM-DD. */
export const day = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/));
export const currency = z.string().check(z.regex(/^[A-Z]{3}$/));
/** A native id or short name from outside. */
export const text = z.string().check(z.maxLength(255));
export const id = z.string().check(z.minLength(1), z.maxLength(255));

/** A customer by reference: an id that means nothing outside of the system that owns it. Anything else about a person is refused. */
export const customer = customerReference.schema;

/** A tax as the channel states it. `code` is the channel's own name for it (a title, a tax group); policy maps it to a jurisdiction. */
export const tax = z.object({
  code: text,
  /** Decimal string such as "0.0625"; absent where the channel does not state it. */
  rate: z.optional(text),
  amount: minorUnits,
  /** The customer or the goods are exempt from it: it comes to nothing. */
  exempt: z.optional(z.literal(true)),
  /** True when the channel remits this tax itself (marketplace facilitator), per line. */
  channelLiable: z.optional(z.boolean()),
});

/** A discount as the channel allocates it to one line: never re-derived. `promotion` is a code or title. */
export const discount = z.object({ amount: minorUnits, promotion: z.optional(text), employee: z.optional(z.boolean()) });

/** What every event carries. `key` is the business key `<name>:<native id>`, unique within its transaction. */
export const envelope = {
  schema: z.literal(1),
  key: id,
  /** The source's version of this content, comparable as text; equal version with other content is an exception. */
  version: text,
  occurredAt: instant,
};
