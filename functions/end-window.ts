import * as z from "zod/mini";
import { Invalid, Unavailable } from "#domain/failures";
import { sourceKey, streamOf } from "#domain/identity";
import { closesByContribution, endOfWindow } from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import { acceptDocument } from "./accept-document.ts";

export interface EndWindowDependencies {
  readonly lineage: LineageStore;
  readonly documents: DocumentStore;
  readonly clock: Clock;
}

const inputSchema = z.object({
  transaction: z.string().check(z.minLength(1), z.maxLength(512)),
  /** Of a payout, whose name says nothing of time; absent: it is over now. */
  endsAt: z.optional(z.iso.datetime({ precision: 3 })),
});

/** "too-early": by the hub's own clock the window is still open. */
export type WindowEnd = { readonly outcome: "ended" } | { readonly outcome: "too-early"; readonly endsAt: string };

function endOf({ transaction, endsAt }: z.infer<typeof inputSchema>, now: string): string | undefined {
  return closesByContribution(transaction) ? (endsAt ?? now) : endOfWindow(transaction);
}

/**
 * Records that the time of a window is over, so that its summaries post (c35). The fact follows from the window's name and the end alone:
 * recorded twice it is one. Throws Invalid for what is no window, Unavailable when nobody can say whether it was recorded: end it again.
 */
export function createHandler({ lineage, documents, clock }: EndWindowDependencies) {
  return async function endWindow(input: unknown): Promise<WindowEnd> {
    const parsed = inputSchema.safeParse(input);
    const now = clock.now();
    const endsAt = parsed.success ? endOf(parsed.data, now) : undefined;
    if (!parsed.success || endsAt === undefined)
      throw new Invalid("end-window takes {transaction} of a window, and {endsAt} of a payout's: look at close-window.asl.json");
    if (now < endsAt) return { outcome: "too-early", endsAt };
    const { transaction } = parsed.data;
    const { channel, place } = streamOf(transaction);
    const event = { name: "window.ended", schema: 1, key: "window.ended:1", version: endsAt, occurredAt: endsAt, endsAt } as const;
    const hour = transaction.slice(transaction.lastIndexOf(":") + 1);
    const ended = {
      transaction,
      kind: "window" as const,
      source: sourceKey(channel, place, "window", hour),
      channel,
      shop: place,
      events: [event],
      references: [],
      issues: [],
    };
    const { answer } = await acceptDocument({ documents, lineage }, ended, new TextEncoder().encode(JSON.stringify(event)), now);
    if (answer === "unavailable") throw new Unavailable(`nobody can say whether the end of ${transaction} was recorded: end it again`);
    return { outcome: "ended" };
  };
}
