import * as z from "zod/mini";
import type { SweptShop } from "#functions/sweep-source";

const count = z.int().check(z.nonnegative());

export const sweptShopsSchema: z.ZodMiniType<{ readonly shops: readonly SweptShop[] }> = z.object({
  shops: z.array(
    z.object({
      shop: z.string(),
      outcome: z.enum(["swept", "continues", "refused", "failed"]),
      from: z.string(),
      to: z.string(),
      listed: count,
      missing: count,
      reason: z.exactOptional(z.string()),
    }),
  ),
});
