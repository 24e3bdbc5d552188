import * as z from "zod/mini";
import type { MeasuredBooks } from "#functions/measure-books";

const count = z.int().check(z.nonnegative());

export const measuredBooksSchema: z.ZodMiniType<MeasuredBooks> = z.object({ transactions: count, measured: count });
