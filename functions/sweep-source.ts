import * as z from "zod/mini";
import { addDays, addSeconds, isDay, millisecondsBetween } from "#domain/calendar";
import { canonicalJson } from "#domain/canonical";
import type { EventOf } from "#domain/events";
import { Invalid, Unavailable, UnknownOutcome } from "#domain/failures";
import { eventKey, orderTransaction, sourceKey } from "#domain/identity";
import { documentItem, type LineageItem, rawBodyOf } from "#domain/lineage";
import type { ChangedObject, ChannelChanges } from "#ports/channel-changes";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import type { Metrics } from "#ports/metrics";
import type { PolicyStore } from "#ports/policy-store";
import { readInBatches } from "./read-in-batches.ts";
import { createSweepRecord, type SweptAccount } from "./settlement-sweep-record.ts";

export interface SweepSourceDependencies {
  readonly changes: readonly ChannelChanges[];
  readonly lineage: LineageStore;
  readonly policies: PolicyStore;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

const instant = z.iso.datetime({ precision: 3 });
const day = z.string().check(z.refine(isDay, "a day such as 2026-11-27"));
const inputSchema = z.object({
  /** One shop alone; absent: every shop of a channel that can be listed. */
  shop: z.optional(z.string().check(z.minLength(1), z.maxLength(255))),
  /**
   * Days in UTC, both inclusive: a span by hand, which leaves the sweep's own place alone. Absent: what changed since the sweep before. From
   * an instant a span goes on that was not read to its end.
   */
  from: z.optional(z.union([day, instant])),
  to: z.optional(day),
});

/**
 * - swept: all that changed in the span is on record, or is being read. continues: the source asked for patience, or the time was over; the
 *   next sweep goes on. refused, failed: the desk was told why; the next sweep tries again.
 */
export interface SweptShop {
  readonly shop: string;
  readonly outcome: "swept" | "continues" | "refused" | "failed";
  readonly from: string;
  readonly to: string;
  /** Objects that changed, and how many of them the hub had not heard of. */
  readonly listed: number;
  readonly missing: number;
  readonly reason?: string;
  /** Of a span by hand that continues: up to this instant all was listed; the same call with it as `from` reads the rest. */
  readonly goesOnFrom?: string;
  /** How long the source wants to be left alone. */
  readonly waitSeconds?: number;
}

/** Webhooks that are on their way are no gap yet. */
const settleSeconds = 600;
/** The source lists by its own clock, and not always at once. */
const overlapSeconds = 900;
const firstDays = 2;
const pagesMax = 2_000;
const beginsWithinMilliseconds = 480_000;

/**
 * Looks for what a channel never delivered: lists what changed, and has whatever is not on record in that version read back, as if a notice of it
 * had come. So a gap closes through the same door as everything else, at the source's pace, and one that cannot be read holds no other. How far a
 * shop was swept is recorded after what it covers; sweeping the same span again has no effect.
 */
export function createHandler(dependencies: SweepSourceDependencies) {
  const { changes, lineage, policies, clock, metrics } = dependencies;
  const record = createSweepRecord(dependencies);

  return async function sweepSource(input: unknown): Promise<{ readonly shops: readonly SweptShop[] }> {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success)
      throw new Invalid(
        "sweep-source takes {shop?, from?, to?}: from and to are days such as 2026-11-27, and from may be the instant at which a span goes on",
      );
    const { shop: wanted, from, to } = parsed.data;
    const startedAt = clock.now();
    const shops: SweptShop[] = [];
    for (const [shop, { channel }] of Object.entries((await policies.current()).shops)) {
      const source = changes.find(({ name }) => name === channel);
      if (source === undefined || (wanted !== undefined && wanted !== shop)) continue;
      const swept = await sweep(source, shop, { from, to }, startedAt);
      metrics.record("SourceSweeps", 1, "count", { channel, outcome: swept.outcome });
      metrics.record("MissingDocuments", swept.missing, "count", { channel });
      shops.push(swept);
    }
    return { shops };
  };

