import * as z from "zod/mini";
import type { FetchedAccount } from "#functions/fetch-settlements";

const fetchedAccount: z.ZodMiniType<FetchedAccount> = z.object({
  account: z.string(),
  shop: z.exactOptional(z.string()),
  outcome: z.enum(["read", "held", "continues", "refused", "failed", "by-files"]),
  since: z.exactOptional(z.string()),
  pages: z.number(),
  recorded: z.number(),
  revised: z.number(),
  missing: z.exactOptional(z.number()),
  reason: z.exactOptional(z.string()),
});

export const fetchedSettlementsSchema = z.object({ accounts: z.array(fetchedAccount) });
