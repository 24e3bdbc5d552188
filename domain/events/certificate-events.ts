import * as z from "zod/mini";
import { day, envelope } from "./amounts.ts";

/**
 * certificate.issued: what every side held of a day's money was written down (source, lineage, ERP, bank). No entry. The certificate itself is
 * the raw body of the document; a day has as many as were made with different facts.
 */
export const certificateIssued = z.object({
  name: z.literal("certificate.issued"),
  ...envelope,
  date: day,
  /** SHA-256 of its canonical JSON, hex: the same facts give the same hash. */
  hash: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  /** Every row agrees on all its sides. */
  complete: z.boolean(),
  rows: z.int(),
  differences: z.int(),
});