  async function sweep(
    source: ChannelChanges,
    shop: string,
    asked: { readonly from?: string | undefined; readonly to?: string | undefined },
    startedAt: string,
  ): Promise<SweptShop> {
    const account: SweptAccount = { source: source.name, account: shop, shop, of: "orders" };
    const isByHand = asked.from !== undefined || asked.to !== undefined;
    const settled = addSeconds(startedAt, -settleSeconds);
    const progress = {
      shop,
      from: "",
      to: asked.to === undefined ? settled : earlier(`${addDays(asked.to, 1)}T00:00:00.000Z`, settled),
      listed: 0,
      missing: 0,
    };
    try {
      const place = isByHand ? undefined : await record.position(account);
      progress.from = asked.from === undefined ? (place?.since ?? addSeconds(startedAt, -firstDays * 86_400)) : startOf(asked.from);
      let cursor: string | undefined;
      let last = progress.from;
      for (let pages = 0; ; pages += 1) {
        if (pages >= pagesMax || millisecondsBetween(startedAt, clock.now()) > beginsWithinMilliseconds)
          return await stopped("the time for one sweep was over");
        const answer = await source.listChanged({
          shop,
          from: progress.from,
          to: progress.to,
          ...(cursor === undefined ? {} : { cursor }),
        });
        if (answer.kind === "wait") return await stopped(`the source asked for ${answer.seconds} s of patience`, answer.seconds);
        if (answer.kind === "refused") return await trouble("refused", answer.reason);
        progress.listed += answer.objects.length;
        progress.missing += await notice(source, shop, answer.objects);
        last = answer.objects.at(-1)?.changedAt ?? last;
        cursor = answer.next;
        if (cursor === undefined) break;
      }
      await reached(progress.to);
      await record.troubleIsOver(account);
      return { ...progress, outcome: "swept" };

      async function stopped(reason: string, waitSeconds?: number): Promise<SweptShop> {
        await reached(last);
        return {
          ...{ ...progress, outcome: "continues", reason },
          ...(isByHand ? { goesOnFrom: last } : {}),
          ...(waitSeconds === undefined ? {} : { waitSeconds }),
        };
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const isOutage = error instanceof Unavailable || error instanceof UnknownOutcome;
      return trouble("failed", isOutage ? error.message : `${error.name}: ${error.message}`);
    }

    /** What is listed late is met by the overlap. A span by hand is nobody's place. */
    async function reached(instant: string): Promise<void> {
      if (isByHand) return;
      const since = addSeconds(instant, -overlapSeconds);
      await record.reached(account, { since: since > progress.from ? since : progress.from });
    }

    async function trouble(outcome: "refused" | "failed", reason: string): Promise<SweptShop> {
      await record.trouble(account, outcome, reason);
      return { ...progress, outcome, reason };
    }
  }

  /** Answers how many were missing; each has a notice on record now, under its own version: found again it is the same one. */
  async function notice(source: ChannelChanges, shop: string, objects: readonly ChangedObject[]): Promise<number> {
    const changedAt = new Map(objects.map((each) => [orderTransaction(source.name, shop, each.id), each]));
    const missing = await readInBatches(lineage, [...changedAt.keys()], ({ transaction, documents }) => {
      const object = changedAt.get(transaction);
      if (object === undefined) return undefined;
      const own = sourceKey(source.name, shop, source.resource, object.id);
      const known = documents.some((each) => each.source === own && (each.version ?? each.events[0]?.version ?? "") >= object.changedAt);
      return known ? undefined : object;
    });
    const items = missing.map((object) => noticeItem(source, shop, object, clock.now()));
    const answers = items.length === 0 ? [] : await lineage.insert(items);
    if (answers.some((answer) => answer !== "inserted" && answer !== "conflict"))
      throw new Unavailable(`what changed at ${shop} may not be on record: sweep again`);
    return missing.length;
  }
}

function startOf(from: string): string {
  return isDay(from) ? `${from}T00:00:00.000Z` : from;
}

function noticeItem({ name, resource }: ChannelChanges, shop: string, { id, changedAt }: ChangedObject, at: string): LineageItem {
  const event: EventOf<"source.changed"> = {
    ...{ name: "source.changed", schema: 1, key: eventKey("source.changed", `${resource}-${id}`), version: `${changedAt}/sweep` },
    ...{ occurredAt: changedAt, channel: name, shop, resource, id, notBefore: changedAt },
  };
  const parsed = {
    ...{ transaction: orderTransaction(name, shop, id), kind: "sale" as const, source: sourceKey(name, shop, `${resource}-notice`, id) },
    ...{ channel: name, shop, events: [event], references: [{ type: "order" as const, value: id }], issues: [] },
  };
  return documentItem(parsed, rawBodyOf(new TextEncoder().encode(canonicalJson(event))), at);
}

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}
