import * as z from "zod/mini";

/** What a person says of an exception, whatever is done about it. */
export const exceptionInput = {
  transaction: z.string().check(z.minLength(1), z.maxLength(512)),
  /** Sort key of the exception. */
  exception: z.string().check(z.minLength(1), z.maxLength(512)),
  /** A person's name. "hub" is no person: what it closes is opened again when the cause comes back. */
  by: z.string().check(
    z.trim(),
    z.minLength(1),
    z.maxLength(120),
    z.refine((name) => name.normalize("NFKC").toLowerCase() !== "hub"),
  ),
  reason: z.string().check(z.trim(), z.minLength(1), z.maxLength(2_000)),
};
