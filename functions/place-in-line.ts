import * as z from "zod/mini";
import type { PlaceInLine } from "#domain/pace";

/** A place in the line of those who wait for tokens, as messages and machines carry it. */
export const placeInLine: z.ZodMiniType<PlaceInLine> = z.object({
  line: z.number(),
  mark: z.number(),
  documents: z.number().check(z.nonnegative()),
});
