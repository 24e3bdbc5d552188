import * as z from "zod/mini";

/** It is only woken: what its caller says is not read. */
export const wakeHeldSchemas: { readonly input: z.ZodMiniType<unknown>; readonly output: z.ZodMiniType<{ woken: number }> } = {
  input: z.unknown(),
  output: z.object({ woken: z.int().check(z.nonnegative()) }),
};
