import * as z from "zod/mini";

/** Of functions that hold their input to a schema themselves, on either host. */
export const anyInputSchema: z.ZodMiniType<unknown> = z.unknown();
