import * as z from "zod/mini";
import { businessDateIn, isDay } from "#domain/calendar";
import type { EventOf } from "#domain/events";
import { Invalid, Unavailable } from "#domain/failures";
import { sourceKey, storeDayTransaction } from "#domain/identity";
import type { TransactionView } from "#domain/lineage";
import { windowFacts } from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import type { PolicyStore } from "#ports/policy-store";
import { acceptDocument } from "./accept-document.ts";
import { readTransaction } from "./read-transaction.ts";

export interface AuditStoreDayDependencies {
  readonly lineage: LineageStore;
  readonly documents: DocumentStore;
  readonly policies: PolicyStore;
  readonly clock: Clock;
}

const inputSchema = z.object({
  store: z.string().check(z.minLength(1), z.maxLength(120)),
  businessDate: z.string().check(z.minLength(1), z.maxLength(10)),
  step: z.enum(["audit", "reopen"]),
  by: z.string().check(z.minLength(1), z.maxLength(120)),
  reason: z.string().check(z.minLength(1), z.maxLength(255)),
});

export type AuditStoreDayInput = z.infer<typeof inputSchema>;

/**
 * "already-audited": somebody did before, named here; nothing changed. "not-audited": there is nothing to reopen. "not-begun": by the store's
 * calendar the day is still to come. "unknown-store", "no-day": the policies have no such store, a calendar no such day.
 */
export type StoreDayAudit =
  | { readonly outcome: "audited" | "reopened"; readonly transaction: string; readonly contributions: number }
  | { readonly outcome: "already-audited"; readonly transaction: string; readonly by: string; readonly at: string }
  | { readonly outcome: "not-audited"; readonly transaction: string }
  | { readonly outcome: "not-begun" | "unknown-store" | "no-day" };

/**
 * A named person states that a store day is complete and right, or takes that back; its summaries post from *audited* (c35). The statement is a
 * fact of the store day, announced like every other. Throws Invalid for an input that is none, Unavailable when nobody can say whether it was
 * recorded: state it again.
 */
export function createHandler({ lineage, documents, policies, clock }: AuditStoreDayDependencies) {
  return async function auditStoreDay(input: unknown): Promise<StoreDayAudit> {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success) throw new Invalid("audit-store-day takes {store, businessDate, step, by, reason}");
    const { store, businessDate, step, by, reason } = parsed.data;
    const policy = await policies.current();
    const known = Object.hasOwn(policy.stores, store) ? policy.stores[store] : undefined;
    if (known === undefined) return { outcome: "unknown-store" };
    if (!isDay(businessDate)) return { outcome: "no-day" };
    const now = clock.now();
    if (businessDate > businessDateIn(known.timeZone, now)) return { outcome: "not-begun" };

    const transaction = storeDayTransaction(store, businessDate);
    const view = await readTransaction(lineage, transaction);
    const { closing, current } = windowFacts(view.documents);
    if (step === "reopen" && closing === undefined) return { outcome: "not-audited", transaction };
    const stated = statements(view);
    const standing = stated.find(({ key }) => key === closing?.event);
    if (step === "audit" && standing !== undefined) {
      return { outcome: "already-audited", transaction, by: standing.by, at: standing.occurredAt };
    }
    const name = step === "audit" ? "store-day.audited" : "store-day.reopened";
    const number = stated.filter((each) => each.name === name).length + 1;
    const event = { name, schema: 1, key: `${name}:${number}`, version: now, occurredAt: now, store, businessDate, by, reason } as const;
    const statement = {
      transaction,
      kind: "store-day" as const,
      source: sourceKey("pos", store, `${step}-of-day`, `${businessDate}.${number}`),
      channel: "pos",
      shop: store,
      events: [event],
      references: [],
      issues: [],
    };
    const { answer } = await acceptDocument({ documents, lineage }, statement, new TextEncoder().encode(JSON.stringify(event)), now);
    if (answer === "unavailable")
      throw new Unavailable(`nobody can say whether the ${step} of ${transaction} was recorded: state it again`);
    return { outcome: step === "audit" ? "audited" : "reopened", transaction, contributions: current.size };
  };
}

/** What was stated about the day, once per number: of two who did so at once the later one counts. */
function statements({ documents }: TransactionView): EventOf<"store-day.audited" | "store-day.reopened">[] {
  const last = new Map<string, EventOf<"store-day.audited" | "store-day.reopened">>();
  for (const event of documents.flatMap((document) => document.events)) {
    if (event.name !== "store-day.audited" && event.name !== "store-day.reopened") continue;
    const earlier = last.get(event.key);
    if (earlier === undefined || earlier.version < event.version) last.set(event.key, event);
  }
  return [...last.values()];
}
