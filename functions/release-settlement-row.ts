import * as z from "zod/mini";
import { addDays, addSeconds, businessDateIn, localToInstant, periodOf } from "#domain/calendar";
import type { EventOf } from "#domain/events";
import { Invalid } from "#domain/failures";
import { eventKey, sourceKey } from "#domain/identity";
import { classOfBalanceType, gatewayAccountFor, type Policy } from "#domain/policy";
import type { SettlementRow } from "#domain/settlement";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import type { PolicyStore } from "#ports/policy-store";
import { readTransaction } from "./read-transaction.ts";
import { factNamed, factsOf, foundDocument, insertInOrder } from "./record-match.ts";

export interface ReleaseSettlementRowDependencies {
  readonly lineage: LineageStore;
  readonly policies: PolicyStore;
  readonly clock: Clock;
}

const inputSchema = z.object({ transaction: z.string().check(z.minLength(1), z.maxLength(1_024)) });

/** While nobody can tell when its period ends, a row is looked at once a day. */
const lookAgainSeconds = 24 * 3_600;

/**
 * "too-early": its period has not ended, or nobody can tell when it does. "not-needed": it has a class now, or the bank line released it.
 */
export type RowRelease = { readonly outcome: "released" | "not-needed" } | { readonly outcome: "too-early"; readonly endsAt: string };

/**
 * c23: a row of an unlisted type waits for its bank line, and no longer than to the end of the fiscal period in which it happened: then it
 * goes to settlement suspense by itself. The fact follows from the row and the calendar of its entity, so that recorded twice it is one.
 * Throws Invalid for what is no row, Unavailable when nobody can say whether it was recorded: release it again.
 */
export function createHandler({ lineage, policies, clock }: ReleaseSettlementRowDependencies) {
  return async function releaseSettlementRow(input: unknown): Promise<RowRelease> {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success || !parsed.data.transaction.startsWith("settlement-row:"))
      throw new Invalid("release-settlement-row takes {transaction} of a settlement row: look at settlement-row-to-suspense.asl.json");
    const { transaction } = parsed.data;
    const facts = factsOf(await readTransaction(lineage, transaction));
    const recorded = factNamed(facts, "settlement.recorded");
    if (recorded === undefined) throw new Invalid(`${transaction} has no row on record: take its file in first`);
    const { row } = recorded;
    const policy = await policies.current();
    if (row.class !== undefined || classOfBalanceType(policy, row.source, row.type) !== undefined) return { outcome: "not-needed" };
    if (factNamed(facts, "settlement.released") !== undefined) return { outcome: "not-needed" };
    const now = clock.now();
    const end = endOfPeriod(row, policy);
    if (end === undefined) return { outcome: "too-early", endsAt: addSeconds(now, lookAgainSeconds) };
    if (now < end.at) return { outcome: "too-early", endsAt: end.at };
    const event: EventOf<"settlement.released"> = {
      name: "settlement.released",
      schema: 1,
      key: eventKey("settlement.released", row.id),
      version: end.at,
      occurredAt: end.at,
      because: "period-end",
      period: end.period,
      ...(row.payoutId === undefined ? {} : { payoutId: row.payoutId }),
    };
    const source = sourceKey(row.source, row.account, "period-end", row.id);
    const released = { transaction, kind: "settlement-row", source, channel: row.source, shop: row.account, events: [event] } as const;
    await insertInOrder(lineage, [[foundDocument(released, now)]]);
    return { outcome: "released" };
  };
}

/** When the period of the row's own day ends, in the calendar and time zone of the entity that is settled. */
function endOfPeriod(row: SettlementRow, policy: Policy): { readonly period: string; readonly at: string } | undefined {
  const entity = policy.entities[gatewayAccountFor(policy, row.source, row.account)?.entity ?? ""];
  if (entity === undefined) return undefined;
  const period = periodOf(entity.calendar ?? { kind: "months" }, businessDateIn(entity.timeZone, row.occurredAt));
  if (period === undefined) return undefined;
  return { period: period.id, at: localToInstant(entity.timeZone, `${addDays(period.to, 1)}T00:00:00`) };
}
