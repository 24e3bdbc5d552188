import * as z from "zod/mini";
import { readBackPositionSchema } from "#functions/erp-read-back-record";
import type { ErpReadBack } from "#functions/read-back-erp";

const count = z.int().check(z.nonnegative());

export const erpReadBackSchema: z.ZodMiniType<ErpReadBack> = z.object({
  outcome: z.enum(["done", "continues", "not-due"]),
  journals: count,
  transactions: count,
  failed: z.array(z.object({ connection: z.string(), reason: z.string() })),
  next: z.exactOptional(readBackPositionSchema),
});
